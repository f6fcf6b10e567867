/*
 * Shows recorded runs, which run.js has read. From top to bottom:
 *
 *   Drawing    a state becomes source, tables, boxes, log and timeline
 *   Moving     keys, buttons, slider, link, and the questions
 */

const find = (selector, within = document) => within.querySelector(selector);

/* Makes an element: make('p', 'now', 'text', anotherElement). */
function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className)
        element.className = className;
    element.append(...children);
    return element;
}

/* ---- Drawing ---- */

/* The lines of a function: from its first (the signature) to its "}". */
function extent(lines, frame) {
    let from = frame.first - 1, to = frame.first;
    while (from > 0 && /^( +[^ *]|[a-z])/.test(lines[from - 1]))
        from--;
    while (to < lines.length && lines[to - 1] !== '}')
        to++;
    return [from + 1, to];
}

/* Draws a file once; marks in it come and go. */
function drawFile(run, view, file) {
    const pre = make('div', 'file', ...run.sources[file].map((text, i) => {
        const line = make('div', '', text || ' ');
        line.dataset.n = i + 1;
        return line;
    }));
    view.files[file] = pre;
    find('.source', view.element).append(pre);
}

function drawSource(run, view, state) {
    const frame = top(state) || {file: run.main, first: 1, line: 1};
    for (const name of Object.keys(view.files))
        view.files[name].hidden = name !== frame.file;
    for (const line of view.marked)
        line.removeAttribute('class'), line.removeAttribute('aria-current');
    const lines = view.files[frame.file].children;
    const [from, to] = top(state) ? extent(run.sources[frame.file], frame) :
        [1, 1];
    view.marked = [...lines].slice(from - 1, to);
    view.marked.forEach(line => line.className = 'within');
    const here = lines[frame.line - 1];
    here.className = 'here';
    here.setAttribute('aria-current', 'step');
    view.marked.push(here);
    const box = find('.source', view.element);
    find('h3', box).textContent = `${frame.file}, line ${frame.line}` +
        (top(state) ? `, in ${frame.name}()` : '');
    const low = here.offsetTop - box.scrollTop;
    if (low < 60 || low > box.clientHeight - 60)
        box.scrollTop = here.offsetTop - box.clientHeight / 2;
}

/* Fills a table: a row is a list of cells, and perhaps a class. */
function fillTable(panel, caption, head, rows) {
    const row = (tag, cells, className) =>
        make('tr', className, ...cells.map(cell => make(tag, '', cell)));
    find('table', panel).replaceChildren(
        make('caption', 'unseen', caption),
        make('thead', '', row('th', head)),
        make('tbody', '', ...rows.map(r => row('td', r.cells, r.className))));
}

/* Whom a stack is working for. */
function stackFor(state, who) {
    const frame = (state.stacks[who] || []).findLast(f => f.page);
    return frame ? frame.page : 0;
}

/* What a page does at this moment. */
function doing(run, state, id) {
    const {sets, asleep} = state;
    if (state.pages[id].over)
        return ['', 'over'];
    if (asleep && asleep.name === 'select') {
        const what = [];
        if (sets.read.includes(+id))
            what.push('read');
        if (sets.write.includes(+id))
            what.push('write');
        return [what.length ? `asks to ${what.join(' and ')}` :
                'asks for nothing', ''];
    }
    if (asleep)
        return asleep.page === id ? [`asleep in ${asleep.name}`, ''] : ['', ''];
    if (stackFor(state, state.who) === +id)
        return ['runs', 'runs'];
    const coroutine = Object.keys(state.stacks)
        .find(who => +who && stackFor(state, who) === +id);
    return [coroutine ? `waits in coroutine ${coroutine}` : 'waits', ''];
}

const inSeconds = time => `${Math.max(0, time).toFixed(3)} s`;

/* Until when a page has time: from its request, its timer, its coroutine. */
function limitOf(state, id) {
    const {timers = [], waiting = []} = state.queues;
    const timer = timers.find(text => text.startsWith(`${id}:`));
    const wait = waiting.find(text =>
        stackFor(state, text.split(':')[0]) === +id);
    return state.pages[id].until || (timer || wait || '').split(':').pop();
}

function drawPages(run, view, state) {
    const ids = Object.keys(state.pages), panel = find('.pages', view.element);
    panel.hidden = Object.keys(run.names).length === 0;
    fillTable(panel, 'The pages: their state, and what each does now',
        ['Page', 'State', 'Now', 'fd', 'Time left'], ids.map(id => {
            const page = state.pages[id];
            const [now, className] = doing(run, state, id);
            const until = !page.over && limitOf(state, id);
            const left = until ? inSeconds(until - state.time) : '';
            const name = page.over ? page.state : page.own || page.state || '';
            const sent = name === 'sending' && page.sent ?
                `, ${page.sent} bytes sent` : '';
            return {className, cells: [`${id}  ${run.names[id] || ''}`,
                                       name + sent, now, page.fd || '', left]};
        }));
}

/* Pages as a row of boxes, filled if they are ready. */
function chips(list, ready) {
    if (!list.length)
        return '–';
    return make('span', '', ...list.flatMap(id =>
        [make('span', ready ? 'chip ready' : 'chip', String(id)), ' ']));
}

function drawSets(run, view, state) {
    const panel = find('.sets', view.element), sets = state.sets;
    panel.hidden = !run.steps.some(step => step.kind === 'select');
    if (!sets) {
        fillTable(panel, 'select', ['not called yet'], []);
        return;
    }
    const after = list => sets.result === undefined ? '(asleep)' :
        chips(list, true);
    find('h3', panel).textContent = 'select, ' +
        (sets.timeout === undefined ? 'without a time limit' :
         `for ${inSeconds(sets.timeout)} at most`) +
        (sets.result === undefined ? '' : `: slept ${inSeconds(sets.slept)}`);
    fillTable(panel, 'The sets of the last select, before and after',
        ['Pages in the set', 'before: who asks', 'after: who is ready'], [
            {cells: ['to read', chips(sets.read), after(sets.readable)]},
            {cells: ['to write', chips(sets.write), after(sets.writable)]}]);
}

/* A place in a queue, in words. waiting has NUMBER:FD:DIRECTION:UNTIL, timers
 * have PAGE:UNTIL. */
function queued(text, time) {
    const parts = text.split(':');
    return parts.length === 4 ? `${parts[0]}: to ${parts[2]} ${parts[1]}` :
        parts.length === 2 ? `page ${parts[0]}: ${inSeconds(parts[1] - time)}` :
        text;
}

function drawQueues(run, view, state) {
    const panel = find('.queues', view.element);
    const names = Object.keys(state.queues), fds = Object.keys(state.watches);
    panel.hidden = !names.length && !fds.length;
    const boxes = names.map(name => make('div', 'queue',
        make('b', '', `${name} `), state.queues[name].length ? '' : '–',
        ...state.queues[name].map(text =>
            make('span', 'chip', queued(text, state.time)))));
    if (fds.length)
        boxes.unshift(make('div', 'queue', make('b', '', 'watches '),
            ...fds.map(fd => make('span', 'chip', `${fd}: ` + ['read', 'write']
                .filter(way => state.watches[fd][way] !== '-')
                .map(way => state.watches[fd][way]).join(', ')))));
    find('div', panel).replaceChildren(...boxes);
}

/* One stack: a line that says where it stands, and its functions as boxes, the
 * first caller at the left. The one that runs is open, others at a click. */
function drawStack(run, view, state, who) {
    const frames = state.stacks[who], current = +who === state.who;
    const runs = current && !state.asleep;
    const frame = current ? frames.at(-1) : standsIn(run, state, who);
    const doing = runs ? 'runs' : current ? `asleep in ${state.asleep.name}` :
        frame ? 'stopped' : 'not begun';
    const vars = frame && frame.vars ? `, ${frame.vars}` : '';
    const box = make('details', runs ? 'stack runs' : 'stack',
        make('summary', '',
             make('b', '', `${nameOf(run, state, +who)} ${doing}`),
             frame ? ` at ${place(frame)}${vars}` : ''),
        make('ol', '', ...frames.map((f, i) => make('li',
            i === frames.length - 1 ? 'frame top' : 'frame',
            `${f.name}() :${f.line}`, make('small', '', f.vars)))));
    box.open = current || view.open.has(who);
    find('summary', box).addEventListener('click', () =>
        view.open[box.open ? 'delete' : 'add'](who));
    return box;
}

function drawStacks(run, view, state) {
    const panel = find('.stacks', view.element);
    const list = Object.keys(state.stacks);
    find('h3', panel).textContent = list.length > 1 ? 'Stacks' : 'Stack';
    const boxes = list.slice(0, 20)
        .map(who => drawStack(run, view, state, who));
    if (list.length > 20)
        boxes.push(`and ${list.length - 20} more`);
    find('div', panel).replaceChildren(...boxes);
    const pane = find('.state', view.element), box = boxes[list.indexOf(
        String(state.who))];
    if (box && box.offsetTop + box.clientHeight > pane.clientHeight)
        pane.scrollTop = box.offsetTop + box.clientHeight;
}

function drawLog(view, state) {
    const list = find('.log ol', view.element);
    const from = Math.min(view.logs, state.logs);
    const to = Math.max(view.logs, state.logs);
    for (let i = from; i < to; i++)
        list.children[i].hidden = i >= state.logs;
    const last = list.children[state.logs - 1];
    if (view.last)
        view.last.className = '';
    if (last) {
        last.className = 'new';
        list.scrollTop = last.offsetTop;
    }
    view.last = last;
    view.logs = state.logs;
}

/* The times between which the thread slept, and the states of each page. */
function spans(run) {
    const rows = {}, sleeps = [];
    let asleep = null;
    for (const {state, time} of run.steps) {
        if (state.asleep && asleep === null)
            asleep = time;
        if (!state.asleep && asleep !== null) {
            sleeps.push([asleep, time]);
            asleep = null;
        }
        for (const id of Object.keys(state.pages)) {
            const list = rows[id] = rows[id] || [];
            const name = {sending: 'connecting', connected: 'connecting'}[
                state.pages[id].state] || state.pages[id].state;
            if (list.length && list.at(-1).name === name)
                continue;
            if (list.length)
                list.at(-1).to = time;
            list.push({name, from: time, to: run.end});
        }
    }
    return {rows, sleeps};
}

function drawTimeline(run, view) {
    const {rows, sleeps} = spans(run), ids = Object.keys(rows);
    const height = Math.max(3, Math.min(18, 160 / Math.max(1, ids.length)));
    const left = 110, width = 600, x = time =>
        left + (width - left - 12) * time / (run.end || 1);
    const parts = [], bottom = ids.length * height + 22;
    const bar = (name, from, to, y) => parts.push(`<rect class="${name}" ` +
        `x="${x(from)}" y="${y}" width="${Math.max(2, x(to) - x(from))}" ` +
        `height="${height * .7}"/>`);
    ids.forEach((id, i) => {
        if (height > 9)
            parts.push(`<text x="0" y="${i * height + 11}"></text>`);
        rows[id].filter(span => ['connecting', 'waiting', 'receiving', 'failed']
            .includes(span.name)).forEach(span =>
            bar(span.name, span.from, span.to, i * height + 1));
    });
    parts.push(`<text x="0" y="${bottom - 8}">the thread runs</text>`);
    let at = 0;
    for (const [from, to] of [...sleeps, [run.end, run.end]]) {
        bar('runs', at, from, bottom - 18);
        at = to;
    }
    parts.push(`<text x="${left}" y="${bottom + 12}">0 s</text>`,
        `<text x="${width - 12}" y="${bottom + 12}" text-anchor="end">` +
        `${run.end.toFixed(3)} s</text>`,
        `<rect class="future" y="0" height="${bottom}"/>`,
        `<line class="cursor" y1="0" y2="${bottom}"/>`);
    const box = find('.timeline div', view.element);
    box.innerHTML = `<svg viewBox="0 0 ${width} ${bottom + 16}" role="img" ` +
        'preserveAspectRatio="xMinYMin" ' +
        `aria-label="${ids.length} pages in ${run.end.toFixed(3)} seconds; ` +
        `the table of pages says the same">${parts.join('')}</svg>`;
    ids.forEach((id, i) => {
        if (height > 9)
            box.querySelectorAll('text')[i].textContent =
                `${id}  ${run.names[id] || ''}`;
    });
    view.x = x;
    find('svg', box).addEventListener('click', event => {
        const toPicture = find('svg', box).getScreenCTM().inverse();
        const at = new DOMPoint(event.clientX, 0).matrixTransform(toPicture).x;
        const time = (at - left) / (width - left - 12) * run.end;
        const n = run.steps.findIndex(step => step.time >= time);
        lead = view;
        show(n === -1 ? run.steps.length - 1 : n);
    });
}

/* Makes the parts of the page that belong to one run. */
function makeView(run) {
    const element = find('#run').content.cloneNode(true).firstElementChild;
    const view = {run, element, files: {}, marked: [], logs: 0, n: 0,
                  last: null, open: new Set()};
    run.hasCoroutines = run.steps.some(step => step.kind === 'switch');
    run.end = run.steps.at(-1).time;
    run.questions = findQuestions(run);
    find('#runs').append(element);
    find('h2', element).textContent = run.title;
    find('h2', element).addEventListener('click', () => {
        lead = view;
        show(view.n);
    });
    find('.source', element).append(make('h3', ''));
    Object.keys(run.sources).forEach(file => drawFile(run, view, file));
    find('.log ol', element).append(...run.log.map(({text}) => {
        const line = make('li', '', text);
        line.hidden = true;
        return line;
    }));
    drawTimeline(run, view);
    return view;
}

/* Shows a run at one of its steps. */
function draw(view, n) {
    const {run, element} = view, {state} = run.steps[n];
    view.n = n;
    find('.now', element).replaceChildren(
        make('span', 'who', state.asleep ? '☾ ' : '▶ '), say(run, n));
    drawPages(run, view, state);
    drawSets(run, view, state);
    drawQueues(run, view, state);
    drawStacks(run, view, state);
    drawLog(view, state);
    drawSource(run, view, state);
    const cursor = find('.cursor', element), x = view.x(run.steps[n].time);
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    const future = find('.future', element); /* not seen while one guesses */
    future.setAttribute('x', x);
    future.setAttribute('width', guessing ? view.x(run.end) + 9 - x : 0);
}

/* ---- Moving ---- */

const views = [...document.querySelectorAll('pre.record')]
    .map(record => makeView(readRecord(record.textContent)));
let lead = views[0], unit = 'event', timer = null, hashTimer = null;
let guessing = views.length === 1, question = null;
const score = {right: 0, asked: 0};

/* Where another run stands when it has printed as many lines of the log. */
function sameLog(run, logs) {
    const n = run.steps.findIndex(step => step.state.logs >= logs);
    return n === -1 ? run.steps.length - 1 : n;
}

/* Shows step n of the leading run; other runs follow it by the log. */
function show(n) {
    const {run} = lead;
    n = Math.max(0, Math.min(n, run.steps.length - 1));
    draw(lead, n);
    for (const view of views) {
        if (view !== lead)
            draw(view, sameLog(view.run, run.steps[n].state.logs));
        view.element.classList.toggle('lead', view === lead);
    }
    const time = run.steps[n].time.toFixed(3);
    find('#place').textContent = `event ${n + 1} of ${run.steps.length}, ` +
        `${time} s` + (score.asked ? `, guessed ${score.right} of ` +
        `${score.asked}` : '');
    find('#slider').max = run.steps.length - 1;
    find('#slider').value = n;
    find('#slider').setAttribute('aria-valuetext', `event ${n + 1}, ${time} s`);
    find('#live').textContent = say(run, n);
    clearTimeout(hashTimer); /* browsers allow few changes a second */
    const whose = views.length > 1 ? `${views.indexOf(lead) + 1}:` : '';
    hashTimer = setTimeout(() =>
        history.replaceState(null, '', `#${whose}${n + 1}`), 250);
}

/* The next step of a kind, forward (1) or back (-1). */
function search(way) {
    const {run, n} = lead;
    const kinds = {select: ['select', 'wake', 'sleep', 'fold'],
                   switch: ['switch', 'resumed'],
                   log: ['log']}[unit];
    let i = n + way;
    while (kinds && i > 0 && i < run.steps.length - 1 &&
           !kinds.includes(run.steps[i].kind))
        i += way;
    return i;
}

/* Shows step n, whatever is asked on the way. */
function jump(n) {
    closeQuestion();
    show(n);
}

/* Goes on to step n, unless a question comes before it. */
function go(n) {
    const open = guessing && lead.run.questions.find(q =>
        !q.answered && q.at > lead.n && q.at <= n);
    closeQuestion();
    show(open ? open.at - 1 : n);
    if (open)
        ask(open);
}

function ask(q) {
    question = q;
    stop();
    find('#ask').textContent = q.ask;
    find('#verdict').textContent = 'Type the number of your guess; g: no ' +
        'more questions.';
    find('#answers').replaceChildren(...q.options.map(({key, text, code}) => {
        const button = make('button', '', make('kbd', '', key), ' ',
                            make(code ? 'code' : 'span', '', text));
        button.addEventListener('click', () => judge(key));
        return button;
    }));
    find('#question').hidden = false;
    find('#answers button').focus();
}

function judge(key) {
    const q = question, guess = q.options.find(option => option.key === key);
    if (!guess || q.answered)
        return;
    q.answered = true;
    score.asked++;
    const good = guess.text === q.right;
    if (good)
        score.right++;
    [...find('#answers').children].forEach((button, j) => {
        if (q.options[j].text === q.right)
            button.className = 'right';
        else if (q.options[j] === guess)
            button.className = 'wrong';
    });
    const why = good ? '' : q.why(guess.text);
    find('#verdict').textContent = (good ? 'Right. ' :
        `No: ${q.right}. ${capital(why)} `) +
        `${score.right} of ${score.asked} guessed. Go on: Enter or →.`;
    find('[data-do=next]').focus();
    show(lead.n);
}

function closeQuestion() {
    question = null;
    find('#question').hidden = true;
}

function stop() {
    clearInterval(timer);
    timer = null;
    find('[data-do=play]').setAttribute('aria-pressed', false);
    find('[data-do=play]').textContent = 'Play';
}

/* Turns a class of the whole page on or off, and says so at its button. */
function toggle(name) {
    const on = document.documentElement.classList.toggle(name);
    find(`[data-do=${name}]`).setAttribute('aria-pressed', on);
    draw(lead, lead.n);
}

const actions = {
    next: () => go(search(1)),
    back: () => go(search(-1)),
    home: () => jump(0),
    end: () => jump(lead.run.steps.length - 1),
    wall: () => toggle('wall'),
    dark: () => toggle('dark'),
    play() {
        if (timer) {
            stop();
            return;
        }
        find('[data-do=play]').setAttribute('aria-pressed', true);
        find('[data-do=play]').textContent = 'Stop';
        timer = setInterval(() => lead.n < lead.run.steps.length - 1 ?
                            actions.next() : stop(), 700);
    },
    guess() {
        guessing = !guessing && views.length === 1;
        find('[data-do=guess]').setAttribute('aria-pressed', guessing);
        jump(lead.n);
    },
    help() {
        find('#help').hidden = !find('#help').hidden;
        find('[data-do=help]').setAttribute('aria-expanded',
                                            !find('#help').hidden);
    },
};

const units = {e: 'event', s: 'select', w: 'switch', l: 'log'};
const keys = {ArrowRight: 'next', ArrowLeft: 'back', Home: 'home', End: 'end',
              ' ': 'play', g: 'guess', z: 'wall', d: 'dark', '?': 'help'};

document.addEventListener('keydown', event => {
    const {key, target} = event, small = key.toLowerCase();
    if (event.ctrlKey || event.altKey || event.metaKey ||
        target.tagName === 'SELECT' || target.id === 'slider' &&
        /^(Arrow|Home|End)/.test(key) || target.tagName === 'BUTTON' &&
        (key === ' ' || key === 'Enter'))
        return;
    if (question && /^[1-9]$/.test(key))
        judge(key);
    else if (units[small]) {
        unit = find('#unit').value = units[small];
        actions[key === small ? 'next' : 'back']();
    } else if (keys[key])
        actions[keys[key]]();
    else
        return;
    event.preventDefault();
});
document.addEventListener('click', event => {
    const button = event.target.closest('[data-do]');
    if (button)
        actions[button.dataset.do]();
});
find('#unit').addEventListener('change', event => unit = event.target.value);
find('#slider').addEventListener('input', event => jump(+event.target.value));

/* Goes to the place that the address names: #17, or 2:17 for another run. */
function follow() {
    const m = /^#(?:(\d+):)?(\d+)$/.exec(location.hash);
    if (m && m[1] && views[m[1] - 1])
        lead = views[m[1] - 1];
    jump(m ? m[2] - 1 : 0);
}
addEventListener('hashchange', follow);

document.title = find('#title').textContent = views.length > 1 ?
    'The same pages, several ways to wait' : lead.run.title;
document.documentElement.classList.toggle('many', views.length > 1);
if (matchMedia('(prefers-color-scheme: dark)').matches)
    toggle('dark');
if (!views.some(view => view.run.hasCoroutines))
    find('#unit [value=switch]').remove();
if (!views.some(view => view.run.steps.some(step => step.kind === 'select')))
    find('#unit [value=select]').textContent = 'wait';
find('[data-do=guess]').hidden = views.length > 1;
follow();

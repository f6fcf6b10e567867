'use strict';
/*
 * Steps through recorded runs. From top to bottom:
 *
 *   Reading    the text of a record (RECORD.md) becomes a list of steps, each
 *              with the state of everything after it
 *   Saying     a step in words
 *   Guessing   the questions that are asked before a step is shown
 *   Drawing    a state becomes source, tables, boxes, log and timeline
 *   Moving     keys, buttons, slider, link
 *
 * States are never changed: each is a copy of the one before, with the part
 * that is new. So any place of the run can be shown at once, forward and back.
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

/* ---- Reading ---- */

/* 'page=1 fd=3' becomes {page: '1', fd: '3'}. */
function readFields(text) {
    return Object.fromEntries(
        [...text.matchAll(/(\w+)=(\S*)/g)].map(m => [m[1], m[2]]));
}

const readList = text => text ? text.split(',').map(Number) : [];

/* The head of a record, up to its line `events`: a name for each page, and the
 * sources. Returns the run and the lines that follow. */
function readHead(lines) {
    const run = {what: '', title: '', names: {}, sources: {}, steps: []};
    let file = '', i = 0;
    for (; i < lines.length && lines[i] !== 'events'; i++) {
        const [word, first, ...rest] = lines[i].split(' ');
        if (lines[i].startsWith('|'))
            run.sources[file].push(lines[i].slice(1));
        else if (word === 'run')
            Object.assign(run, {what: first, title: rest.join(' ')});
        else if (word === 'name')
            run.names[first] = rest.join(' ');
        else if (word === 'source')
            run.sources[file = first] = [];
    }
    run.main = Object.keys(run.sources)[0];
    return [run, lines.slice(i + 1)];
}

/* What a line of the log says about a page, in the words of the timeline. */
function pageState(text) {
    const m = /^ *[0-9.]+ +(\d+) {2}(\w+) *(.*)/.exec(text);
    if (!m)
        return null;
    const states = {connected: 'sending', sent: 'waiting'};
    return {page: m[1], state: states[m[2]] || m[2],
            over: m[2] === 'done' || m[2] === 'failed'};
}

/* Each kind of line that changes the state: from the state before, the words of
 * the line and its fields, to the parts of the state that are new. */
const changes = {
    enter(s, w, f) {
        const frames = s.stacks[s.who] || [];
        const frame = {name: w[0], file: w[1], first: +w[2], line: +w[2],
                       page: +f.page, vars: ''};
        return withStack(s, [...calledFrom(frames, +f.from), frame]);
    },
    leave(s, w, f) {
        const frames = s.stacks[s.who] || [];
        const depth = frames.findLastIndex(frame => frame.name === w[0]);
        return withStack(s, calledFrom(frames.slice(0, depth), +f.line));
    },
    call(s, w, f, text) {
        const before = s.pages[f.page] || {};
        const page = {...before, fd: f.fd};
        if (w[0] === 'connect')
            page.state = 'connecting';
        if (w[0] === 'recv' && !/= (0|-1)/.test(text))
            page.state = 'receiving';
        if (w[0] === 'close')
            page.fd = '';
        const pages = +f.page ? {...s.pages, [f.page]: page} : s.pages;
        return {...atLine(s, w[2]), pages, asleep: null};
    },
    sleep(s, w, f) {
        return {...atLine(s, w[2]), asleep: {name: w[0], page: f.page}};
    },
    select(s, w, f) {
        return {...atLine(s, w[1]), asleep: {name: 'select', page: 0},
                sets: {read: readList(f.read), write: readList(f.write),
                       timeout: f.timeout, since: s.time}};
    },
    wake(s, w, f) {
        return {...atLine(s, w[1]), asleep: null,
                sets: {...s.sets, result: f.result, slept: s.time - s.sets.since,
                       readable: readList(f.read),
                       writable: readList(f.write)}};
    },
    switch(s, w, f) {
        const {stacks} = atLine(s, w[1]);
        return {who: +f.to, stacks: {...stacks, [f.to]: stacks[f.to] || []}};
    },
    resumed(s, w, f) {
        const stacks = {...s.stacks};
        if (w.includes('ended'))
            delete stacks[f.from];
        return {stacks};
    },
    stack: (s, w) => ({stacks: {...s.stacks, [w[0]]: []}}),
    log(s, w, f, text) {
        text = text.replace(/^\d+ /, '');
        const said = pageState(text), pages = {...s.pages};
        if (said)
            pages[said.page] = {...pages[said.page], ...said};
        const [, name, state] = /^(\S+) (sent|done)$/.exec(text) || [];
        const page = Object.keys(s.names).find(id => s.names[id] === name &&
                                       !(pages[id] || {}).over);
        if (page)
            pages[page] = {...pages[page], over: state === 'done',
                           state: state === 'sent' ? 'waiting' : state};
        const frames = s.stacks[s.who] || [];
        return {...withStack(s, calledFrom(frames, +w[0])), pages,
                logs: s.logs + 1};
    },
    page(s, w, f) {
        const page = {...s.pages[w[0]], own: w[1], until: f.until || ''};
        page.sent = f.sent || page.sent;
        return {pages: {...s.pages, [w[0]]: page}};
    },
    watch(s, w, f) {
        const watches = {...s.watches, [w[0]]: f};
        if (!f.page)
            delete watches[w[0]];
        return {watches};
    },
    queue: (s, w) => ({queues: {...s.queues, [w[0]]: w.slice(1)}}),
    vars(s, w, f, text) {
        const none = w[0] === 'none';
        return withStack(s, s.stacks[s.who].map((frame, i) =>
            none ? {...frame, vars: ''} : i !== +w[0] ? frame :
            {...frame, vars: text.replace(/^\d+ /, '')}));
    },
    fold: () => ({}),
};

const withStack = (s, frames) => ({stacks: {...s.stacks, [s.who]: frames}});

/* The frames, the last of which is at this line now. */
function calledFrom(frames, line) {
    return frames.map((frame, i) => i === frames.length - 1 && line ?
                                    {...frame, line} : frame);
}

const atLine = (s, line) =>
    withStack(s, calledFrom(s.stacks[s.who] || [], +line));

/* Reads a record. Lines that only tell a state belong to the step that comes
 * next; all others are steps. */
function readRecord(text) {
    const [run, lines] = readHead(text.split('\n'));
    let state = {who: 0, time: 0, stacks: {0: []}, pages: {}, watches: {},
                 queues: {}, sets: null, asleep: null, logs: 0,
                 names: run.names};
    run.log = [];
    for (const line of lines) {
        const m = /^ *([0-9.]+) (\d+) (\w+) ?(.*)$/.exec(line);
        if (!m)
            continue;
        const [, time, who, kind, rest] = m;
        const words = rest.split(' '), fields = readFields(rest);
        const before = {...state, who: +who, time: +time};
        state = {...before, ...changes[kind](before, words, fields, rest)};
        if (kind === 'log')
            run.log.push({time: +time, text: rest.replace(/^\d+ /, '')});
        if (!['page', 'watch', 'queue', 'vars', 'stack'].includes(kind))
            run.steps.push({kind, who: +who, time: +time, words, fields, rest,
                            state});
    }
    return run;
}

/* ---- Saying ---- */

const capital = text => text[0].toUpperCase() + text.slice(1);
const pagesInWords = list => list.length === 0 ? 'no page' :
    (list.length === 1 ? 'page ' : 'pages ') + list.join(', ');

/* Who has this number. */
function nameOf(run, state, who) {
    if (who !== 0)
        return `coroutine ${who}`;
    const frames = state.stacks[0] || [];
    if (frames.some(frame => frame.name === 'run_scheduler'))
        return 'the scheduler';
    return run.hasCoroutines ? 'main()' : 'the thread';
}

const top = (state, who = state.who) => (state.stacks[who] || []).at(-1);

/* The deepest function of the program itself that a stack is in; the function
 * that switches does not count. */
function standsIn(run, state, who) {
    const frames = state.stacks[who] || [];
    return frames.slice(0, -1).findLast(frame => frame.file === run.main) ||
        frames.at(-1);
}

const place = frame => `${frame.file}:${frame.line}, in ${frame.name}()`;

/* What a system call has answered, in words. */
function answer(name, f, rest) {
    const result = rest.replace(/.* = /, '').replace(/^-1 /, '');
    const page = +f.page ? ` for page ${f.page}` : '';
    const call = `${name}(${name === 'socket' ? '' : f.fd})`;
    if (result === 'EAGAIN')
        return `${call} says EAGAIN${page}: not yet.`;
    if (result === 'EINPROGRESS')
        return `${call} says EINPROGRESS${page}: the kernel goes on connecting.`;
    if (name === 'SO_ERROR')
        return `SO_ERROR of ${f.fd} is ${result}${page}: ` +
            (result === '0' ? 'it is connected.' : 'it is not connected.');
    if (name === 'recv' && result === '0')
        return `${call} = 0${page}: the end of the connection.`;
    return `${call} = ${result}${page}.`;
}

/* A sentence for each kind of step: what has just happened. `before` is the
 * state before it. */
const sentences = {
    enter(run, step, before) {
        const about = +step.fields.page ? `, for page ${step.fields.page}` : '';
        const caller = top(before, step.who);
        return caller ? `${caller.name}() calls ${step.words[0]}()${about}.` :
            `${step.words[0]}() begins${about}.`;
    },
    leave(run, step) {
        const caller = top(step.state);
        return `${step.words[0]}() returns` +
            (caller ? ` to ${caller.name}().` : '.');
    },
    call: (run, step) => answer(step.words[0], step.fields, step.rest),
    sleep: (run, step) => `${step.words[0]}(${step.fields.fd}) is called, and ` +
        `the thread sleeps until it is done for page ${step.fields.page}.`,
    select(run, step) {
        const {read, write, timeout} = step.state.sets;
        const all = [...new Set([...read, ...write])].sort((a, b) => a - b);
        const limit = timeout === undefined ? 'without a time limit' :
            `for ${(+timeout).toFixed(3)} s at most`;
        return +timeout === 0 ? 'select() is called, and only looks.' :
            `select() is called. The thread sleeps until ` +
            `${pagesInWords(all)} can go on, ${limit}.`;
    },
    wake(run, step) {
        const {readable, writable, slept} = step.state.sets;
        const said = [];
        if (readable.length)
            said.push(`${pagesInWords(readable)} can be read`);
        if (writable.length)
            said.push(`${pagesInWords(writable)} can be written to`);
        return `select() returns after ${slept.toFixed(3)} s: ` +
            `${said.join(', ') || 'nobody is ready'}.`;
    },
    switch(run, step, before) {
        const from = nameOf(run, before, step.who);
        const to = nameOf(run, step.state, step.state.who);
        return `${from} stops here; ${to} ` +
            (top(step.state) ? 'goes on.' : 'begins.');
    },
    resumed(run, step, before) {
        const f = step.fields, who = nameOf(run, step.state, step.who);
        const frame = standsIn(run, step.state, step.who);
        return (step.words.includes('ended') ?
                `${nameOf(run, before, +f.from)} has ended; ` : '') +
            `${who} goes on where it stopped: ${frame ? place(frame) : ''}.`;
    },
    log: (run, step) =>
        `Printed: ${step.rest.replace(/^\d+ /, '').replace(/ +/g, ' ').trim()}`,
    fold: (run, step) => `${Number(step.words[0]).toLocaleString('en')} rounds ` +
        'like the one before, left out here.',
};

function say(run, n) {
    const step = run.steps[n], before = run.steps[Math.max(0, n - 1)].state;
    const text = sentences[step.kind](run, step, before);
    return /^\w+\(/.test(text) ? text : capital(text);
}

/* ---- Guessing ---- */

/* The question about who is next, after select() has returned. */
function askWho(run, n) {
    const {state} = run.steps[n];
    const ready = [...state.sets.readable, ...state.sets.writable];
    const next = run.steps.slice(n + 1)
        .find(s => s.kind === 'wake' || s.kind === 'call' && +s.fields.page);
    const open = Object.keys(state.pages).filter(id => !state.pages[id].over);
    if (!next || next.kind === 'wake' || open.length < 2 || !ready.length)
        return null;
    const right = +next.fields.page;
    return {at: n + 1, right: `page ${right}`,
            ask: 'select() has returned. For which page is the next system call?',
            options: open.slice(0, 9).map(id => ({key: id, text: `page ${id}`})),
            why: guess => ready.includes(+guess.slice(5)) ?
                `${guess} is ready as well, but page ${right} has its turn ` +
                'before: the ready ones are taken in a fixed order, not in the ' +
                'order in which they became ready.' :
                `${guess} is in none of the sets that select() has left: it is ` +
                'not ready yet. Before the call it was; look at both columns.'};
}

/* The question about the line at which a coroutine goes on. */
function askLine(run, n) {
    const {state} = run.steps[n], who = state.who;
    const frame = standsIn(run, state, who);
    if (who === 0 || !frame || frame.file !== run.main)
        return null;
    const text = line => `${line}: ${run.sources[run.main][line - 1].trim()}`;
    const lines = [frame.line];
    for (const other of Object.keys(state.stacks)) {
        const stand = +other && standsIn(run, state, other);
        if (stand && stand.file === run.main)
            lines.push(stand.line);
    }
    /* Where its functions begin: a wrong answer that many find right. */
    for (const f of state.stacks[who].filter(f => f.file === run.main))
        lines.push(f.first + 1, f.line);
    const options = [...new Set(lines)].slice(0, 5).sort((a, b) => a - b);
    return options.length < 2 ? null :
        {at: n + 1, right: text(frame.line),
         ask: `Coroutine ${who} goes on. At which line of ${run.main}?`,
         options: options.map((line, i) =>
             ({key: String(i + 1), text: text(line), code: true})),
         why: () => `Coroutine ${who} was left in line ${frame.line}, in ` +
             `${frame.name}(). It goes on where it stopped, with its own stack: ` +
             'it does not begin again, nor where another one stands.'};
}

/* All questions of a run, the first dozen of each kind: more would tire. */
function findQuestions(run) {
    const asked = {wake: 0, switch: 0}, questions = [];
    run.steps.forEach((step, n) => {
        const ask = {wake: askWho, switch: askLine}[step.kind];
        const question = ask && asked[step.kind] < 12 && ask(run, n);
        if (question) {
            asked[step.kind]++;
            questions.push(question);
        }
    });
    return questions;
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
        return [what.length ? `asks to ${what.join(' and ')}; asleep in select` :
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
            const sent = page.own === 'sending' ? `, ${page.sent} bytes sent` : '';
            return {className, cells: [`${id}  ${run.names[id] || ''}`,
                    (page.over ? page.state : page.own || page.state || '') + sent,
                    now, page.fd || '', left]};
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
    const boxes = names.map(name => make('div', 'queue', make('b', '', `${name} `),
        ...(state.queues[name].length ? state.queues[name].map(text =>
            make('span', 'chip', queued(text, state.time))) : ['–'])));
    if (fds.length)
        boxes.unshift(make('div', 'queue', make('b', '', 'watches '),
            ...fds.map(fd => make('span', 'chip', `${fd}: ` + ['read', 'write']
                .filter(way => state.watches[fd][way] !== '-')
                .map(way => state.watches[fd][way]).join(', ')))));
    find('div', panel).replaceChildren(...boxes);
}

/* One stack: a line that says where it stands, and its functions as boxes, the
 * first caller at the left. That of who runs is open; others open at a click. */
function drawStack(run, view, state, who) {
    const frames = state.stacks[who], current = +who === state.who;
    const runs = current && !state.asleep;
    const frame = current ? frames.at(-1) : standsIn(run, state, who);
    const doing = runs ? 'runs' : current ? `asleep in ${state.asleep.name}` :
        frame ? 'stopped' : 'not begun';
    const vars = frame && frame.vars ? `, ${frame.vars}` : '';
    const box = make('details', runs ? 'stack runs' : 'stack',
        make('summary', '', make('b', '', `${nameOf(run, state, +who)} ${doing}`),
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
    const boxes = list.slice(0, 20).map(who => drawStack(run, view, state, who));
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
        `<line class="cursor" y1="0" y2="${bottom}"/>`);
    const box = find('.timeline div', view.element);
    box.innerHTML = `<svg viewBox="0 0 ${width} ${bottom + 16}" role="img" ` +
        'preserveAspectRatio="xMinYMin" ' +
        `aria-label="${ids.length} pages in ${run.end.toFixed(3)} seconds; the ` +
        `table of pages says the same">${parts.join('')}</svg>`;
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
    const view = {run, element, files: {}, marked: [], logs: 0, n: 0, last: null,
                  open: new Set()};
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
    const who = nameOf(run, state, state.who);
    find('.now', element).replaceChildren(
        make('span', 'who', state.asleep ? '☾ ' : '▶ '), say(run, n));
    find('.now', element).title = `${who} ${state.asleep ? 'is asleep' : 'runs'}`;
    drawPages(run, view, state);
    drawSets(run, view, state);
    drawQueues(run, view, state);
    drawStacks(run, view, state);
    drawLog(view, state);
    drawSource(run, view, state);
    const cursor = find('.cursor', element), x = view.x(run.steps[n].time);
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
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
    hashTimer = setTimeout(() => history.replaceState(null, '',
        `#${views.length > 1 ? views.indexOf(lead) + 1 + ':' : ''}${n + 1}`), 250);
}

/* The next step of a kind, forward (1) or back (-1). */
function search(way) {
    const {run, n} = lead;
    const kinds = {select: ['select', 'wake'], switch: ['switch', 'resumed'],
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
    find('#verdict').textContent = 'Type the number of your guess; g: no more ' +
        'questions.';
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
        closeQuestion();
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
find('[data-do=guess]').hidden = views.length > 1;
follow();

/*
 * Understands recorded runs. From top to bottom:
 *
 *   Reading    the text of a record (RECORD.md) becomes a list of steps, each
 *              with the state of everything after it
 *   Saying     a step in words
 *   Guessing   the questions that are asked before a step is shown
 *
 * States are never changed: each is a copy of the one before, with the part
 * that is new. So any place of the run can be shown at once, forward and back.
 */

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
                sets: {...s.sets, result: f.result,
                       slept: s.time - s.sets.since,
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
    run.start = state;
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

/* What the one with this number is called. */
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
        return `${call} says EINPROGRESS${page}: the kernel goes on with it.`;
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
    sleep: (run, {words, fields}) => `${words[0]}(${fields.fd}) is called, ` +
        `and the thread sleeps until it is done for page ${fields.page}.`,
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
    fold: (run, {words}) => `${(+words[0]).toLocaleString('en')} rounds like ` +
        'the one before, left out here.',
};

function say(run, n) {
    const step = run.steps[n];
    const before = n > 0 ? run.steps[n - 1].state : run.start;
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
            ask: 'select() has returned. For which page is the next system ' +
                'call?',
            options: open.slice(0, 9).map(id => ({key: id,
                                                  text: `page ${id}`})),
            why: guess => ready.includes(+guess.slice(5)) ?
                `${guess} is ready as well, but page ${right} has its turn ` +
                'before: the ready ones are taken in a fixed order, not in ' +
                'the order in which they became ready.' :
                `${guess} is in none of the sets that select() has left, so ` +
                'it is not ready yet. Compare the two columns.'};
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
             `${frame.name}(). It goes on where it stopped, with its own ` +
             'stack: it does not begin again, nor where another one stands.'};
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

// The page's way to the program that serves it: one start, one stream, and requests.
//
// A request ends as an outcome:
//   { kind: 'accepted', id, sequence, data }
//   { kind: 'rejected', id, error: { code, field, message }, data }   data: where the refusal shows something, as
//                                        the current record with stale_version
//   { kind: 'queued', id, settled, told }   safe in this box; `settled` is a promise of one of the two above, `told`
//                                        what the program says of it (a kiosk: { ticket })
//   { kind: 'unavailable', error }       nothing was kept: no connection, no answer, or this program is gone
// It never throws for what can happen to a network.

const RETRY_FIRST_MS = 200;
const RETRY_MOST_MS = 2000;
const STREAM_WITHIN_MS = 2000;
const ANSWER_WITHIN_MS = 10000; // it promises a tenth of a second
const SILENCE_MS = 40000; // the stream says something every 15 s
const DATA_WITHIN_MS = 300;
const EARLY_MS = 5000;

const listeners = new Map(); // name of a stream event → set of functions
const waiting = new Map(); // id of a request → { onReply, onCustody, onLost }
const early = new Map(); // replies that overtook the answer to their POST, by id
let token = '';
let streamId = '';
let session = '';
let streamReady = null; // { promise, resolve } until the stream has said hello

export let start = null; // what /api/start said last

// Calls `listener` with each of the stream's events of that name; also 'link' ({ isUp }), the page's connection
// to its program, and 'restart', when that program has been started anew. Returns a function that ends it.
export function on(name, listener) {
    if (!listeners.has(name))
        listeners.set(name, new Set());
    listeners.get(name).add(listener);
    return () => listeners.get(name).delete(listener);
}

function emit(name, data) {
    for (const listener of [...(listeners.get(name) ?? [])])
        listener(data);
}

export function setSession(value) {
    session = value ?? '';
}

export function hasSession() {
    return session !== '';
}

// ---- requests

function unavailable(code, message = '') {
    return { kind: 'unavailable', error: { code, field: '', message } };
}

// A token that the program does not know is of its last start: the page is about to hear of the new one. What the gateway
// forbids comes as 409.
const codeOfStatus = { 403: 'program.gone', 507: 'outbox.full' };

function outcomeOf(http, body) {
    if (http === 200)
        return { kind: 'accepted', id: body.id, sequence: body.sequence, data: body.data ?? {} };
    if (http === 409 || http === 422)
        return { kind: 'rejected', id: body.id, error: { field: '', message: '', ...body.error }, data: body.data ?? {} };
    return unavailable(codeOfStatus[http] ?? body?.error?.code ?? 'unavailable', body?.error?.message);
}

// What a reply on the stream, or the news of its custody, makes of a request that was answered with 202.
function follow({ id, custody, ...told }, waitMs) {
    return new Promise((resolve) => {
        let settle;
        const settled = new Promise((done) => { settle = done; });
        const finish = (outcome) => {
            clearTimeout(timer);
            waiting.delete(id);
            settle(outcome);
            resolve(outcome);
        };
        const timer = setTimeout(() => {
            if (custody === 'here') {
                resolve({ kind: 'queued', id, settled, told });
            } else {
                waiting.delete(id);
                resolve(unavailable('timeout'));
            }
        }, waitMs);
        waiting.set(id, {
            onReply: (reply) => finish(outcomeOf(reply.http, reply)),
            onCustody: (news) => {
                if (news.custody === 'rejected')
                    finish({ kind: 'rejected', id, error: { code: news.code, field: '', message: '' }, data: {} });
                else
                    finish({ kind: 'accepted', id, sequence: news.sequence, data: {} });
            },
            onLost: () => {
                if (custody === 'asked')
                    finish(unavailable('program.gone'));
            },
        });
        if (early.has(id))
            waiting.get(id).onReply(early.get(id));
        early.delete(id);
    });
}

function takeReply(reply) {
    const waiter = waiting.get(reply.id);
    if (waiter) {
        waiter.onReply(reply);
        return;
    }
    early.set(reply.id, reply);
    // What nobody claims is somebody's data all the same.
    setTimeout(() => early.delete(reply.id), EARLY_MS);
}

// The reply with its data may be a moment behind the news of custody.
function takeCustody(news) {
    const waiter = waiting.get(news.id);
    if (waiter && news.custody !== 'here')
        setTimeout(() => waiting.get(news.id)?.onCustody(news), DATA_WITHIN_MS);
    emit('custody', news);
}

// A program that hangs answers nothing for ever.
async function post(name, body) {
    return fetch(`/api/${name}`, {
        method: 'POST',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        headers: {
            'Content-Type': 'application/json',
            'X-Clinic-Token': token,
            'X-Clinic-Stream': streamId,
        },
        body: JSON.stringify(body),
    });
}

// Sends the request `name`, e.g. "patient/create". waitMs: how long to wait before a kept one is called queued and an
// asked one unavailable.
export async function request(name, data = {}, { waitMs = 5000 } = {}) {
    const body = session === '' ? { data } : { session, data };
    try {
        if (streamReady)
            await Promise.race([streamReady.promise, pause(STREAM_WITHIN_MS)]);
        const response = await post(name, body);
        const answer = await response.json();
        if (response.status === 202)
            return await follow(answer, waitMs);
        return outcomeOf(response.status, answer);
    } catch {
        return unavailable('program.gone');
    }
}

// ---- what this box keeps

// Rows of the outbox, without what was entered: { rows, more }; null where the program does not answer.
export async function readOutbox() {
    try {
        const response = await fetch('/api/outbox', { headers: { 'X-Clinic-Token': token } });
        return response.ok ? await response.json() : null;
    } catch {
        return null;
    }
}

// Forgets a rejected request. True if it is gone.
export async function dropRejected(id) {
    try {
        const response = await post('outbox/drop', { id });
        return response.ok || response.status === 404;
    } catch {
        return false;
    }
}

// ---- the stream

function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

function take(name, text) {
    const data = JSON.parse(text);
    if (name === 'hello') {
        streamId = data.stream;
        streamReady?.resolve();
        streamReady = null;
        emit('link', { isUp: true });
    } else if (name === 'reply') {
        takeReply(data);
    } else if (name === 'custody') {
        takeCustody(data);
    } else {
        emit(name, data);
    }
}

// A block is the lines of one event, without the empty line that ends it.
function takeBlock(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split('\n')) {
        if (line.startsWith('event:'))
            name = line.slice(6).trim();
        else if (line.startsWith('data:'))
            data.push(line.slice(5).trimStart());
    }
    if (data.length > 0)
        take(name, data.join('\n'));
}

async function readStream() {
    const silence = new AbortController();
    const response = await fetch('/api/stream', { headers: { 'X-Clinic-Token': token }, signal: silence.signal });
    if (!response.ok)
        throw new Error(`stream: ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
        const timer = setTimeout(() => silence.abort(), SILENCE_MS);
        const { value, done } = await reader.read().finally(() => clearTimeout(timer));
        if (done)
            return;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        blocks.forEach(takeBlock);
    }
}

async function begin() {
    const response = await fetch('/api/start');
    if (!response.ok)
        throw new Error(`start: ${response.status}`);
    const before = token;
    start = await response.json();
    token = start.token;
    if (before !== '' && before !== token)
        emit('restart', start);
}

function expectStream() {
    if (streamReady !== null)
        return;
    let resolve;
    const promise = new Promise((done) => { resolve = done; });
    streamReady = { promise, resolve };
}

async function keepStream() {
    for (let wait = RETRY_FIRST_MS; ; wait = Math.min(2 * wait, RETRY_MOST_MS)) {
        const began = performance.now();
        await readStream().catch(() => {});
        if (performance.now() - began > RETRY_MOST_MS)
            wait = RETRY_FIRST_MS;
        streamId = '';
        expectStream();
        emit('link', { isUp: false });
        for (const waiter of [...waiting.values()])
            waiter.onLost();
        await pause(wait);
        await begin().catch(() => {});
    }
}

// Begins; resolves with what /api/start says. Tries until the program answers.
export async function connect() {
    expectStream();
    for (;;) {
        try {
            await begin();
            break;
        } catch {
            await pause(RETRY_MOST_MS / 4);
        }
    }
    keepStream();
    return start;
}

// The line that says whether this desk is connected, what waits, and how far the clinic's events are on their way up.
import { on } from '/api.js';
import { fill, h, icon } from '/dom.js';
import { ago, t, tn } from '/i18n.js';

const AGAIN_MS = 30000;

let link = null; // null: nobody knows yet
let status = null;

on('link', (news) => { link = news; });
on('status', (news) => { status = news; });

// What the box said of itself last; null: nothing yet.
export function lastStatus() {
    return status;
}

function describe() {
    if (link === null || (link.isUp && status === null))
        return null;
    if (!link.isUp)
        return ['bad', 'exclamation-triangle', t('link.program')];
    if (status.broker !== 'online')
        return ['bad', 'cloud-slash', t('link.offline')];
    if (!status.gateway_online)
        return ['bad', 'cloud-slash', t('link.gateway')];
    return ['good', 'cloud-check', t('link.online')];
}

function waitingText() {
    if (!status?.waiting)
        return '';
    const since = status.waiting_since ? ` (${ago(status.waiting_since)})` : '';
    return tn('link.waiting', status.waiting) + since;
}

function badge(kind, picture, text) {
    return h('span', { class: `badge ${kind}` }, icon(picture), text);
}

// An element that stays true by itself. Call the returned `stop` when it goes. What waits is not read out: its age would be, twice a
// minute.
export function connectionLine() {
    const waiting = h('span', {});
    const state = h('span', { role: 'status' });
    const show = () => {
        const told = describe();
        const text = waitingText();
        fill(waiting, text === '' ? null : badge('note', 'hdd', text));
        if (state.textContent !== (told?.[2] ?? ''))
            fill(state, told === null ? null : badge(...told));
    };
    const ends = [on('link', show), on('status', show)];
    const timer = setInterval(show, AGAIN_MS);
    show();
    return { node: h('div', { class: 'row connection' }, waiting, state), stop: () => { ends.forEach((end) => end()); clearInterval(timer); } };
}

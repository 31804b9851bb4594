// The line that says whether this desk is connected, what waits, and how far the clinic's events are on their way up.
import { on } from '/api.js';
import { fill, h, icon } from '/dom.js';
import { ago, t, tn } from '/i18n.js';

let link = { isUp: false };
let status = null;

on('link', (news) => { link = news; });
on('status', (news) => { status = news; });

function describe() {
    if (!link.isUp || status === null)
        return ['bad', 'exclamation-triangle', t('link.program')];
    if (status.broker !== 'online')
        return ['bad', 'cloud-slash', t('link.offline')];
    if (!status.gateway_online)
        return ['bad', 'cloud-slash', t('link.gateway')];
    return ['good', 'cloud-check', t('link.online')];
}

function waitingText() {
    if (!status?.waiting)
        return null;
    const since = status.waiting_since ? ` (${ago(status.waiting_since)})` : '';
    return h('span', { class: 'badge note' }, icon('hdd'), tn('link.waiting', status.waiting) + since);
}

// An element that stays true by itself. Call the returned `stop` when it goes.
export function connectionLine() {
    const node = h('div', { class: 'row connection', role: 'status' });
    const show = () => {
        const [kind, picture, text] = describe();
        fill(node, waitingText(), h('span', { class: `badge ${kind}` }, icon(picture), text));
    };
    const ends = [on('link', show), on('status', show)];
    const timer = setInterval(show, 30000);
    show();
    return { node, stop: () => { ends.forEach((end) => end()); clearInterval(timer); } };
}

// The staff room's screen: what the gateway tells all staff, newest first, to be read from across the room. Nobody signs in
// here, so it shows what comes while it is open, and nothing of it is about a person.
import * as api from '/api.js';
import { connectionLine } from '/connection.js';
import { fill, h, icon } from '/dom.js';
import { ago, t, time, useLanguage, useZone } from '/i18n.js';
import { firstLanguage } from '/language.js';

const DAY_MS = 86400000;
const SHOWN_MOST = 30;
const CLOCK_EVERY_MS = 10000;

// The notices of the gateway by their kind: how they look.
const kinds = {
    'low-stock': ['note', 'box-seam'],
    'out-of-stock': ['bad', 'exclamation-triangle'],
    provisional: ['', 'person-plus'],
    'general-feedback': ['', 'chat-square-text'],
};
const OTHER = ['', 'bell'];

const openedAt = Date.now();
const alerts = new Map(); // id → { notice, itemId, isOver }
const itemsOf = new Map(); // sequence of an event about stock → item

const clock = h('p', { class: 'clock' });
const list = h('div', { class: 'alerts' });
const announcement = h('p', { class: 'visually-hidden', role: 'alert' });

// ---- what comes

// A notice's id begins with the sequence of the event that caused it.
function sequenceOf(notice) {
    return Number(notice.id.split('-')[0]);
}

function forgetOld() {
    const kept = [...alerts.values()].filter((alert) => Date.now() - new Date(alert.notice.time) < DAY_MS).sort(byTime);
    alerts.clear();
    for (const alert of kept.slice(0, SHOWN_MOST))
        alerts.set(alert.notice.id, alert);
}

function byTime(a, b) {
    return b.notice.time.localeCompare(a.notice.time) || b.notice.id.localeCompare(a.notice.id);
}

function takeNotice({ audience, notice }) {
    if (audience !== 'staff' || alerts.has(notice.id))
        return;
    alerts.set(notice.id, { notice, isOver: false });
    forgetOld();
    show();
    announcement.textContent = `${kindText(notice)}: ${notice.text}`;
}

// Whoever restocks is seen to have done so.
function takeEvent(event) {
    if (!event.type.startsWith('clinic.equipment.'))
        return;
    const itemId = event.data.item_id;
    itemsOf.set(event.sequence, itemId);
    while (itemsOf.size > 10 * SHOWN_MOST)
        itemsOf.delete(itemsOf.keys().next().value);
    if (event.data.state !== 'ok')
        return;
    for (const alert of alerts.values())
        alert.isOver ||= itemsOf.get(sequenceOf(alert.notice)) === itemId;
    show();
}

// ---- what is seen

function kindText(notice) {
    return t(kinds[notice.kind] ? `alerts.kind.${notice.kind}` : 'alerts.kind.other');
}

function alertNode({ notice, isOver }) {
    const [kind, picture] = kinds[notice.kind] ?? OTHER;
    return h('li', { class: `alert ${isOver ? 'over' : kind}` },
        icon(isOver ? 'check-circle' : picture),
        h('div', {},
            h('p', { class: 'alert-kind' }, isOver ? t('alerts.over') : kindText(notice)),
            h('p', { class: 'alert-text' }, notice.text)),
        h('p', { class: 'alert-time' }, h('time', { datetime: notice.time }, time(notice.time)), h('span', {}, ago(notice.time))));
}

function nothing() {
    return h('div', { class: 'quiet-room' }, icon('check-circle'), h('p', {}, t('alerts.none')));
}

function show() {
    const rows = [...alerts.values()].sort(byTime);
    fill(list, rows.length === 0 ? nothing() : h('ol', { 'aria-label': t('alerts.title') }, rows.map(alertNode)));
}

function showClock() {
    fill(clock, time(Date.now()));
    forgetOld();
    show();
}

api.on('status', (status) => useZone(status.zone));
api.on('notice', takeNotice);
api.on('event', takeEvent);
await api.connect();
await useLanguage(firstLanguage(), ['common', 'alerts']);
document.title = `Clinic Edge · ${t('alerts.title')}`;
fill(document.getElementById('page'),
    h('header', { class: 'spread' }, h('h1', {}, icon('bell'), ' ', t('alerts.title')), connectionLine().node, clock),
    h('main', {}, list, h('p', { class: 'soft' }, t('alerts.since', { time: time(openedAt) }))),
    announcement);
showClock();
setInterval(showClock, CLOCK_EVERY_MS);

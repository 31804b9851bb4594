// What waits to be done, with counts that lead to where it is done; only what the role may do is shown.
import { h, icon } from '/dom.js';
import { lastStatus } from '/connection.js';
import { ago, number, t } from '/i18n.js';
import { onReturn, refresher, refill } from '/refresh.js';

const LOOK_EVERY_MS = 60000; // for what changes without an event

const countList = (name) => (data) => ({ count: data[name].length, more: data.more });

// view, params: where the card leads; events: beginnings of the types after which it is read again.
const lists = [
    {
        id: 'provisional', icon: 'person-plus', request: 'patient/provisional', data: { limit: 100 }, count: countList('patients'),
        events: ['clinic.patient.'], view: 'patients', params: { list: 'provisional' },
    },
    {
        id: 'conflicts', icon: 'calendar-x', request: 'doctor/conflicts', count: countList('conflicts'),
        events: ['clinic.doctor.', 'clinic.appointment.'], view: 'conflicts',
    },
    {
        id: 'messages', icon: 'envelope', request: 'message/list', data: { work_list: true, limit: 40 }, count: countList('messages'),
        events: ['clinic.appointment.', 'clinic.patient.'], view: 'messages', params: { list: 'work' },
    },
    {
        id: 'feedback', icon: 'chat-square-text', request: 'feedback/list', data: { only_unanswered: true, limit: 20 },
        count: countList('feedback'), events: ['clinic.feedback.'], view: 'feedback',
    },
    {
        id: 'stock', icon: 'box-seam', request: 'equipment/restock-report', count: countList('items'),
        events: ['clinic.equipment.'], view: 'restock',
    },
    {
        id: 'upstream', icon: 'cloud-arrow-up', request: 'system/status', events: [], view: 'nodes',
        count: ({ upstream }) => ({ count: upstream?.lag ?? 0, since: upstream?.oldest }),
    },
];

function card(desk, list, { count, more, since }) {
    return h('button', { type: 'button', class: 'work-card', 'data-key': list.id, 'data-work': list.id, onclick: () => desk.go(list.view, list.params) },
        icon(list.icon), h('span', {}, t(`day.work.${list.id}`), since ? h('span', { class: 'soft' }, ` · ${ago(since)}`) : null),
        h('strong', { class: 'count' }, number(count) + (more ? '+' : '')));
}

// What waits in this desk's own outbox: it leads nowhere, and goes out by itself.
function deskCard(status) {
    return h('div', { class: 'work-card', 'data-work': 'desk' }, icon('hdd'),
        h('span', {}, t('day.work.desk'), status.waiting_since ? h('span', { class: 'soft' }, ` · ${ago(status.waiting_since)}`) : null),
        h('strong', { class: 'count' }, number(status.waiting)));
}

function draw(work) {
    const cards = work.lists.filter((list) => work.counts.get(list.id)?.count > 0).map((list) => card(work.desk, list, work.counts.get(list.id)));
    if (work.status?.waiting > 0)
        cards.push(deskCard(work.status));
    const isKnown = work.counts.size === work.lists.length;
    refill(work.root, cards, cards.length === 0 && isKnown ? h('p', { class: 'soft' }, icon('check-circle'), ' ', t('day.work.none')) : null);
}

async function read(work, list) {
    const outcome = await work.desk.request(list.request, list.data ?? {});
    if (outcome.kind !== 'accepted')
        return;
    work.counts.set(list.id, list.count(outcome.data));
    draw(work);
}

export function dayWork(desk) {
    const work = {
        desk, counts: new Map(), status: lastStatus(), lists: lists.filter((list) => desk.may(list.request)),
        root: h('section', { class: 'work', 'aria-label': t('day.work') }),
    };
    const readers = work.lists.map((list) => ({ list, refresh: refresher(() => read(work, list)) }));
    const readAll = () => readers.forEach(({ refresh }) => refresh());
    const timer = setInterval(readAll, LOOK_EVERY_MS);
    onReturn(desk.listen, readAll);
    desk.listen('status', (status) => {
        work.status = status;
        draw(work);
    });
    readAll();
    return {
        root: work.root,
        onEvent({ type }) {
            for (const { list, refresh } of readers)
                if (list.events.some((beginning) => type.startsWith(beginning)))
                    refresh();
        },
        stop() {
            clearInterval(timer);
            readers.forEach(({ refresh }) => refresh.stop());
        },
    };
}

// Messages to patients, doctors and staff, and the work-list of those that nobody could send.
import { fill, h, icon } from '/dom.js';
import { date, dateTime, dayOf, has, t, time, today } from '/i18n.js';
import { openPatient } from '/patient_record.js';
import { problemLine } from '/problem.js';
import { keyedRows, onReturn, refresher } from '/refresh.js';
import { runOnce } from '/visit.js';

const PAGE_ROWS = 20;
const GATHER_MS = 500;
const LOOK_EVERY_MS = 30000; // what fails does so without an event

const states = {
    waiting: ['', 'hourglass-split'],
    'by-hand': ['note', 'telephone'],
    sent: ['good', 'check-lg'],
    failed: ['bad', 'exclamation-triangle'],
    expired: ['note', 'clock-history'],
    dropped: ['', 'x-lg'],
    handled: ['', 'check-lg'],
};

function toWhom(message, doctors) {
    const doctor = doctors.find((one) => one.doctor_id === message.recipient);
    return doctor?.name ?? t(`messages.to.${message.audience}`);
}

function about(message) {
    return has(`messages.about.${message.template}`) ? t(`messages.about.${message.template}`) : message.template;
}

function stateCell(message) {
    const [kind, picture] = states[message.state];
    const why = `messages.why.${message.state}`;
    return [
        h('span', { class: `badge ${kind}` }, icon(picture), t(`messages.state.${message.state}`)),
        message.state === 'waiting' ? h('p', { class: 'hint' }, t('messages.due', { time: dateTime(message.due) })) : null,
        has(why) ? h('p', { class: 'hint' }, t(why)) : null,
    ];
}

// Also one that still waits may be seen to: who was called need not be written to.
const isOpen = (message) => ['waiting', 'by-hand', 'failed', 'expired'].includes(message.state) && message.channel !== 'screen';

function buttons(view, message) {
    const { desk } = view;
    const handle = async () => {
        if (await desk.act('message/handle', { message_id: message.message_id }, t('messages.handled')))
            await view.refresh();
    };
    return h('div', { class: 'visit-buttons' },
        isOpen(message) && desk.may('message/handle') ? h('button', {
            type: 'button', 'data-key': `handle-${message.message_id}`, 'data-action': 'handle',
            'aria-label': t('messages.handle.of', { text: about(message) }), onclick: (click) => runOnce(click.currentTarget, handle),
        }, icon('check-lg'), t('messages.handle')) : null,
        message.audience === 'patient' && message.recipient && desk.may('patient/read') ? h('button', {
            type: 'button', class: 'quiet', 'data-key': `open-${message.message_id}`, onclick: () => openPatient(desk, message.recipient),
        }, icon('person'), t('messages.patient')) : null);
}

function messageRow(view, message) {
    return h('tr', {},
        h('td', {}, time(message.time), dayOf(message.time) === today() ? null : h('p', { class: 'hint' }, date(message.time))),
        h('td', {}, message.to, h('p', { class: 'hint' }, t(`messages.channel.${message.channel}`))),
        h('td', {}, h('strong', {}, about(message)), h('p', { class: 'hint message-text' }, message.text)),
        h('td', {}, stateCell(message)),
        h('td', {}, buttons(view, message)));
}

function messageTable(view) {
    const body = h('tbody', {});
    const heads = ['time', 'to', 'text', 'state', 'actions'].map((name) => h('th', { scope: 'col' }, t(`messages.${name}`)));
    const root = h('div', { class: 'scroll', hidden: true }, h('table', {}, h('caption', { class: 'visually-hidden' }, t('messages.title')),
        h('thead', {}, h('tr', {}, heads)), body));
    return { root, rows: keyedRows(body, (message) => message.message_id, (message) => messageRow(view, message)) };
}

// ---- reading

function query(view, after) {
    const data = { limit: PAGE_ROWS };
    if (view.list === 'work')
        data.work_list = true;
    if (after)
        data.after = after;
    return data;
}

function show(view) {
    view.table.root.hidden = view.messages.length === 0;
    view.table.rows(view.messages);
    fill(view.empty, t(`messages.${view.list}.none`));
    view.empty.hidden = view.messages.length > 0;
    view.older.hidden = !view.hasMore;
}

async function readPage(view, after) {
    const [outcome, doctors] = await Promise.all([view.desk.request('message/list', query(view, after)), view.desk.doctors()]);
    view.problem.show(outcome.error);
    if (outcome.kind !== 'accepted') {
        view.empty.hidden = true;
        return null;
    }
    const messages = outcome.data.messages.map((message) => ({ ...message, to: toWhom(message, doctors) }));
    return { messages, more: outcome.data.more };
}

// As many pages as are wanted, the newest first: what is new, and what became of the others.
async function readAgain(view) {
    const { list } = view;
    const messages = [];
    let page;
    do {
        page = await readPage(view, messages.at(-1)?.message_id);
        if (page === null || view.list !== list)
            return;
        messages.push(...page.messages);
    } while (page.more && messages.length < view.most);
    view.messages = messages;
    view.hasMore = page.more;
    show(view);
}

function readOlder(view) {
    view.most += PAGE_ROWS;
    return view.refresh();
}

// ---- the view

function listChoice(view) {
    const names = ['work', 'all'];
    const choice = names.map((name) => h('button', {
        type: 'button', 'aria-pressed': String(name === view.list),
        onclick: () => {
            view.list = name;
            view.messages = [];
            view.most = PAGE_ROWS;
            names.forEach((one, index) => choice[index].setAttribute('aria-pressed', String(one === name)));
            view.refresh();
        },
    }, t(`messages.${name}`)));
    return h('div', { class: 'row', role: 'group', 'aria-label': t('messages.lists') }, choice);
}

function open(root, desk, params) {
    const view = {
        desk, list: params.list === 'all' ? 'all' : 'work', messages: [], most: PAGE_ROWS, hasMore: false,
        problem: problemLine(() => view.refresh()),
        empty: h('p', { class: 'empty' }, t('common.loading')),
    };
    view.table = messageTable(view);
    view.older = h('button', { type: 'button', hidden: true, onclick: () => runOnce(view.older, () => readOlder(view)) }, t('messages.older'));
    view.refresh = () => readAgain(view);
    const refresh = refresher(view.refresh, GATHER_MS);
    fill(root, listChoice(view), view.problem.root, view.table.root, view.empty, h('div', {}, view.older));
    desk.listen('event', refresh);
    onReturn(desk.listen, refresh);
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    refresh();
    return () => {
        clearInterval(timer);
        refresh.stop();
    };
}

export const messages = { id: 'messages', icon: 'envelope', group: 'day', needs: 'message/list', open };

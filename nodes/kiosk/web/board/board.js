// The screen in the waiting room: who is called to which room, by number. It shows no names, since it is told none, and
// it needs nobody: whatever breaks, it comes back by itself.
import * as api from '/api.js';
import { fill, h, icon } from '/dom.js';
import { number, t, time, tn, useLanguage, useZone } from '/i18n.js';
import { refresher } from '/refresh.js';

const parts = ['common', 'board'];
const NEW_MS = 20000; // so long a call stands out
const AGAIN_MS = 30000; // what is shown is asked for again, though nothing was heard
const CALLS_MOST = 5;
const TICKETS_MOST = 9; // at a time
const TURN_MS = 8000; // then the next ones are shown

let board = { calls: [], tickets: [], waiting: 0 };
let isKnown = false; // something was shown before: what is new now is new to who sits here
let isUp = false;
let status = null;
let endOfNew = 0;
let ticketPage = 0;

const page = document.getElementById('page');
const latest = h('section', { class: 'latest' });
// Spoken once a call; the list around it would be read again as a whole.
const spoken = h('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'assertive' });
const others = h('section', { class: 'others' });
const aside = h('section', { class: 'aside' });
const clock = h('time', { class: 'clock' });
const line = h('p', { class: 'line', role: 'status' });

// ---- showing

function callOf(one) {
    return `${one.queue_number} ${one.called}`;
}

function showLatest() {
    const [call] = board.calls;
    fill(latest, call === undefined ? h('p', { class: 'empty' }, t('board.nobody')) : [
        h('p', { class: 'queue-number' }, call.queue_number),
        h('p', { class: 'room' }, icon('door-open'), ' ', call.room),
    ]);
}

function showOthers() {
    const calls = board.calls.slice(1, CALLS_MOST);
    fill(others, calls.length === 0 ? [] : [
        h('h2', {}, t('board.before')),
        h('ul', {}, calls.map((call) => h('li', {}, h('strong', {}, call.queue_number), h('span', {}, call.room)))),
    ]);
}

// P9 before P10, so that people find theirs.
function byTicket(one, other) {
    return one.ticket.length - other.ticket.length || (one.ticket < other.ticket ? -1 : 1);
}

function showAside() {
    const pages = Math.ceil(board.tickets.length / TICKETS_MOST);
    ticketPage = pages === 0 ? 0 : ticketPage % pages;
    const tickets = [...board.tickets].sort(byTicket).slice(ticketPage * TICKETS_MOST, (ticketPage + 1) * TICKETS_MOST);
    fill(aside,
        h('p', { class: 'waiting' }, icon('people'), ' ', board.waiting === 0 ? t('board.waiting.none') : tn('board.waiting', board.waiting)),
        tickets.length === 0 ? null : [
            h('h2', {}, icon('ticket-perforated'), ' ', t('board.tickets')),
            h('ul', { class: 'tickets' }, tickets.map((one) => h('li', {}, h('span', {}, one.ticket), icon('arrow-right'),
                h('span', { class: 'visually-hidden' }, t('board.becomes')), h('strong', {}, one.queue_number)))),
            pages < 2 ? null : h('p', { class: 'soft' }, `${number(ticketPage + 1)} / ${number(pages)}`),
        ]);
}

function say(call) {
    spoken.textContent = t('board.call', { number: call.queue_number, room: call.room });
    latest.classList.add('new');
    clearTimeout(endOfNew);
    endOfNew = setTimeout(() => latest.classList.remove('new'), NEW_MS);
}

function take(next) {
    const before = board.calls[0];
    const [call] = next.calls;
    board = next;
    showLatest();
    showOthers();
    showAside();
    if (isKnown && call !== undefined && (before === undefined || callOf(before) !== callOf(call)))
        say(call);
    isKnown = true;
}

function turnTickets() {
    ticketPage += 1;
    showAside();
}

function showClock() {
    clock.textContent = time(Date.now());
}

// What is wrong is said; that all is well need not be read from five metres away.
function showLine() {
    const isOnline = isUp && status?.broker === 'online' && status.gateway_online;
    line.classList.toggle('bad', !isOnline);
    fill(line, icon(isOnline ? 'cloud-check' : 'cloud-slash'), ' ', t(isOnline ? 'link.online' : 'board.offline'));
}

// ---- knowing

async function load() {
    const outcome = await api.request('appointment/board', {}, { waitMs: 3000 });
    if (outcome.kind === 'accepted')
        take(outcome.data);
    else
        setTimeout(refresh, 1000);
}

const refresh = refresher(load, 20);

function listen() {
    api.on('event', (event) => {
        if (event.type.startsWith('clinic.appointment.'))
            refresh();
    });
    api.on('link', (news) => {
        isUp = news.isUp;
        showLine();
        refresh();
    });
    api.on('status', (news) => {
        const wasOnline = status?.gateway_online;
        status = news;
        useZone(news.zone);
        showLine();
        if (news.gateway_online && !wasOnline)
            refresh();
    });
    setInterval(refresh, AGAIN_MS);
    setInterval(showClock, 1000);
    setInterval(turnTickets, TURN_MS);
}

listen();
await api.connect();
const { version } = api.start;
// This page runs for months, its program is updated behind it.
api.on('restart', (start) => {
    if (start.version !== version)
        location.reload();
});
const { languages, page: settings } = api.start;
await useLanguage(languages.includes(settings.language) ? settings.language : 'en', parts);
fill(page,
    h('header', { class: 'top' }, h('h1', {}, settings.name), clock),
    h('main', {}, h('h2', { class: 'visually-hidden' }, t('board.title')), spoken, latest, others, aside),
    h('footer', {}, line));
showClock();
showLine();
take(board);
isKnown = false;
refresh();

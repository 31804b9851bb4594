// The shell of the front desk: sign-in, lock, menu, and one view at a time.
import * as api from '/api.js';
import { announce, fill, h, hush, icon, toast } from '/dom.js';
import { explain, t, useLanguage, useZone } from '/i18n.js';
import { connectionLine } from '/connection.js';
import { firstLanguage } from '/language.js';
import { lockWhenIdle, may, signOut, who } from '/session.js';
import { showSignIn } from '/sign_in.js';
import { parts, views } from '/views/views.js';

const page = document.getElementById('page');
const never = new Promise(() => {});
let shown = null; // { view, close, ends, root }
let doctorsKnown = null; // promise
let line = null;
let turn = 0; // counts who was signed in here, one after the other; even: nobody is
let isOutdated = false; // the program is of another release than this page

// ---- what views are given

// Ends with the view: listeners of the stream.
function listen(name, listener) {
    shown.ends.push(api.on(name, listener));
}

// As api.request(), but a session that is over leads to the sign-in. What is answered after whoever asked has left the desk
// is nobody's: the promise stays open, so that no view shows it.
async function request(name, data = {}, options = {}) {
    const own = turn;
    if (!isSomebodyHere())
        return never;
    const outcome = await api.request(name, data, options);
    if (own !== turn)
        return never;
    if (['session.expired', 'session.required'].includes(outcome.error?.code)) {
        leave(true, explain(outcome.error));
        return never;
    }
    return outcome;
}

// Makes a request for a form or a button. Null if it was accepted or is kept, which a line on the screen says; else the
// outcome, whose error is for the caller to show.
async function send(name, data, doneText, options = {}) {
    const outcome = await request(name, data, options);
    if (outcome.kind === 'accepted') {
        toast(doneText, 'good', t('common.close'));
    } else if (outcome.kind === 'queued') {
        toast(t('queued'), 'note', t('common.close'));
        const own = turn;
        outcome.settled.then((late) => {
            if (late.kind === 'rejected' && own === turn)
                toast(`${doneText}: ${explain(late.error)}`, 'bad', t('common.close'));
        });
    } else {
        return outcome;
    }
    return null;
}

// As send(), where there is no place for an error but a line. True if it was accepted or is kept.
async function act(name, data, doneText, options = {}) {
    const outcome = await send(name, data, doneText, options);
    if (outcome !== null)
        toast(explain(outcome.error), 'bad', t('common.close'));
    return outcome === null;
}

// The doctors' list, read once and again when doctors change.
function doctors() {
    doctorsKnown ??= request('doctor/list').then((outcome) => {
        if (outcome.kind !== 'accepted')
            doctorsKnown = null;
        return outcome.data?.doctors ?? [];
    });
    return doctorsKnown;
}

export const desk = { who, may, request, send, act, doctors, listen, go };

api.on('status', (status) => useZone(status.zone));

api.on('event', (event) => {
    if (event.type.startsWith('clinic.doctor.'))
        doctorsKnown = null;
});

// ---- views

function closeView() {
    shown?.ends.forEach((end) => end());
    shown?.close?.();
    shown = null;
    document.querySelectorAll('dialog').forEach((open) => open.close());
}

function findView(id) {
    return views.find((one) => one.id === id && may(one.needs)) ?? views.find((one) => may(one.needs));
}

// For a role that has no view here, or a clinic of another release.
function showNothing() {
    fill(document.getElementById('main'), h('h1', { tabindex: '-1' }, t('desk.title')), h('p', { class: 'empty' }, t('desk.nothing')));
}

function go(id, params = {}) {
    closeView();
    const view = findView(id);
    if (view === undefined) {
        showNothing();
        return;
    }
    const title = t(`${view.id}.title`);
    const heading = h('h1', { tabindex: '-1' }, title);
    const root = h('div', { class: `view view-${view.id}` });
    fill(document.getElementById('main'), heading, root);
    for (const entry of document.querySelectorAll('nav [data-view]'))
        entry.setAttribute('aria-current', entry.dataset.view === view.id ? 'page' : 'false');
    document.title = `${title} · ${t('desk.title')}`;
    location.hash = view.id;
    shown = { view, ends: [], close: null };
    shown.close = view.open(root, desk, params);
    heading.focus();
    announce(title);
}

addEventListener('hashchange', () => {
    const id = location.hash.slice(1);
    if (shown && shown.view.id !== id)
        go(id);
});

// ---- the frame

function menu() {
    const groups = ['day', 'care', 'house'].map((group) => {
        const own = views.filter((view) => view.group === group && may(view.needs));
        return own.length === 0 ? null : h('section', {}, h('h2', {}, t(`desk.group.${group}`)),
            own.map((view) => h('button', { type: 'button', 'data-view': view.id, onclick: () => go(view.id) },
                icon(view.icon), h('span', {}, t(`${view.id}.title`)))));
    });
    return h('nav', { 'aria-label': t('desk.menu') }, h('div', { class: 'side' }, groups));
}

function skipLink() {
    const skip = (click) => {
        click.preventDefault(); // the address names the view
        document.querySelector('#main h1').focus();
    };
    return h('a', { class: 'skip', href: '#main', onclick: skip }, t('desk.skip'));
}

function showFrame() {
    line = connectionLine();
    fill(page, skipLink(),
        h('header', { class: 'top no-print' },
            h('strong', {}, t('desk.title')), line.node,
            h('div', { class: 'row' },
                h('span', { class: 'who' }, icon('person'), ' ', who.name, ' · ', t(`role.${who.role}`)),
                h('button', { type: 'button', onclick: () => leave(true) }, icon('lock'), t('desk.lock')),
                h('button', { type: 'button', onclick: () => leave(false) }, icon('box-arrow-right'), t('desk.sign-out')))),
        h('div', { class: 'frame' }, menu(), h('main', { id: 'main' })));
    go(location.hash.slice(1));
}

// ---- coming and going

function isSomebodyHere() {
    return turn % 2 === 1;
}

// Takes everything off the page, behind a lock too: of who worked here only the account's name stays, and the view's.
async function leave(isLocked, note = '') {
    if (!isSomebodyHere())
        return;
    const name = isLocked ? who.name : '';
    closeView(); // while it may still save what was typed
    turn += 1;
    line.stop();
    doctorsKnown = null;
    document.querySelectorAll('dialog').forEach((open) => open.remove());
    hush();
    page.replaceChildren();
    if (!isLocked)
        history.replaceState(null, '', location.pathname);
    const isToldOff = signOut();
    if (isOutdated) {
        await isToldOff;
        location.reload();
    }
    await receive({ name, isLocked, note });
}

async function receive(options) {
    document.title = t(options.isLocked ? 'desk.locked' : 'desk.title');
    const onLanguage = async (code) => {
        await useLanguage(code, parts);
        document.title = t(options.isLocked ? 'desk.locked' : 'desk.title');
    };
    await showSignIn(page, { ...options, onLanguage });
    turn += 1;
    showFrame();
}

// A program that was started anew carries on with who is here; a newer one brings a newer page, when nobody is.
function watchRelease() {
    const { version } = api.start;
    api.on('restart', (start) => {
        isOutdated = start.version !== version;
        if (isOutdated && !isSomebodyHere())
            location.reload();
    });
}

await api.connect();
await useLanguage(firstLanguage(), parts);
lockWhenIdle(() => leave(true));
watchRelease();
await receive({ name: '', isLocked: false, note: '' });

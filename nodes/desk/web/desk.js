// The shell of the front desk: sign-in, lock, menu, and one view at a time.
import * as api from '/api.js';
import { announce, fill, h, icon, toast } from '/dom.js';
import { explain, t, useLanguage } from '/i18n.js';
import { connectionLine } from '/connection.js';
import { lockWhenIdle, may, signOut, who } from '/session.js';
import { showSignIn } from '/sign_in.js';
import { parts, views } from '/views/views.js';

const page = document.getElementById('page');
let shown = null; // { view, close, ends, root }
let doctorsKnown = null; // promise
let line = null;

// ---- what views are given

// Ends with the view: listeners of the stream.
function listen(name, listener) {
    shown.ends.push(api.on(name, listener));
}

// As api.request(), but a session that is over leads to the sign-in.
async function request(name, data = {}, options = {}) {
    const outcome = await api.request(name, data, options);
    if (['session.expired', 'session.required'].includes(outcome.error?.code))
        leave(true);
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
        outcome.settled.then((late) => {
            if (late.kind === 'rejected')
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

export const desk = { who, may, request, send, act, doctors, listen, go, on: listen };

api.on('event', (event) => {
    if (event.type.startsWith('clinic.doctor.'))
        doctorsKnown = null;
});

// ---- views

function closeView() {
    shown?.ends.forEach((end) => end());
    shown?.close?.();
    shown = null;
}

function go(id, params = {}) {
    const view = views.find((one) => one.id === id && may(one.needs)) ?? views.find((one) => may(one.needs));
    closeView();
    document.querySelectorAll('dialog').forEach((open) => open.close());
    const heading = h('h1', { tabindex: '-1' }, t(`${view.id}.title`));
    const root = h('div', { class: `view view-${view.id}` });
    fill(document.getElementById('main'), heading, root);
    for (const entry of document.querySelectorAll('nav [data-view]'))
        entry.setAttribute('aria-current', entry.dataset.view === view.id ? 'page' : 'false');
    location.hash = view.id;
    shown = { view, ends: [], close: null };
    shown.close = view.open(root, desk, params);
    heading.focus();
    announce(t(`${view.id}.title`));
}

addEventListener('hashchange', () => {
    const id = location.hash.slice(1);
    if (shown && shown.view.id !== id)
        go(id);
});

// ---- the frame

function menu() {
    const groups = ['day', 'care', 'house'];
    return h('nav', { 'aria-label': t('desk.menu') }, groups.map((group) => {
        const own = views.filter((view) => view.group === group && may(view.needs));
        return own.length === 0 ? null : h('section', {}, h('h2', {}, t(`desk.group.${group}`)),
            own.map((view) => h('button', { type: 'button', 'data-view': view.id, onclick: () => go(view.id) },
                icon(view.icon), h('span', {}, t(`${view.id}.title`)))));
    }));
}

function showFrame() {
    line = connectionLine();
    fill(page,
        h('a', { class: 'skip', href: '#main', onclick: (click) => { click.preventDefault(); document.querySelector('#main h1').focus(); } }, t('desk.skip')),
        h('header', { class: 'top no-print' },
            h('strong', {}, t('desk.title')), line.node,
            h('div', { class: 'row' },
                h('span', { class: 'who' }, icon('person'), ' ', who.name, ' · ', t(`role.${who.role}`)),
                h('button', { type: 'button', onclick: () => leave(true) }, icon('lock'), t('desk.lock')),
                h('button', { type: 'button', onclick: () => leave(false) }, icon('box-arrow-right'), t('desk.sign-out')))),
        h('div', { class: 'frame' }, menu(), h('main', { id: 'main' })));
    const last = location.hash.slice(1);
    go(last);
}

// Nothing of anybody is left on the page, behind a lock either.
async function leave(isLocked) {
    const name = isLocked ? who.name : '';
    closeView();
    doctorsKnown = null;
    line?.stop();
    document.querySelectorAll('dialog, .toasts').forEach((open) => open.remove());
    page.replaceChildren();
    signOut();
    if (!isLocked)
        location.hash = '';
    await receive({ name, isLocked });
}

async function receive(options) {
    const onLanguage = async (code) => {
        await useLanguage(code, parts, api.start.page.zone);
        receive(options);
    };
    await showSignIn(page, { ...options, onLanguage });
    showFrame();
}

// The browser's own language, if there is one; else the first in the box's settings.
function firstLanguage() {
    const known = api.start.languages;
    const wished = navigator.languages.map((tag) => tag.split('-')[0]).find((code) => known.includes(code));
    return api.start.page.language ?? wished ?? 'en';
}

await api.connect();
await useLanguage(firstLanguage(), parts, api.start.page.zone);
lockWhenIdle(() => leave(true));
api.on('restart', () => leave(true));
await receive({});

// What stands around every screen, and the change from one to the next.
import { on, start } from '/api.js';
import { announce, fill, h, icon } from '/dom.js';
import { t } from '/i18n.js';

const page = document.getElementById('page');
let isOnline = true;
let isLinked = false;

function top(onFinish) {
    return h('header', { class: 'top' }, h('strong', {}, start.page.name),
        onFinish === null ? null
            : h('button', { type: 'button', class: 'finish', onclick: onFinish }, icon('x-lg'), t('kiosk.finish')));
}

function bottom() {
    return h('footer', { class: 'bottom' },
        h('p', { class: 'cut-off', role: 'status' }, isOnline ? null : [icon('cloud-slash'), ' ', t('kiosk.cut-off')]),
        h('p', {}, icon('person'), ' ', t('kiosk.person')));
}

// Whoever comes now should know before they begin.
function noteConnection(isNow) {
    document.documentElement.dataset.connection = isNow ? 'up' : 'down';
    if (isNow === isOnline)
        return;
    isOnline = isNow;
    page.querySelector('.bottom')?.replaceWith(bottom());
}

on('link', (link) => {
    isLinked = link.isUp;
    if (!isLinked)
        noteConnection(false);
});
on('status', (status) => noteConnection(isLinked && status.broker === 'online' && status.gateway_online));

// A screen is an object:
//   name      for tests and styles
//   title     its heading, which gets the focus, unless `focus` names something else
//   body      nodes between the heading and the actions
//   actions   buttons at the end; the first one is the way on
//   onScan    is given the member ID of a code that is held before the scanner
//   isLast    nothing more is asked: it goes away by itself
export function showScreen({ name, title, picture = null, body = [], actions = [], focus = null }, { onFinish = null } = {}) {
    const heading = h('h1', { tabindex: '-1' }, picture === null ? null : icon(picture), ' ', title);
    fill(page, top(onFinish),
        h('main', { class: `screen screen-${name}`, 'data-screen': name }, heading, body,
            actions.length === 0 ? null : h('div', { class: 'actions' }, actions)),
        bottom());
    scrollTo(0, 0);
    (focus ?? heading).focus({ preventScroll: true });
    if (focus !== null)
        announce(title);
}

export function clearScreen() {
    page.replaceChildren();
    document.querySelectorAll('dialog').forEach((open) => open.remove());
}

export function button(text, onclick, { picture = null, isMain = false } = {}) {
    return h('button', { type: 'button', class: isMain ? 'primary' : '', onclick }, picture === null ? null : icon(picture), text);
}

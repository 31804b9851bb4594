// What people can do here.
import { h, icon } from '/dom.js';
import { t } from '/i18n.js';
import { startCheckIn } from '/kiosk/check_in.js';
import { startFeedback } from '/kiosk/feedback.js';
import { startRegistration } from '/kiosk/register.js';
import { startVisits } from '/kiosk/visits.js';

const choices = [
    { name: 'check-in', picture: 'calendar-check', open: (turn) => startCheckIn(turn) },
    { name: 'register', picture: 'person-plus', open: startRegistration },
    { name: 'visits', picture: 'folder2-open', open: startVisits },
    { name: 'feedback', picture: 'chat-square-text', open: startFeedback },
];

export function showMenu(turn) {
    turn.show({
        name: 'menu',
        title: t('kiosk.menu.title'),
        onScan: (memberId) => startCheckIn(turn, memberId),
        body: h('ul', { class: 'menu' }, choices.map(({ name, picture, open }) =>
            h('li', {}, h('button', { type: 'button', 'data-choice': name, onclick: () => open(turn) }, icon(picture),
                h('span', {}, h('strong', {}, t(`kiosk.menu.${name}`)), h('span', { class: 'hint' }, t(`kiosk.menu.${name}.hint`))))))),
    });
}

export function showLanguages(turn, { languages, onLanguage }) {
    turn.show({
        name: 'languages',
        title: t('kiosk.languages'),
        body: h('ul', { class: 'menu' }, languages.map(([code, name]) =>
            h('li', {}, h('button', { type: 'button', lang: code, onclick: () => onLanguage(code) }, icon('translate'), h('strong', {}, name))))),
    });
}

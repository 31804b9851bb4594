// Two questions before somebody is checked in: is what we have still right, and may we write to you.
import { field, h } from '/dom.js';
import { t } from '/i18n.js';
import { button } from '/kiosk/screen.js';

// The gateway's stars, read out as what they are.
function masked(text) {
    return text.replaceAll('*', '•');
}

function contactFacts(visit) {
    return h('dl', { class: 'card facts' }, ['phone', 'email'].filter((kind) => visit[kind]).map((kind) => [
        h('dt', {}, t(`kiosk.${kind}`)), h('dd', { translate: 'no', dir: 'ltr' }, masked(visit[kind])),
    ]));
}

// onAnswers({ isContactWrong, consents }): consents holds what was changed, as patient/consent takes it.
export function askContact(turn, visit, onAnswers) {
    const go = (isContactWrong) => askConsents(turn, visit, (consents) => onAnswers({ isContactWrong, consents }));
    const hasContact = Boolean(visit.phone || visit.email);
    turn.show({
        name: 'contact',
        title: t(hasContact ? 'kiosk.contact.title' : 'kiosk.contact.none'),
        body: hasContact ? contactFacts(visit) : h('p', { class: 'large' }, t('kiosk.contact.none.text')),
        actions: hasContact
            ? [button(t('kiosk.contact.yes'), () => go(false), { picture: 'check-lg', isMain: true }), button(t('kiosk.contact.no'), () => go(true))]
            : [button(t('common.next'), () => go(false), { isMain: true })],
    });
}

const channels = [
    { consent: 'sms_consent', contact: 'phone' },
    { consent: 'email_consent', contact: 'email' },
];

function askConsents(turn, visit, onConsents) {
    const boxes = channels.filter(({ contact }) => visit[contact]).map(({ consent }) => field({
        label: t(`kiosk.${consent.replace('_', '-')}`), name: consent, type: 'checkbox', value: visit[consent] === 'given',
    }));
    const changed = () => Object.fromEntries(boxes
        .filter((box) => box.value() !== (visit[box.name] === 'given'))
        .map((box) => [box.name, box.value() ? 'given' : 'withdrawn']));
    if (boxes.length === 0) {
        onConsents({});
        return;
    }
    const check = button(t('kiosk.consent.check-in'), () => {
        check.disabled = true;
        onConsents(changed());
    }, { picture: 'check-lg', isMain: true });
    turn.show({
        name: 'consents',
        title: t('kiosk.consent.title'),
        body: [h('p', {}, t('kiosk.consent.text')), h('div', { class: 'card stack' }, boxes.map((box) => box.root))],
        actions: [check],
    });
}

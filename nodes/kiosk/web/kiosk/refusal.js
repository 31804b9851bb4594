// The screens for what does not go on here. They say the same whatever the reason was, so that nobody learns who is a
// patient of this clinic; and they always say where there is help.
import { h } from '/dom.js';
import { has, t, tn } from '/i18n.js';
import { button } from '/kiosk/screen.js';

const LOCKED_S = 60; // how long the gateway refuses after too many wrong answers
const SECOND_MS = 1000;

// again: a function that begins this anew, or null.
export function showReception(turn, { text = t('kiosk.reception.text'), again = null } = {}) {
    turn.show({
        name: 'reception',
        isLast: true,
        title: t('kiosk.reception.title'),
        picture: 'person',
        body: h('p', { class: 'large' }, text),
        actions: [button(t('kiosk.finish'), turn.end, { isMain: true }), again === null ? null : button(t('common.retry'), again)],
    });
}

// The gateway does not say how long it will refuse: at most a minute from when this page saw it first. The next person
// is told what is left of it.
let lockedUntil = 0;

export function showLocked(turn, { again }) {
    const left = h('p', { class: 'countdown', role: 'timer' });
    const retry = button(t('common.retry'), again);
    if (lockedUntil < performance.now())
        lockedUntil = performance.now() + LOCKED_S * SECOND_MS;
    const count = () => {
        const seconds = Math.max(0, Math.ceil((lockedUntil - performance.now()) / SECOND_MS));
        left.textContent = seconds === 0 ? t('kiosk.locked.over') : tn('kiosk.locked.left', seconds);
        retry.disabled = seconds > 0;
    };
    count();
    turn.show({
        name: 'locked',
        title: t('kiosk.locked.title'),
        picture: 'lock',
        body: [h('p', { class: 'large' }, t('kiosk.reception.text')), left],
        actions: [button(t('kiosk.finish'), turn.end, { isMain: true }), retry],
    });
    const timer = setInterval(count, SECOND_MS);
    turn.atLeave(() => clearInterval(timer));
}

// What went wrong on this box, in words for a patient. The gateway's own words are for those who work here.
const sameWords = { offline: 'unavailable', 'storage.full': 'outbox.full' };

export function explainToPatient(error) {
    const key = `code.${sameWords[error.code] ?? error.code}`;
    return has(key) ? t(key) : t('code.unknown');
}

export function isLocked(outcome) {
    return outcome.error?.code === 'rate.limited';
}

// What somebody who wanted to be recognised is told of an answer that is no.
export function showRefused(turn, outcome, again) {
    if (isLocked(outcome))
        showLocked(turn, { again });
    else if (outcome.kind === 'unavailable')
        showReception(turn, { text: t('kiosk.reception.offline'), again });
    else
        showReception(turn, { again });
}

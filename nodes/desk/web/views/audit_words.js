// The trail's codes in words, as far as there are words; a code that is not known is shown as it is.
import { explain, has, t } from '/i18n.js';

const ID_END = 6; // of a UUID of version 7 the beginning is a time, alike for many

function wordOr(key, code) {
    return has(key) ? t(key) : code;
}

// "patient/read", a request, or "clinic.patient.updated", an event.
export function actionText(action) {
    return wordOr(`audit.action.${action.replaceAll('/', '.')}`, action);
}

// "patient/<id>": what it is and the end of its id.
export function subjectText(subject) {
    const slash = subject.indexOf('/');
    const kind = subject.slice(0, slash);
    const id = subject.slice(slash + 1);
    const end = id.length > 2 * ID_END ? `…${id.slice(-ID_END)}` : id;
    const what = wordOr(`audit.subject.${kind}`, kind);
    return `${what} ${end}`;
}

export function isRefused({ outcome }) {
    return outcome !== 'accepted' && outcome !== 'counted';
}

export function outcomeText({ outcome }) {
    if (outcome === 'accepted' || outcome === 'counted')
        return t(`audit.outcome.${outcome}`);
    return `${outcome}: ${explain({ code: outcome, message: outcome })}`;
}

// Names of fields and codes, one by one.
export function detailText(detail) {
    const more = detail.match(/^(\d+) more refusals/);
    if (more)
        return t('audit.detail.refusals', { count: more[1] });
    return detail.split(', ').map((word) => wordOr(`audit.detail.${word}`, word)).join(', ');
}

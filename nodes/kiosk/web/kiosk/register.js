// Somebody who is new here: a provisional record, which the reception completes. Whether there is somebody alike is
// never said here.
import { field, form, h } from '/dom.js';
import { language, listLanguages, t } from '/i18n.js';
import { start } from '/api.js';
import { newUuid } from '/ids.js';
import { birthDateField } from '/kiosk/birth_date.js';
import { byteLength, isEmail, isPhone } from '/kiosk/checks.js';
import { custodyLine } from '/kiosk/custody.js';
import { keypad } from '/kiosk/keypad.js';
import { explainToPatient, showReception } from '/kiosk/refusal.js';
import { button } from '/kiosk/screen.js';

const NAME_BYTES_MOST = 200;
const CONDITION_BYTES_MOST = 200;
const CONDITIONS_MOST = 50;

// `entry` is what was entered so far: the screens go forth and back on it.
export function startRegistration(turn) {
    askPerson(turn, { patient_id: newUuid(), language });
}

function stepForm(turn, { fields, submitLabel = t('common.next'), back, before = [], after = [], onSubmit }) {
    return form({ fields, submitLabel, before, after, onSubmit, secondary: [button(t('common.back'), back, { picture: 'arrow-left' })] });
}

// ---- who

function askPerson(turn, entry, error = null) {
    const name = field({ label: t('kiosk.name'), name: 'name', value: entry.name ?? '', required: true, autocapitalize: 'words' });
    const born = birthDateField();
    if (entry.birth_date)
        born.set(entry.birth_date);
    const beside = h('div', { class: 'with-keypad' }, h('div', { class: 'stack' }, name.root, born.root), keypad(born.inputs));
    const { node, show } = stepForm(turn, {
        fields: [{ ...name, root: beside }, { ...born, root: null }],
        before: h('p', {}, t('kiosk.register.text')),
        back: turn.home,
        onSubmit: (values) => {
            if (!values.name)
                return { field: 'name', message: t('common.required') };
            if (byteLength(values.name) > NAME_BYTES_MOST)
                return { field: 'name', message: t('kiosk.name.long') };
            if (!values.birth_date)
                return { field: 'birth_date', message: t('kiosk.birth-date.wrong') };
            askReach(turn, { ...entry, ...values });
            return null;
        },
    });
    turn.show({ name: 'register-person', title: t('kiosk.register.title'), body: node });
    if (error)
        show({ field: '', ...error });
}

// ---- how to reach them

function conditionsOf(text) {
    return (text ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

function faultOfReach(values) {
    const conditions = conditionsOf(values.preconditions);
    if (values.phone && !isPhone(values.phone))
        return { field: 'phone', message: t('kiosk.phone.wrong') };
    if (values.email && !isEmail(values.email))
        return { field: 'email', message: t('kiosk.email.wrong') };
    if (conditions.length > CONDITIONS_MOST || conditions.some((line) => byteLength(line) > CONDITION_BYTES_MOST))
        return { field: 'preconditions', message: t('kiosk.conditions.long') };
    return null;
}

function withReach(entry, values) {
    const { phone, email, preconditions, ...others } = entry;
    const conditions = conditionsOf(values.preconditions);
    return {
        ...others,
        ...(values.phone ? { phone: values.phone } : {}),
        ...(values.email ? { email: values.email } : {}),
        ...(conditions.length > 0 ? { preconditions: conditions } : {}),
    };
}

function askReach(turn, entry, error = null) {
    const fields = [
        field({ label: t('kiosk.phone'), name: 'phone', type: 'tel', value: entry.phone ?? '' }),
        field({ label: t('kiosk.email'), name: 'email', type: 'email', value: entry.email ?? '', autocapitalize: 'none', spellcheck: 'false' }),
        field({ label: t('kiosk.conditions'), name: 'preconditions', type: 'textarea', hint: t('kiosk.conditions.hint'),
            value: (entry.preconditions ?? []).join('\n'), autocomplete: 'off' }),
    ];
    const { node, show } = stepForm(turn, {
        fields,
        before: h('p', {}, t('kiosk.reach.text')),
        back: () => askPerson(turn, entry),
        onSubmit: async (values) => {
            const fault = faultOfReach(values);
            if (fault === null)
                await askMessages(turn, withReach(entry, values));
            return fault;
        },
    });
    turn.show({ name: 'register-reach', title: t('kiosk.reach.title'), body: node });
    if (error)
        show({ field: '', ...error });
}

// ---- whether we may write, and in which language

async function askMessages(turn, entry) {
    const languages = await turn.until(listLanguages(start.languages));
    const fields = [
        field({ label: t('kiosk.register.language'), name: 'language', type: 'select', value: entry.language, options: languages }),
        entry.phone ? field({ label: t('kiosk.sms-consent'), name: 'sms_consent', type: 'checkbox', value: entry.sms_consent === 'given' }) : null,
        entry.email ? field({ label: t('kiosk.email-consent'), name: 'email_consent', type: 'checkbox', value: entry.email_consent === 'given' }) : null,
    ].filter((one) => one !== null);
    const { node } = stepForm(turn, {
        fields,
        submitLabel: t('kiosk.register.send'),
        back: () => askReach(turn, entry),
        onSubmit: async (values) => {
            const consents = ['sms_consent', 'email_consent'].filter((name) => values[name]).map((name) => [name, 'given']);
            return send(turn, { ...entry, language: values.language, ...Object.fromEntries(consents) });
        },
    });
    turn.show({ name: 'register-messages', title: t('kiosk.register.messages'), body: [h('p', {}, t('kiosk.consent.text')), node] });
}

// ---- sending

const screenOf = { name: askPerson, birth_date: askPerson, phone: askReach, email: askReach, preconditions: askReach };

async function send(turn, entry) {
    const outcome = await turn.request('patient/create', entry, { waitMs: 3000 });
    if (outcome.kind === 'accepted') {
        showRegistered(turn, outcome);
    } else if (outcome.kind === 'queued') {
        showRegistered(turn, outcome);
        followLate(turn, outcome);
    } else if (outcome.kind === 'unavailable') {
        return { message: explainToPatient(outcome.error) };
    } else {
        showRefusal(turn, entry, outcome.error);
    }
    return null;
}

async function followLate(turn, queued) {
    const late = await turn.until(queued.settled);
    if (late.kind === 'accepted')
        showRegistered(turn, late);
    else
        showReception(turn);
}

// What was typed wrongly can be put right; for all else, somebody alike included, there is the reception.
function showRefusal(turn, entry, error) {
    const screen = screenOf[(error.field ?? '').split(/[.[]/)[0]];
    if (screen && error.code.startsWith('invalid.'))
        screen(turn, entry, { field: error.field, message: explainToPatient(error) });
    else
        showReception(turn);
}

function showRegistered(turn, outcome) {
    const memberId = outcome.data?.member_id;
    turn.show({
        name: 'registered',
        title: t('kiosk.registered.title'),
        picture: 'check-circle',
        isLast: true,
        body: () => [
            h('p', { class: 'large' }, t('kiosk.registered.text')),
            memberId ? h('p', { class: 'card' }, t('kiosk.registered.member-id'), ' ', h('strong', { class: 'member-id', translate: 'no' }, memberId)) : null,
            custodyLine(turn, outcome),
        ],
        actions: [button(t('kiosk.done'), turn.end, { isMain: true })],
    });
}

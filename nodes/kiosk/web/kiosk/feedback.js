// Feedback: a rating, whom it is about, words, and a name or none. Whoever gives their name must be recognised, which
// takes a connection; without a name it is kept on this box like everything else.
import { request } from '/api.js';
import { field, form, h, icon } from '/dom.js';
import { t, tn } from '/i18n.js';
import { newUuid } from '/ids.js';
import { custodyLine } from '/kiosk/custody.js';
import { identify } from '/kiosk/identify.js';
import { explainToPatient, showReception, showRefused } from '/kiosk/refusal.js';
import { button } from '/kiosk/screen.js';

const TEXT_POINTS_MOST = 2000;
const WITHIN_MS = 4000;

export function startFeedback(turn) {
    askFeedback(turn, { feedback_id: newUuid() }, turn.until(request('doctor/list', {}, { waitMs: WITHIN_MS })));
}

// ---- the fields; like those of dom.js

// Five radio buttons that look like stars; the arrow keys work as in any such group.
function ratingField(value) {
    const error = h('p', { id: 'rating-error', class: 'error' });
    const inputs = [1, 2, 3, 4, 5].map((stars) => h('input', {
        type: 'radio', name: 'rating', value: String(stars), id: `rating-${stars}`, checked: stars === value, 'aria-describedby': 'rating-error',
    }));
    const labels = inputs.map((input, place) => h('label', { for: input.id }, icon('star-fill'),
        h('span', {}, t(`kiosk.rating.${place + 1}`))));
    return {
        root: h('fieldset', { class: 'rating' }, h('legend', {}, t('kiosk.rating')),
            h('div', { class: 'stars' }, inputs.map((input, place) => h('div', {}, input, labels[place]))), error),
        input: inputs[0],
        name: 'rating',
        value: () => Number(inputs.find((input) => input.checked)?.value ?? 0) || null,
        setError(text) {
            error.replaceChildren(...(text ? [icon('exclamation-circle'), ' ', text] : []));
        },
    };
}

function textField(value) {
    const text = field({ label: t('kiosk.feedback.text'), name: 'text', type: 'textarea', rows: '3', value, hint: tn('kiosk.feedback.left', TEXT_POINTS_MOST), autocomplete: 'off' });
    const hint = text.root.querySelector('.hint');
    text.input.addEventListener('input', () => {
        hint.textContent = tn('kiosk.feedback.left', Math.max(0, TEXT_POINTS_MOST - [...text.input.value].length));
    });
    return text;
}

// The list comes when it comes; without a connection the feedback is about the clinic.
function doctorField(turn, doctors, value) {
    const choice = field({ label: t('kiosk.feedback.doctor'), name: 'doctor_id', type: 'select', options: [['', t('kiosk.feedback.nobody')]] });
    doctors.then((outcome) => {
        for (const doctor of outcome.data?.doctors ?? [])
            choice.input.append(h('option', { value: doctor.doctor_id, selected: doctor.doctor_id === value }, doctor.name));
    });
    return choice;
}

function nameField(value) {
    return field({
        label: t('kiosk.feedback.who'), name: 'who', type: 'select', value,
        options: [['nobody', t('kiosk.feedback.anonymous')], ['hidden', t('kiosk.feedback.hidden')], ['named', t('kiosk.feedback.named')]],
    });
}

// ---- asking and sending

function faultOf(values) {
    if (!values.rating)
        return { field: 'rating', message: t('kiosk.rating.missing') };
    if ([...(values.text ?? '')].length > TEXT_POINTS_MOST)
        return { field: 'text', message: tn('kiosk.feedback.left', 0) };
    return null;
}

function askFeedback(turn, entry, doctors, error = null) {
    const doctor = doctorField(turn, doctors, entry.doctor_id);
    const who = nameField(entry.who ?? 'nobody');
    const fields = [
        ratingField(entry.rating),
        { ...doctor, root: h('div', { class: 'grid' }, doctor.root, who.root) },
        { ...who, root: null },
        textField(entry.text ?? ''),
    ];
    const { node, show } = form({
        fields,
        submitLabel: t('kiosk.feedback.send'),
        secondary: [button(t('common.back'), turn.home, { picture: 'arrow-left' })],
        onSubmit: async (values) => {
            const fault = faultOf(values);
            if (fault !== null)
                return fault;
            const next = { feedback_id: entry.feedback_id, ...values };
            return values.who === 'nobody' ? send(turn, next) : askName(turn, next, doctors);
        },
    });
    turn.show({ name: 'feedback', title: t('kiosk.feedback.title'), body: [h('p', {}, t('kiosk.feedback.intro')), node] });
    if (error)
        show({ field: '', ...error });
}

function askName(turn, entry, doctors) {
    const again = () => askName(turn, entry, doctors);
    identify(turn, {
        way: 'both',
        title: t('kiosk.feedback.identify'),
        onIdentity: async (identity) => {
            const outcome = await turn.request('portal/read', identity, { waitMs: WITHIN_MS });
            if (outcome.kind === 'accepted')
                await sendNamed(turn, entry, outcome.data.patient.patient_id, doctors);
            else if (outcome.error.code === 'offline' || outcome.error.code === 'timeout')
                askFeedback(turn, entry, doctors, { message: t('kiosk.feedback.offline') });
            else
                showRefused(turn, outcome, again);
        },
    });
    return null;
}

async function sendNamed(turn, entry, patientId, doctors) {
    const error = await send(turn, entry, { patient_id: patientId, anonymous: entry.who === 'hidden' });
    if (error !== null)
        askFeedback(turn, entry, doctors, error);
}

async function send(turn, { who, ...entry }, person = {}) {
    const outcome = await turn.request('feedback/submit', { ...entry, ...person }, { waitMs: 3000 });
    if (outcome.kind === 'unavailable')
        return { message: explainToPatient(outcome.error) };
    if (outcome.kind === 'rejected')
        showReception(turn, { text: explainToPatient(outcome.error) });
    else
        showThanks(turn, outcome);
    return null;
}

function showThanks(turn, outcome) {
    turn.show({
        name: 'thanks',
        title: t('kiosk.feedback.thanks'),
        picture: 'check-circle',
        isLast: true,
        body: () => [h('p', { class: 'large' }, t('kiosk.feedback.thanks.text')), custodyLine(turn, outcome)],
        actions: [button(t('kiosk.done'), turn.end, { isMain: true })],
    });
}

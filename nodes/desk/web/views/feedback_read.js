// One feedback, whole, and its answer.
import { dialog, field, fill, form, h, icon } from '/dom.js';
import { dateTime, explain, t } from '/i18n.js';
import { openPatient } from '/patient_record.js';
import { answeredBadge, doctorName, kindBadge, ratingText } from '/views/feedback_words.js';

const TEXT_MAX = '2000';

function giverLine(desk, feedback) {
    if (!feedback.patient_id)
        return h('p', { class: 'soft' }, icon('person'), ' ', t('feedback.nameless'));
    return h('div', {}, h('button', { type: 'button', onclick: () => openPatient(desk, feedback.patient_id) },
        icon('person'), t('feedback.patient')));
}

// `begun`: a Map of feedback_id → what somebody has typed, so that a closed dialog loses nothing.
function answerForm({ desk, feedback, begun, close, onAnswered }) {
    const id = feedback.feedback_id;
    const text = field({
        label: t('feedback.answer'), name: 'text', type: 'textarea', value: begun.get(id) ?? '', rows: '6', maxlength: TEXT_MAX,
        required: true, hint: t('feedback.answer.hint'),
    });
    text.input.addEventListener('input', () => begun.set(id, text.input.value));
    return form({
        fields: [text], submitLabel: t('feedback.answer.send'), submitIcon: 'reply',
        secondary: h('button', { type: 'button', onclick: close }, t('common.close')),
        onSubmit: async (values) => {
            if (!values.text)
                return { field: 'text', message: t('common.required') };
            const outcome = await desk.send('feedback/answer', { feedback_id: id, text: values.text }, t('feedback.answer.sent'));
            if (outcome !== null)
                return { message: outcome.error.code === 'state.mismatch' ? t('feedback.answer.nobody') : explain(outcome.error) };
            begun.delete(id);
            close();
            onAnswered();
            return null;
        },
    }).node;
}

function answerPart(scene) {
    const { feedback, desk } = scene;
    if (feedback.answered)
        return h('section', {}, h('h3', {}, t('feedback.answer')),
            h('p', { class: 'soft' }, t('feedback.answer.given', { time: dateTime(feedback.answered) })),
            h('p', { class: 'report-text' }, feedback.answer ?? t('feedback.erased')));
    return desk.may('feedback/answer') ? answerForm(scene) : null;
}

function content(scene, doctors) {
    const { feedback } = scene;
    return [
        h('div', { class: 'row' }, ratingText(feedback.rating), kindBadge(feedback), answeredBadge({ answered: Boolean(feedback.answered) })),
        h('p', {}, t('feedback.byline', { doctor: doctorName(doctors, feedback.doctor_id), time: dateTime(feedback.time) })),
        feedback.text === undefined ? h('p', { class: 'soft' }, t('feedback.erased'))
            : h('p', { class: 'report-text' }, feedback.text === '' ? t('feedback.wordless') : feedback.text),
        giverLine(scene.desk, feedback),
        answerPart(scene),
    ];
}

export async function openFeedback(desk, feedbackId, { begun, onAnswered }) {
    const place = h('div', { class: 'stack even' }, h('p', { class: 'empty', role: 'status' }, t('common.loading')));
    const { close } = dialog({ title: t('feedback.one'), closeLabel: t('common.close'), body: place });
    const outcome = await desk.request('feedback/read', { feedback_id: feedbackId });
    const doctors = await desk.doctors();
    if (outcome.kind !== 'accepted')
        fill(place, h('p', { class: 'problem', role: 'alert' }, explain(outcome.error)));
    else
        fill(place, content({ desk, feedback: outcome.data.feedback, begun, close, onAnswered }, doctors));
}

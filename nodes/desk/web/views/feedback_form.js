// Feedback that a patient gives at the desk, on paper or by telephone: entered by the reception, never by a doctor.
import { field, fill, form, h, icon } from '/dom.js';
import { explain, t } from '/i18n.js';
import { newUuid } from '/ids.js';
import { patientPicker } from '/patient_picker.js';

const RATINGS = ['5', '4', '3', '2', '1'];

// Who gave it: nobody in particular, until somebody is picked.
function giverField(desk) {
    const giver = { node: h('fieldset', {}), patient: null };
    const nameless = field({ label: t('feedback.form.anonymous'), name: 'anonymous', type: 'checkbox', hint: t('feedback.form.anonymous.hint') });
    const choose = (patient) => {
        giver.patient = patient;
        show();
        giver.node.querySelector('button, input').focus();
    };
    const show = () => fill(giver.node, h('legend', {}, t('feedback.form.giver')), giver.patient === null
        ? [patientPicker({ desk, label: t('feedback.form.patient'), onPick: choose }), h('p', { class: 'hint' }, t('feedback.form.nobody'))]
        : [h('p', { class: 'row' }, icon('person'), h('strong', {}, giver.patient.name),
            h('button', { type: 'button', onclick: () => choose(null) }, t('feedback.form.without'))), nameless.root]);
    giver.values = () => (giver.patient === null ? {} : { patient_id: giver.patient.patient_id, anonymous: nameless.value() });
    show();
    return giver;
}

async function makeFields(desk) {
    const doctors = await desk.doctors();
    return [
        field({ label: t('feedback.rating'), name: 'rating', type: 'select', required: true,
            options: [['', t('feedback.form.choose')], ...RATINGS.map((rating) => [rating, t(`feedback.rating.${rating}`)])] }),
        field({ label: t('feedback.doctor'), name: 'doctor_id', type: 'select',
            options: [['', t('feedback.no-doctor')], ...doctors.map((doctor) => [doctor.doctor_id, doctor.name])] }),
        field({ label: t('feedback.text'), name: 'text', type: 'textarea', rows: '5', maxlength: '2000' }),
    ];
}

// Fills `root` with an empty form. onDone() once it was sent.
export async function showFeedbackForm(root, desk, onDone) {
    const fields = await makeFields(desk);
    const giver = giverField(desk);
    const id = newUuid(); // the same for a second try, so that one feedback stays one
    const submit = async (values) => {
        if (!values.rating)
            return { field: 'rating', message: t('common.required') };
        const asked = { feedback_id: id, ...values, rating: Number(values.rating), ...giver.values() };
        const outcome = await desk.send('feedback/submit', asked, t('feedback.form.done'));
        if (outcome !== null)
            return { field: outcome.error.field, message: explain(outcome.error) };
        onDone();
        return null;
    };
    fill(root, form({
        fields, before: h('p', { class: 'hint' }, t('feedback.form.hint')), after: giver.node,
        submitLabel: t('feedback.form.send'), submitIcon: 'check-lg', onSubmit: submit,
    }).node);
    fields[0].input.focus();
}

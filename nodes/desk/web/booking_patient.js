// For whom the visit is: a patient who is known, or one who is registered in the same step.
import { fill, h, icon } from '/dom.js';
import { newUuid } from '/ids.js';
import { t } from '/i18n.js';
import { explainPatient, findMissing, newPatientValues, patientFields } from '/patient_form.js';
import { patientPicker } from '/patient_picker.js';
import { patientLine } from '/patient_search.js';

// What is asked while somebody books; the rest of the record can wait.
const ASKED = ['name', 'birth_date', 'phone', 'email', 'sms_consent', 'email_consent'];

function showKnown(part, patient) {
    part.known = patient;
    part.fields = null;
    fill(part.box, h('div', { class: 'spread' }, patientLine(patient),
        h('button', { type: 'button', onclick: () => showSearch(part, true) }, t('booking.patient.change'))));
    part.onChange();
}

function showSearch(part, isFocused) {
    part.known = null;
    part.fields = null;
    fill(part.box, patientPicker({
        desk: part.desk, label: t('booking.patient.search'),
        onPick: (patient) => {
            showKnown(part, patient);
            part.box.querySelector('button').focus();
        },
        onNew: (text) => showNew(part, text),
    }));
    if (isFocused)
        part.box.querySelector('input').focus();
    part.onChange();
}

// The id is made once, however often the booking is tried.
function showNew(part, text) {
    part.known = null;
    part.newId = newUuid();
    part.fields = patientFields({ name: /[\d@]/.test(text) ? '' : text }).filter((one) => ASKED.includes(one.name));
    fill(part.box,
        h('div', { class: 'spread' }, h('strong', {}, icon('person-plus'), ' ', t('booking.patient.new')),
            h('button', { type: 'button', onclick: () => showSearch(part, true) }, t('booking.patient.back'))),
        h('div', { class: 'booking-fields' }, part.fields.map((one) => one.root)));
    part.fields[0].input.addEventListener('input', () => part.onChange());
    part.fields[0].input.focus();
    part.onChange();
}

function showAt(part, { field, message }) {
    const at = part.fields?.find((one) => one.name === field);
    at?.setError(message);
    at?.input.focus();
    return at !== undefined;
}

function readNew(part) {
    const values = {};
    for (const one of part.fields) {
        one.setError('');
        if (one.value() !== null)
            values[one.name] = one.value();
    }
    const missing = findMissing(values);
    if (missing)
        showAt(part, missing);
    return missing ? { problem: t('booking.patient.incomplete') } : { patient_id: part.newId, patient: newPatientValues(values) };
}

// What is to be sent, or { problem } where something is missing.
function read(part) {
    if (part.known)
        return { patient_id: part.known.patient_id };
    if (part.fields)
        return readNew(part);
    part.box.querySelector('input').focus();
    return { problem: t('booking.patient.missing') };
}

// onChange(): another patient, or another name.
export function patientPart({ desk, patient, appointment, onChange }) {
    const part = { desk, onChange: () => {}, known: null, fields: null, newId: '', box: h('div', { class: 'stack' }) };
    if (appointment)
        fill(part.box, h('strong', {}, appointment.patient || t('visit.erased')));
    else if (patient)
        showKnown(part, patient);
    else
        showSearch(part, false);
    part.onChange = onChange;
    return {
        node: h('section', { 'aria-label': t('booking.patient') }, part.box),
        read: () => read(part),
        name: () => appointment?.patient ?? part.known?.name ?? part.fields?.[0].value() ?? '',
        isTyped: () => part.fields?.some((one) => one.input.type !== 'select-one' && one.value() !== null) ?? false,
        pick: (known) => showKnown(part, known),
        // True if the refusal concerns a field of the new patient; it is shown there.
        showRefusal: (error) => error.field.startsWith('patient.') && showAt(part, explainPatient(error)),
    };
}

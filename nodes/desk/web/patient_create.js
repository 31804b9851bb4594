// Registering a patient. Where somebody alike is there already, staff look at who that is and decide; what waits for the
// connection is followed to its end, since its refusal would otherwise find nobody here.
import { dialog, fill, form, h, icon, toast } from '/dom.js';
import { t } from '/i18n.js';
import { newUuid } from '/ids.js';
import { followLate } from '/late.js';
import { explainPatient, findMissing, newPatientValues, patientFields } from '/patient_form.js';
import { openPatient } from '/patient_record.js';
import { patientLine } from '/patient_search.js';

// What somebody typed into a search, as the beginning of a record.
export function fromSearch(text) {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text))
        return { birth_date: text };
    if (text.includes('@'))
        return { email: text };
    if (/^\d{9}$/.test(text))
        return {}; // a member ID is given, not chosen
    return /^[+\d][\d\s/()-]{4,}$/.test(text) ? { phone: text } : { name: text };
}

// The similar patients of a refusal; `onDistinct`: it is none of them.
function candidateList(desk, candidates, onDistinct) {
    return h('section', { class: 'notice stack', role: 'alert' },
        h('p', {}, h('strong', {}, t('patients.duplicate'))),
        h('ul', { class: 'plain stack' }, candidates.map((patient) => h('li', { class: 'spread' }, patientLine(patient),
            h('button', { type: 'button', onclick: () => openPatient(desk, patient.patient_id) }, icon('person'), t('patients.duplicate.open'))))),
        h('div', {}, h('button', { type: 'button', onclick: onDistinct }, icon('person-plus'), t('patients.duplicate.distinct'))));
}

function makeScene(desk, record, onDone) {
    return { desk, fields: patientFields(record), patientId: newUuid(), similar: h('div', { class: 'decision' }), onDone, isDistinct: false };
}

function showCandidates(scene, candidates) {
    fill(scene.similar, candidateList(scene.desk, candidates, () => {
        scene.isDistinct = true;
        scene.form.node.requestSubmit();
    }));
    scene.similar.scrollIntoView({ block: 'start' });
}

// One that was kept while there was no connection, and is refused when there is one again, comes back to be decided.
function followQueued(scene, values, outcome) {
    followLate(scene.desk, outcome, {
        onAccepted: (late) => toast(t('patients.created.late', { member_id: late.data.member_id ?? '' }), 'good', t('common.close')),
        onRejected: (late) => openCreate(scene.desk, { record: values, error: late.error, candidates: late.data.candidates ?? [] }),
    });
}

async function create(scene, values, close) {
    const missing = findMissing(values);
    if (missing)
        return missing;
    const data = newPatientValues(values);
    if (scene.isDistinct)
        data.is_distinct = true;
    const outcome = await scene.desk.request('patient/create', { patient_id: scene.patientId, ...data });
    if (outcome.kind === 'rejected' || outcome.kind === 'unavailable') {
        scene.isDistinct = false;
        if (outcome.error.code !== 'patient.duplicate')
            return explainPatient(outcome.error);
        showCandidates(scene, outcome.data.candidates ?? []);
        return null;
    }
    close();
    if (outcome.kind === 'queued') {
        followQueued(scene, values, outcome);
    } else {
        toast(t('patients.created', { member_id: outcome.data.member_id ?? '' }), 'good', t('common.close'));
        scene.onDone({ patient_id: scene.patientId, member_id: outcome.data.member_id, name: data.name, birth_date: data.birth_date, provisional: false });
    }
    return null;
}

// `record`: what is known already. onDone gets the patient as patient/find would have it.
export function openCreate(desk, { record = {}, error = null, candidates = [], onDone = () => {} } = {}) {
    const scene = makeScene(desk, record, onDone);
    dialog({
        title: t('patients.new'), closeLabel: t('common.close'), wide: true,
        body: (close) => {
            scene.form = form({
                before: [scene.similar], fields: scene.fields, submitLabel: t('patients.create'), submitIcon: 'person-plus',
                secondary: [h('button', { type: 'button', onclick: close }, t('common.cancel'))],
                onSubmit: (values) => create(scene, values, close),
            });
            scene.form.node.classList.add('columns');
            return scene.form.node;
        },
    });
    if (candidates.length > 0)
        showCandidates(scene, candidates);
    else if (error)
        scene.form.show(explainPatient(error));
    else
        (record.name ? scene.fields[1] : scene.fields[0]).input.focus();
}

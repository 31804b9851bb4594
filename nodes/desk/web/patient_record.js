// A patient's record in a dialog: what is known, the visits, and what may be done with it. Each reading is audited.
import { on } from '/api.js';
import { dialog, fill, h, icon } from '/dom.js';
import { day, explain, t, tn, today } from '/i18n.js';
import { openBooking } from '/booking.js';
import { openCard } from '/patient_card.js';
import { showDeletion } from '/patient_delete.js';
import { showEdit } from '/patient_edit.js';
import { languageName } from '/patient_form.js';
import { patientVisits } from '/patient_visits.js';
import { refresher } from '/refresh.js';

function age(birthDate) {
    const now = today();
    const years = Number(now.slice(0, 4)) - Number(birthDate.slice(0, 4));
    return now.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function facts(record) {
    const none = h('span', { class: 'soft' }, t('patients.none'));
    const consent = (name) => t(`patients.consent.${record[name] ?? 'none'}`);
    const rows = [
        ['member_id', h('span', { class: 'member-id' }, record.member_id)],
        ['birth_date', `${day(record.birth_date)} (${tn('patients.age', age(record.birth_date))})`],
        ['phone', record.phone],
        ['email', record.email],
        ['language', record.language ? languageName(record.language) : null],
        ['email_consent', consent('email_consent')],
        ['sms_consent', consent('sms_consent')],
        ['preconditions', record.preconditions?.length ? h('ul', { class: 'plain' }, record.preconditions.map((one) => h('li', {}, one))) : null],
    ];
    return h('dl', { class: 'facts' }, rows.map(([name, value]) =>
        h('div', {}, h('dt', {}, t(`patients.field.${name}`)), h('dd', {}, value || none.cloneNode(true)))));
}

function buttons(scene) {
    const { desk, record } = scene;
    const entries = [
        ['appointment/schedule', 'calendar-event', 'patients.book', () => openBooking(desk, { patient: record }), 'primary'],
        ['patient/update', 'pencil', record.provisional ? 'patients.complete' : 'patients.edit', () => scene.show(showEdit)],
        ['patient/read', 'qr-code', 'patients.card', () => openCard(record)],
        ['report/list', 'file-earmark-medical', 'reports.title', () => desk.go('reports', { patient: record })],
        ['patient/delete', 'trash', 'patients.delete', () => scene.show(showDeletion)],
    ];
    return h('div', { class: 'actions' }, entries.filter(([request]) => desk.may(request)).map(([, picture, text, onclick, look]) =>
        h('button', { type: 'button', class: look, onclick }, icon(picture), t(text))));
}

function showFacts(scene) {
    const { record } = scene;
    const visits = patientVisits(scene.desk, record.patient_id);
    scene.onVisits = visits.load;
    fill(scene.body,
        record.provisional ? h('p', { class: 'notice' }, icon('info-circle'), ' ', t('patients.provisional.what')) : null,
        buttons(scene),
        facts(record),
        h('section', {}, h('h3', {}, t('patients.visits')), visits.root),
        h('p', { class: 'soft' }, icon('journal-check'), ' ', t('patients.audited')));
    visits.load();
}

// Of whom has been erased in the meantime nothing stays on the screen.
function showProblem(scene, error) {
    const isErased = error.code === 'patient.deleted';
    if (isErased)
        scene.name(t('visit.erased'));
    fill(scene.body,
        h('p', { class: 'problem', role: 'alert' }, icon('exclamation-triangle'), ' ', explain(error)),
        isErased ? null : h('div', { class: 'actions' }, h('button', { type: 'button', onclick: scene.read }, t('common.retry'))));
}

// `shown` is null while the record itself is shown, else the function that fills the dialog with something else.
function makeScene(desk, patientId, body) {
    const scene = { desk, patientId, body, record: null, shown: null, onVisits: () => {} };
    scene.read = async () => {
        const outcome = await desk.request('patient/read', { patient_id: patientId });
        if (outcome.kind !== 'accepted') {
            showProblem(scene, outcome.error);
            return;
        }
        scene.record = outcome.data.patient;
        scene.name(scene.record.name);
        if (scene.shown === null)
            showFacts(scene);
    };
    scene.show = (what, draft) => {
        scene.shown = what;
        what(scene, draft);
    };
    scene.reopen = (draft) => {
        scene.close();
        openPatient(desk, patientId, { draft });
    };
    scene.back = async () => {
        scene.shown = null;
        showFacts(scene);
        scene.heading.focus();
    };
    return scene;
}

// What others change is read again, but not under the hands of who is typing: that one learns it when saving.
function watch(scene) {
    const read = refresher(scene.read);
    const readVisits = refresher(() => scene.onVisits());
    const end = on('event', ({ type, data }) => {
        if (scene.shown !== null || data.patient_id !== scene.patientId)
            return;
        if (type === 'clinic.patient.deleted' || (type === 'clinic.patient.updated' && data.version !== scene.record?.version))
            read();
        else if (type.startsWith('clinic.appointment.'))
            readVisits();
    });
    return () => {
        end();
        read.stop();
        readVisits.stop();
    };
}

// `draft`: a change that could not be made as it was (patient_edit.js).
export async function openPatient(desk, patientId, { draft = null } = {}) {
    const body = h('div', { class: 'stack patient-record' }, h('p', {}, t('common.loading')));
    const scene = makeScene(desk, patientId, body);
    const stop = watch(scene);
    const shown = dialog({ title: t('patients.record'), body, closeLabel: t('common.close'), wide: true, onClose: stop });
    scene.heading = shown.node.querySelector('h2');
    scene.heading.tabIndex = -1;
    scene.name = (name) => { scene.heading.textContent = name; };
    scene.close = shown.close;
    await scene.read();
    if (draft !== null && scene.record !== null)
        scene.show(showEdit, draft);
}

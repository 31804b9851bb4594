// Medical reports of one patient: the list, reading, and writing. For who treats and for the management.
import { dialog, field, fill, form, h, icon, table } from '/dom.js';
import { dateTime, day, explain, number, t } from '/i18n.js';
import { newUuid } from '/ids.js';
import { patientPicker } from '/patient_picker.js';
import { problemNow } from '/problem.js';
import { focusRow, onReturn, refill, refresher } from '/refresh.js';
import { editReport } from '/views/reports_edit.js';
import { readReport, statusBadge } from '/views/reports_read.js';

const kinds = ['treatment', 'diagnosis', 'x-ray', 'laboratory', 'instructions', 'other'];
const PAGE_ROWS = 20;
const ROWS_MAX = 100; // of a reply

// ---- the list

function columns(scene, doctors) {
    const nameOf = (id) => doctors.find((doctor) => doctor.doctor_id === id)?.name ?? t('reports.doctor.unknown');
    const title = (row) => h('button', {
        type: 'button', class: 'link', 'data-key': row.report_id, onclick: () => scene.read(row.report_id),
    }, row.title);
    return [
        { title: t('reports.column.title'), cell: title },
        { title: t('reports.column.kind'), cell: (row) => t(`reports.kind.${row.kind}`) },
        { title: t('reports.column.doctor'), cell: (row) => nameOf(row.doctor_id) },
        { title: t('reports.column.status'), cell: (row) => statusBadge(row.status) },
        { title: t('reports.column.version'), class: 'number', cell: (row) => number(row.version) },
        { title: t('reports.column.time'), cell: (row) => dateTime(row.time) },
        { title: t('reports.column.files'), class: 'number', cell: (row) => number(row.attachments) },
    ];
}

async function loadList(scene, root) {
    const { desk, patient } = scene;
    const outcome = await desk.request('report/list', { patient_id: patient.patient_id, limit: scene.shownRows });
    if (!root.isConnected)
        return;
    if (outcome.kind !== 'accepted') {
        fill(root, problemNow(outcome.error, () => loadList(scene, root)));
        return;
    }
    const more = async () => {
        scene.shownRows = Math.min(scene.shownRows + PAGE_ROWS, ROWS_MAX);
        await loadList(scene, root);
        focusRow(root, outcome.data.reports.length);
    };
    refill(root,
        table({
            caption: t('reports.of', { name: patient.name }), columns: columns(scene, await desk.doctors()), rows: outcome.data.reports,
            empty: t('reports.none'),
        }),
        outcome.data.more && scene.shownRows < ROWS_MAX ? h('div', {}, h('button', { type: 'button', onclick: more }, t('common.more'))) : null);
}

// ---- a new one

function makeFields(doctors) {
    const choose = ['', t('reports.choose')];
    const options = doctors.map((doctor) => [doctor.doctor_id, doctor.name]);
    return [
        field({
            label: t('reports.kind'), name: 'kind', type: 'select', required: true,
            options: [choose, ...kinds.map((kind) => [kind, t(`reports.kind.${kind}`)])],
        }),
        field({
            label: t('reports.doctor'), name: 'doctor_id', type: 'select', required: true,
            options: [choose, ...options], value: options.length === 1 ? options[0][0] : '',
        }),
        field({ label: t('reports.title-field'), name: 'title', required: true, maxlength: '200' }),
    ];
}

// Begun before a word is written: from here on whatever is typed has a draft that it can be saved to.
async function begin(scene) {
    const { desk, patient } = scene;
    const fields = makeFields(await desk.doctors());
    const reportId = newUuid();
    const submit = async (values, close) => {
        const missing = fields.find((one) => one.value() === null);
        if (missing)
            return { field: missing.name, message: t('common.required') };
        const wanted = { report_id: reportId, patient_id: patient.patient_id, ...values, text: '', attachments: [] };
        const outcome = await desk.send('report/update', wanted, t('reports.begun'));
        if (outcome !== null)
            return { field: outcome.error.field, message: explain(outcome.error) };
        close();
        scene.edit({ ...wanted, version: 1, newest: 1, status: 'draft', time: Date.now() });
        return null;
    };
    dialog({
        title: t('reports.new'), closeLabel: t('common.close'),
        body: (close) => form({
            fields, submitLabel: t('reports.begin'), submitIcon: 'pencil', before: h('p', { class: 'hint' }, t('reports.draft.hint')),
            secondary: h('button', { type: 'button', onclick: close }, t('common.cancel')),
            onSubmit: (values) => submit(values, close),
        }).node,
    });
    fields[0].input.focus();
}

// ---- the screens: { refresh(), isConcerned(event) by what somebody else wrote, close() }

function backButton(scene, isWriting) {
    return h('div', { class: 'row no-print' }, h('button', { type: 'button', onclick: () => scene.list() }, icon('arrow-left'),
        t(isWriting ? 'reports.back.save' : 'reports.back')));
}

function patientLine(patient) {
    return h('p', { class: 'row' }, icon('person'), h('strong', {}, patient.name),
        h('span', {}, day(patient.birth_date)), h('span', { class: 'soft' }, patient.member_id));
}

function showList(scene, root) {
    const heading = h('h2', { tabindex: '-1' }, t('reports.of', { name: scene.patient.name }));
    const list = h('div', { class: 'stack' }, h('p', { class: 'empty' }, t('common.loading')));
    const { patient } = scene;
    fill(root, h('div', { class: 'spread' },
        h('div', {}, heading, h('p', { class: 'row' }, h('span', {}, day(patient.birth_date)), h('span', { class: 'soft' }, patient.member_id))),
        h('div', { class: 'row' },
            h('button', { type: 'button', onclick: () => scene.choose() }, icon('search'), t('reports.other-patient')),
            h('button', { type: 'button', class: 'primary', onclick: () => begin(scene) }, icon('plus-lg'), t('reports.new')))),
        list);
    heading.focus();
    loadList(scene, list);
    return { refresh: () => loadList(scene, list), isConcerned: () => true, close: () => {} };
}

function showReading(scene, root, reportId) {
    const place = h('div', {});
    fill(root, patientLine(scene.patient), backButton(scene, false), place);
    const reading = readReport(place, { desk: scene.desk, reportId, onEdit: (report) => scene.edit(report) });
    const isConcerned = (event) => event.subject === `report/${reportId}` && reading.isBehind(event.data.version);
    return { refresh: reading.refresh, isConcerned, close: () => {} };
}

function showWriting(scene, root, report) {
    const place = h('div', {});
    fill(root, patientLine(scene.patient), backButton(scene, true),
        h('h2', {}, t('reports.writing', { kind: t(`reports.kind.${report.kind}`) })), place);
    const close = editReport(place, { desk: scene.desk, report, onDone: () => scene.read(report.report_id) });
    return { refresh: () => {}, isConcerned: () => false, close }; // the editor follows the report by itself
}

function showChoice(scene, root) {
    fill(root, h('div', { class: 'card' }, patientPicker({
        desk: scene.desk, label: t('reports.patient'),
        onPick: (patient) => {
            scene.patient = patient;
            scene.shownRows = PAGE_ROWS;
            scene.list();
        },
    })), h('p', { class: 'empty' }, t('reports.choose-patient')));
    root.querySelector('input').focus();
    return { refresh: () => {}, isConcerned: () => false, close: () => {} };
}

function open(root, desk, params) {
    const scene = { desk, patient: params.patient ?? null, shownRows: PAGE_ROWS };
    let screen = null;
    const go = (show, ...what) => {
        screen?.close();
        screen = show(scene, root, ...what);
    };
    scene.choose = () => go(showChoice);
    scene.list = () => go(showList);
    scene.read = (reportId) => go(showReading, reportId);
    scene.edit = (report) => go(showWriting, report);
    const refresh = refresher(() => screen.refresh());
    desk.listen('event', (event) => {
        const isOfPatient = event.type === 'clinic.report.updated' && event.data.patient_id === scene.patient?.patient_id;
        if (isOfPatient && screen.isConcerned(event))
            refresh();
    });
    onReturn(desk.listen, refresh);
    if (scene.patient)
        scene.list();
    else
        scene.choose();
    return () => {
        refresh.stop();
        screen.close();
    };
}

export const reports = { id: 'reports', icon: 'file-earmark-medical', group: 'care', needs: 'report/list', open };

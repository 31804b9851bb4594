// Changing a record: only what was changed is sent (a JSON merge patch), made from the version that was read. Where
// somebody else was quicker, both values are shown side by side, and whoever types here decides.
import { field, fill, form, h, icon, toast } from '/dom.js';
import { day, t } from '/i18n.js';
import { followLate } from '/late.js';
import { explainPatient, fieldNames, findMissing, languageName, patientFields } from '/patient_form.js';

const isSame = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

// A record says nothing of what is empty; a consent that nobody asked for is "none".
const valueOf = (record, name) => (record[name]?.length === 0 ? null : record[name] ?? (name.endsWith('_consent') ? 'none' : null));

// What the form says and the record does not: null takes a value away.
function makePatch(record, values) {
    const patch = {};
    for (const name of fieldNames)
        if (!isSame(values[name], valueOf(record, name)))
            patch[name] = values[name] ?? null;
    return patch;
}

const showers = {
    birth_date: day,
    language: languageName,
    email_consent: (value) => t(`patients.consent.${value}`),
    sms_consent: (value) => t(`patients.consent.${value}`),
    preconditions: (value) => value.join(', '),
};

function show(name, value) {
    return value === null ? t('patients.none') : (showers[name]?.(value) ?? value);
}

// ---- somebody else was quicker

// One row for each field that the others changed. Where it was changed here as well, the record's value can be taken.
function conflictRow(name, before, now, one) {
    const theirs = valueOf(now, name);
    const typed = one.value();
    if (isSame(typed, valueOf(before, name)))
        one.setValue(theirs);
    const mine = one.value();
    const choice = h('td', {});
    const take = () => {
        one.setValue(theirs);
        fill(choice, t('patients.stale.taken'));
        one.input.focus();
    };
    fill(choice, isSame(mine, theirs) ? t('patients.stale.taken')
        : h('button', { type: 'button', onclick: take }, icon('check-lg'), t('patients.stale.take')));
    return h('tr', {}, h('th', { scope: 'row' }, t(`patients.field.${name}`)),
        h('td', {}, show(name, theirs)), h('td', {}, isSame(mine, theirs) ? '' : show(name, mine)), choice);
}

function conflictNotice(before, now, fields) {
    const changed = fields.filter((one) => fieldNames.includes(one.name) && !isSame(valueOf(before, one.name), valueOf(now, one.name)));
    const heads = ['patients.stale.field', 'patients.stale.now', 'patients.stale.typed', 'patients.stale.choice'];
    return h('div', { class: 'notice stack', role: 'alert' },
        h('p', {}, h('strong', {}, t('patients.stale'))),
        h('p', {}, t('patients.stale.what')),
        changed.length === 0 ? null : h('div', { class: 'scroll' }, h('table', {},
            h('thead', {}, h('tr', {}, heads.map((key) => h('th', { scope: 'col' }, t(key))))),
            h('tbody', {}, changed.map((one) => conflictRow(one.name, before, now, one))))));
}

// ---- the form

function completeField(record) {
    return record.provisional
        ? [field({ label: t('patients.complete.done'), name: 'is_complete', type: 'checkbox', value: true, hint: t('patients.complete.hint') })]
        : [];
}

function requestOf(record, values) {
    const patch = makePatch(record, values);
    if (values.is_complete)
        patch.provisional = false;
    return patch;
}

async function finish(scene, outcome, draft) {
    if (outcome.kind === 'queued') {
        scene.back();
        followLate(scene.desk, outcome, { onRejected: (late) => scene.reopen({ ...draft, error: late.error }) });
        return;
    }
    scene.shown = null;
    toast(t('patients.saved'), 'good', t('common.close'));
    await scene.read();
    scene.heading.focus();
}

// The form as somebody left it: what was taken away is empty.
function fieldsOf(scene, draft) {
    const typed = draft && Object.fromEntries(fieldNames.map((name) => [name, draft.values[name] ?? null]));
    return [...patientFields({ ...scene.record, ...typed }), ...completeField(scene.record)];
}

// What the form changes from now on is the newer record.
function showConflict(editing, before, now) {
    fill(editing.conflict, conflictNotice(before, now, editing.fields));
    editing.record = now;
    editing.scene.record = now;
    editing.conflict.scrollIntoView({ block: 'start' });
}

async function save(editing, values) {
    const { scene, record } = editing;
    const patch = requestOf(record, values);
    const missing = findMissing(values);
    if (missing)
        return missing;
    if (Object.keys(patch).length === 0) {
        scene.back();
        return null;
    }
    const outcome = await scene.desk.request('patient/update', { patient_id: record.patient_id, expected_version: record.version, ...patch });
    if (outcome.kind === 'accepted' || outcome.kind === 'queued') {
        await finish(scene, outcome, { record, values });
        return null;
    }
    if (outcome.error.code !== 'stale_version' || !outcome.data.patient)
        return explainPatient(outcome.error);
    showConflict(editing, record, outcome.data.patient);
    return { message: t('patients.stale.again') };
}

// Fills the dialog of `scene` (patient_record.js) with the form. A draft is what was typed before, and refused after a time
// without a connection: { record: from which it was made, values, error }.
export function showEdit(scene, draft = null) {
    const editing = { scene, record: scene.record, fields: fieldsOf(scene, draft), conflict: h('div', { class: 'decision' }) };
    const shown = form({
        before: [editing.conflict], fields: editing.fields, submitLabel: t('common.save'), submitIcon: 'check-lg',
        secondary: [h('button', { type: 'button', onclick: scene.back }, t('common.cancel'))],
        onSubmit: (values) => save(editing, values),
    });
    shown.node.classList.add('columns');
    fill(scene.body, shown.node);
    editing.fields[0].input.focus();
    if (draft?.record.version < scene.record.version)
        showConflict(editing, draft.record, scene.record);
    else if (draft)
        shown.show(explainPatient(draft.error));
}

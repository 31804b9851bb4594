// The form of a doctor's record: a new one, or changes to one that others may be changing too.
import { start } from '/api.js';
import { dialog, field, fill, form, h, icon } from '/dom.js';
import { newUuid } from '/ids.js';
import { t } from '/i18n.js';
import { languageName } from '/patient_form.js';
import { change } from '/views/doctors_change.js';

const SLOT_MINUTES = '20';
const CLEARABLE = ['email', 'phone'];

function languageOptions(current) {
    const codes = [...new Set([...start.languages, ...(current ? [current] : [])])];
    return [...(current ? [] : [['', t('doctors.language.clinic')]]), ...codes.map((code) => [code, languageName(code)])];
}

function makeFields(record) {
    return [
        field({ label: t('doctors.name'), name: 'name', value: record.name ?? '', required: true, maxlength: '200' }),
        field({ label: t('doctors.specialty'), name: 'specialty', value: record.specialty ?? '', required: true, maxlength: '80' }),
        field({
            label: t('doctors.slot-minutes'), name: 'slot_minutes', type: 'number', value: String(record.slot_minutes ?? SLOT_MINUTES),
            required: true, min: '5', max: '480', hint: t('doctors.slot-minutes.hint'),
        }),
        field({ label: t('doctors.phone'), name: 'phone', type: 'tel', value: record.phone ?? '', maxlength: '40' }),
        field({ label: t('doctors.email'), name: 'email', type: 'email', value: record.email ?? '', maxlength: '254' }),
        field({ label: t('doctors.language'), name: 'language', type: 'select', value: record.language ?? '', options: languageOptions(record.language) }),
    ];
}

function findProblem(values) {
    const missing = ['name', 'specialty', 'slot_minutes'].find((name) => values[name] === undefined);
    if (missing)
        return { field: missing, message: t('common.required') };
    const minutes = Number(values.slot_minutes);
    const isFine = Number.isInteger(minutes) && minutes >= 5 && minutes <= 480;
    return isFine ? null : { field: 'slot_minutes', message: t('doctors.invalid.slot_minutes') };
}

function toData(values) {
    return { ...values, slot_minutes: Number(values.slot_minutes) };
}

// What was changed here, as a merge patch; what others changed meanwhile is not touched.
function patchOf(data, base) {
    const patch = {};
    for (const name of ['name', 'specialty', 'slot_minutes', 'phone', 'email', 'language'])
        if (data[name] !== undefined && data[name] !== base[name])
            patch[name] = data[name];
    for (const name of CLEARABLE)
        if (data[name] === undefined && base[name] !== undefined)
            patch[name] = null;
    return patch;
}

// What the record says now, beside what was typed; saving again puts the typed ones.
function showNewer(box, base, now) {
    const names = ['name', 'specialty', 'slot_minutes', 'phone', 'email', 'language', 'is_active'];
    const changed = names.filter((name) => base[name] !== now[name]);
    const label = (name) => t(`doctors.${name.replace('_', '-')}`);
    const text = (value) => (typeof value === 'boolean' ? t(value ? 'common.yes' : 'common.no') : String(value ?? '–'));
    fill(box, h('div', { class: 'notice stack', role: 'alert' },
        h('p', {}, icon('info-circle'), ' ', t('doctors.stale')),
        h('ul', {}, changed.map((name) => h('li', {}, `${label(name)}: `, h('strong', {}, text(now[name])))))));
}

async function update(desk, scene, values) {
    const patch = patchOf(toData(values), scene.base);
    if (Object.keys(patch).length === 0)
        return { message: t('code.no_change') };
    const refusal = await change(desk, 'doctor/update', { doctor_id: scene.base.doctor_id, expected_version: scene.version, ...patch }, t('doctors.saved'));
    if (refusal?.outcome.error.code !== 'stale_version')
        return refusal;
    const now = refusal.outcome.data.doctor;
    scene.version = now.version;
    showNewer(scene.box, scene.base, now);
    return { message: t('doctors.stale.again') };
}

function open(title, scene, submitLabel, onSubmit) {
    scene.fields = makeFields(scene.base);
    dialog({
        title, closeLabel: t('common.close'),
        body: (close) => form({
            before: [scene.box], fields: scene.fields, submitLabel, submitIcon: 'check-lg',
            secondary: [h('button', { type: 'button', onclick: close }, t('common.cancel'))],
            onSubmit: async (values) => {
                const refusal = findProblem(values) ?? await onSubmit(values);
                if (refusal === null)
                    close();
                return refusal;
            },
        }).node,
    });
    scene.fields[0].input.focus();
}

export function openEdit(desk, record) {
    const scene = { base: record, version: record.version, box: h('div') };
    open(t('doctors.edit'), scene, t('common.save'), (values) => update(desk, scene, values));
}

// onDone(doctorId): the doctor is there, without hours yet.
export function openAdd(desk, onDone) {
    const doctorId = newUuid();
    open(t('doctors.add'), { base: {}, box: h('div') }, t('doctors.add'), async (values) => {
        const refusal = await change(desk, 'doctor/create', { doctor_id: doctorId, ...toData(values) }, t('doctors.added'));
        if (refusal === null)
            onDone(doctorId);
        return refusal;
    });
}

// A doctor's vacations: added by hand or from a calendar file, and taken back.
import { field, fill, form, h, icon } from '/dom.js';
import { dayRange, t, today } from '/i18n.js';
import { change, sayRefusal } from '/views/doctors_change.js';
import { explainFile, importPart } from '/views/doctors_ics.js';

function text(period) {
    return dayRange(period.from, period.to);
}

function removeButton(desk, doctorId, period) {
    const button = h('button', {
        type: 'button', class: 'quiet', 'aria-label': `${t('doctors.remove')}: ${text(period)}`, 'data-key': `vacation-${period.from}`,
        onclick: async () => {
            button.disabled = true;
            sayRefusal(await change(desk, 'doctor/time-off', { doctor_id: doctorId, remove: [period] }, t('doctors.time-off.removed')));
            button.disabled = false;
        },
    }, icon('trash'));
    return button;
}

function findProblem({ from, to }) {
    if (!from || !to)
        return { field: from ? 'to' : 'from', message: t('common.required') };
    return to < from ? { field: 'to', message: t('doctors.invalid.period') } : null;
}

function addForm(desk, doctorId) {
    const fields = [
        field({ label: t('doctors.first-day'), name: 'from', type: 'date', required: true }),
        field({ label: t('doctors.last-day'), name: 'to', type: 'date', required: true }),
    ];
    fields[0].input.addEventListener('change', () => { fields[1].input.min = fields[0].input.value; });
    const made = form({
        fields, submitLabel: t('doctors.time-off.add'), submitIcon: 'plus-lg',
        onSubmit: async (values) => {
            const problem = findProblem(values);
            if (problem)
                return problem;
            const refusal = await change(desk, 'doctor/time-off', { doctor_id: doctorId, add: [values] }, t('doctors.time-off.added'));
            if (refusal === null)
                fields.forEach((one) => { one.input.value = ''; });
            return refusal && { message: refusal.message };
        },
    });
    made.node.classList.add('inline');
    return made.node;
}

// What the file added, as the record tells it afterwards: periods that meet have become one.
async function importFile(desk, record, read, ics) {
    const before = record().time_off;
    const refusal = await change(desk, 'doctor/time-off', { doctor_id: record().doctor_id, ics }, t('doctors.time-off.added'));
    if (refusal)
        return { problem: explainFile(refusal.outcome.error) };
    await read();
    const isNew = (period) => !before.some((one) => one.from === period.from && one.to === period.to);
    return { added: record().time_off.filter(isNew).map(text) };
}

// record(): as it is now; read(): reads it anew.
export function timeOffPart(desk, record, read) {
    const list = h('div');
    const mayChange = desk.may('doctor/time-off');
    return {
        node: h('section', { class: 'card stack' }, h('h2', {}, t('doctors.time-off')), list,
            mayChange ? [addForm(desk, record().doctor_id),
                importPart({ label: t('doctors.time-off.import'), hint: t('doctors.ics.hint'), send: (ics) => importFile(desk, record, read, ics) })] : null),
        show() {
            const coming = record().time_off.filter((period) => period.to >= today());
            fill(list, coming.length === 0 ? h('p', { class: 'soft' }, t('doctors.time-off.none'))
                : h('ul', { class: 'plain lines' }, coming.map((period) => h('li', { class: 'spread' }, text(period),
                    mayChange ? removeButton(desk, record().doctor_id, period) : null))));
        },
    };
}

// The days on which the whole clinic is closed.
import { dialog, field, fill, form, h, icon } from '/dom.js';
import { day, t, today } from '/i18n.js';
import { change, sayRefusal } from '/views/doctors_change.js';
import { explainFile, importPart } from '/views/doctors_ics.js';

function text(holiday) {
    return [day(holiday.date, { dateStyle: 'full' }), holiday.name].filter(Boolean).join(' · ');
}

// They come with any doctor's record; a clinic without a doctor has nobody who could be away.
async function readHolidays(desk) {
    const [doctor] = await desk.doctors();
    const outcome = doctor ? await desk.request('doctor/read', { doctor_id: doctor.doctor_id }) : null;
    return outcome?.kind === 'accepted' ? outcome.data.holidays : [];
}

function removeButton(part, holiday) {
    const button = h('button', {
        type: 'button', class: 'quiet', 'aria-label': `${t('doctors.remove')}: ${text(holiday)}`, 'data-key': `holiday-${holiday.date}`,
        onclick: async () => {
            button.disabled = true;
            if (sayRefusal(await change(part.desk, 'doctor/holiday', { remove: [holiday.date] }, t('doctors.holidays.removed'))))
                await part.read();
            button.disabled = false;
        },
    }, icon('trash'));
    return button;
}

function addForm(part) {
    const fields = [
        field({ label: t('doctors.day'), name: 'date', type: 'date', required: true }),
        field({ label: t('doctors.holidays.name'), name: 'name', maxlength: '80' }),
    ];
    const made = form({
        fields, submitLabel: t('doctors.holidays.add'), submitIcon: 'plus-lg',
        onSubmit: async (values) => {
            if (!values.date)
                return { field: 'date', message: t('common.required') };
            const refusal = await change(part.desk, 'doctor/holiday', { add: [values] }, t('doctors.holidays.added'));
            if (refusal)
                return { message: refusal.message };
            fields.forEach((one) => { one.input.value = ''; });
            await part.read();
            return null;
        },
    });
    made.node.classList.add('inline');
    return made.node;
}

async function importFile(part, ics) {
    const before = part.holidays;
    const refusal = await change(part.desk, 'doctor/holiday', { ics }, t('doctors.holidays.added'));
    if (refusal)
        return { problem: explainFile(refusal.outcome.error) };
    await part.read();
    const isNew = (holiday) => !before.some((one) => one.date === holiday.date && one.name === holiday.name);
    return { added: part.holidays.filter(isNew).map(text) };
}

function show(part) {
    const coming = part.holidays.filter((holiday) => holiday.date >= today());
    fill(part.list, coming.length === 0 ? h('p', { class: 'soft' }, t('doctors.holidays.none'))
        : h('ul', { class: 'plain lines' }, coming.map((holiday) => h('li', { class: 'spread' }, text(holiday),
            part.mayChange ? removeButton(part, holiday) : null))));
}

export async function openHolidays(desk) {
    const part = { desk, holidays: [], list: h('div', {}, t('common.loading')), mayChange: desk.may('doctor/holiday') };
    part.read = async () => {
        part.holidays = await readHolidays(desk);
        show(part);
    };
    dialog({
        title: t('doctors.holidays'), closeLabel: t('common.close'),
        body: h('div', { class: 'stack' }, part.list, part.mayChange ? [addForm(part),
            importPart({ label: t('doctors.holidays.import'), hint: t('doctors.ics.hint'), send: (ics) => importFile(part, ics) })] : null),
    });
    await part.read();
}

// Single days on which a doctor works otherwise than in other weeks.
import { field, fill, form, h, icon } from '/dom.js';
import { clock, day, t, today } from '/i18n.js';
import { changeRecord, sayRefusal } from '/views/doctors_change.js';

function text(one) {
    const name = day(one.date, { dateStyle: 'full' });
    const times = one.from ? t('doctors.hours.window', { from: clock(one.from), to: clock(one.to) }) : t('doctors.hours.closed');
    return `${name}: ${times}`;
}

function isSame(a, b) {
    return a.date === b.date && a.from === b.from && a.to === b.to;
}

function removeButton(desk, record, one) {
    const button = h('button', {
        type: 'button', class: 'quiet', 'aria-label': `${t('doctors.remove')}: ${text(one)}`, 'data-key': `exception-${one.date}${one.from ?? ''}`,
        onclick: async () => {
            button.disabled = true;
            const make = (now) => ({ exceptions: now.exceptions.filter((other) => !isSame(one, other)) });
            sayRefusal(await changeRecord(desk, 'doctor/hours', record(), make, t('doctors.exceptions.removed')));
            button.disabled = false;
        },
    }, icon('trash'));
    return button;
}

// A day without times is a day on which the doctor does not work.
function readValues(values) {
    if (!values.date)
        return { refusal: { field: 'date', message: t('common.required') } };
    if (Boolean(values.from) !== Boolean(values.to))
        return { refusal: { field: values.from ? 'to' : 'from', message: t('doctors.invalid.both-times') } };
    if (values.from && values.from >= values.to && values.to !== '00:00')
        return { refusal: { field: 'to', message: t('doctors.invalid.window-to') } };
    const times = values.from ? { from: values.from.slice(0, 5), to: values.to === '00:00' ? '24:00' : values.to.slice(0, 5) } : {};
    return { exception: { date: values.date, ...times } };
}

function addForm(desk, record) {
    const fields = [
        field({ label: t('doctors.day'), name: 'date', type: 'date', required: true, min: today() }),
        field({ label: t('doctors.hours.from'), name: 'from', type: 'time' }),
        field({ label: t('doctors.hours.to'), name: 'to', type: 'time' }),
    ];
    const made = form({
        fields, submitLabel: t('doctors.exceptions.add'), submitIcon: 'plus-lg',
        onSubmit: async (values) => {
            const { refusal, exception } = readValues(values);
            if (refusal)
                return refusal;
            const make = (now) => ({ exceptions: [...now.exceptions, exception] });
            const refused = await changeRecord(desk, 'doctor/hours', record(), make, t('doctors.exceptions.added'));
            if (refused === null)
                fields.forEach((one) => { one.input.value = ''; });
            return refused && { ...refused, field: '', message: refused.field.startsWith('exceptions') ? t('doctors.invalid.exception') : refused.message };
        },
    });
    made.node.classList.add('inline');
    return made.node;
}

// record(): as it is now. show() puts the list in step with it.
export function exceptionsPart(desk, record) {
    const list = h('div');
    const mayChange = desk.may('doctor/hours');
    return {
        node: h('section', { class: 'card stack' }, h('h2', {}, t('doctors.exceptions')), h('p', { class: 'hint' }, t('doctors.exceptions.hint')),
            list, mayChange ? addForm(desk, record) : null),
        show() {
            const coming = record().exceptions.filter((one) => one.date >= today());
            fill(list, coming.length === 0 ? h('p', { class: 'soft' }, t('doctors.exceptions.none'))
                : h('ul', { class: 'plain lines' }, coming.map((one) => h('li', { class: 'spread' }, text(one), mayChange ? removeButton(desk, record, one) : null))));
        },
    };
}

// A doctor's weekly hours: as words, and as a form with several windows a day that may hold for a time only.
import { dialog, fill, h, icon } from '/dom.js';
import { clock, day, t } from '/i18n.js';
import { change } from '/views/doctors_change.js';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = '2024-01-01';
const FIRST_WINDOW = { from: '09:00', to: '12:00' };
const SECOND_WINDOW = { from: '14:00', to: '17:00' };
const END_OF_DAY = '24:00';
const FIELDS = ['from', 'to', 'valid_from', 'valid_to'];
const LABELS = { from: 'doctors.hours.from', to: 'doctors.hours.to', valid_from: 'doctors.hours.begin', valid_to: 'doctors.hours.end' };

export function weekdayName(weekday) {
    return day(MONDAY.slice(0, 9) + weekday, { weekday: 'long' });
}

function validityText({ valid_from: from, valid_to: to }) {
    if (from && to)
        return t('doctors.hours.from-to', { from: day(from), to: day(to) });
    if (from)
        return t('doctors.hours.valid-from', { from: day(from) });
    return to ? t('doctors.hours.valid-to', { to: day(to) }) : '';
}

function windowText(one) {
    const times = t('doctors.hours.window', { from: clock(one.from), to: clock(one.to) });
    return [times, validityText(one)].filter(Boolean).join(', ');
}

// The week as a list of days; days without hours are left out.
export function hoursList(hours) {
    const days = WEEKDAYS.filter((weekday) => hours.some((one) => one.weekday === weekday));
    if (days.length === 0)
        return h('p', { class: 'empty' }, t('doctors.hours.none'));
    return h('dl', { class: 'hours' }, days.map((weekday) => [
        h('dt', {}, weekdayName(weekday)),
        h('dd', {}, hours.filter((one) => one.weekday === weekday).map((one) => h('div', {}, windowText(one)))),
    ]));
}

// ---- the form

// A browser's input of a time knows no 24:00: midnight as an end is the end of the day.
function valueOf(input, name) {
    return name === 'to' && input.value === '00:00' ? END_OF_DAY : input.value;
}

function windowInput(name, weekday, value) {
    const type = name.startsWith('valid') ? 'date' : 'time';
    return h('input', {
        type, value: value === END_OF_DAY ? '00:00' : value ?? '', required: type === 'time',
        'aria-label': `${weekdayName(weekday)}, ${t(LABELS[name])}`,
    });
}

function makeWindow(editor, weekday, values) {
    const inputs = Object.fromEntries(FIELDS.map((name) => [name, windowInput(name, weekday, values[name])]));
    const one = { weekday, inputs, error: h('p', { class: 'error' }) };
    const remove = h('button', {
        type: 'button', class: 'quiet', 'aria-label': `${weekdayName(weekday)}: ${t('doctors.remove')}`,
        onclick: () => {
            editor.windows = editor.windows.filter((other) => other !== one);
            drawDay(editor, weekday);
            editor.days.get(weekday).querySelector('.add').focus();
        },
    }, icon('trash'));
    one.root = h('li', {}, h('div', { class: 'window' }, FIELDS.map((name) => inputs[name]), remove), one.error);
    return one;
}

function ofDay(editor, weekday) {
    return editor.windows.filter((one) => one.weekday === weekday);
}

function addWindow(editor, weekday, values) {
    const one = makeWindow(editor, weekday, values);
    editor.windows.push(one);
    return one;
}

function drawDay(editor, weekday) {
    const own = ofDay(editor, weekday);
    const add = h('button', {
        type: 'button', class: 'add', 'aria-label': `${weekdayName(weekday)}: ${t('doctors.hours.add')}`,
        onclick: () => {
            const one = addWindow(editor, weekday, own.length === 0 ? FIRST_WINDOW : SECOND_WINDOW);
            drawDay(editor, weekday);
            one.inputs.from.focus();
        },
    }, icon('plus-lg'), t('doctors.hours.add'));
    fill(editor.days.get(weekday), h('div', {}, h('h3', {}, weekdayName(weekday)), add),
        own.length === 0 ? h('p', { class: 'soft' }, t('doctors.hours.closed')) : h('ul', { class: 'plain' }, own.map((one) => one.root)));
}

function valuesOf(one) {
    const values = { weekday: one.weekday };
    for (const name of FIELDS)
        if (one.inputs[name].value !== '')
            values[name] = valueOf(one.inputs[name], name);
    return values;
}

function copyMonday(editor) {
    const monday = ofDay(editor, 1).map(valuesOf);
    editor.windows = editor.windows.filter((one) => one.weekday === 1 || one.weekday > 5);
    for (const weekday of [2, 3, 4, 5]) {
        monday.forEach((values) => addWindow(editor, weekday, values));
        drawDay(editor, weekday);
    }
}

function showAt(one, name, text) {
    fill(one.error, icon('exclamation-circle'), ' ', text);
    (one.inputs[name] ?? one.inputs.from).focus();
}

// The windows in the order in which they are sent, so that a refusal's index finds its row. null: one is not complete.
function readAll(editor) {
    editor.windows.forEach((one) => fill(one.error));
    const open = editor.windows.find((one) => one.inputs.from.value === '' || one.inputs.to.value === '');
    if (open) {
        showAt(open, open.inputs.from.value === '' ? 'from' : 'to', t('common.required'));
        return null;
    }
    return editor.windows.map(valuesOf);
}

const refusalTexts = { to: 'doctors.invalid.window-to', valid_to: 'doctors.invalid.period', '': 'doctors.invalid.overlap' };

function showRefusal(editor, refusal) {
    const { error, data } = refusal.outcome;
    const at = /^hours\[(\d+)\](?:\.(\w+))?$/.exec(error.field ?? '');
    const one = at && editor.windows[Number(at[1])];
    if (error.code === 'stale_version') {
        editor.version = data.doctor.version;
        fill(editor.problem, h('div', { class: 'notice stack', role: 'alert' },
            h('p', {}, icon('info-circle'), ' ', t('doctors.hours.stale')), hoursList(data.doctor.hours)));
    } else if (one) {
        showAt(one, at[2], t(refusalTexts[at[2] ?? ''] ?? 'code.invalid.field'));
    } else {
        fill(editor.problem, h('p', { class: 'problem', role: 'alert' }, icon('exclamation-triangle'), ' ', refusal.message));
    }
}

async function save(editor, close) {
    const hours = readAll(editor);
    fill(editor.problem);
    if (hours === null)
        return;
    editor.button.disabled = true;
    const refusal = await change(editor.desk, 'doctor/hours',
        { doctor_id: editor.doctorId, expected_version: editor.version, hours }, t('doctors.hours.saved'));
    editor.button.disabled = false;
    if (refusal === null)
        close();
    else
        showRefusal(editor, refusal);
}

function headings() {
    return h('div', { class: 'weekday headings', 'aria-hidden': 'true' }, h('span'),
        h('div', { class: 'window' }, FIELDS.map((name) => h('span', {}, t(LABELS[name])))));
}

export function openHours(desk, record) {
    const editor = {
        desk, doctorId: record.doctor_id, version: record.version, windows: [], problem: h('div'),
        days: new Map(WEEKDAYS.map((weekday) => [weekday, h('section', { class: 'weekday', 'aria-label': weekdayName(weekday) })])),
        button: h('button', { type: 'submit', class: 'primary' }, icon('check-lg'), t('common.save')),
    };
    record.hours.forEach((one) => addWindow(editor, one.weekday, one));
    WEEKDAYS.forEach((weekday) => drawDay(editor, weekday));
    dialog({
        title: t('doctors.hours.edit'), closeLabel: t('common.close'), wide: true,
        body: (close) => h('form', { novalidate: true, onsubmit: (send) => { send.preventDefault(); save(editor, close); } },
            h('p', { class: 'hint' }, t('doctors.hours.hint')), h('div', { class: 'weekly' }, headings(), [...editor.days.values()]),
            h('div', {}, h('button', { type: 'button', onclick: () => copyMonday(editor) }, t('doctors.hours.copy'))),
            editor.problem,
            h('div', { class: 'actions' }, editor.button, h('button', { type: 'button', onclick: close }, t('common.cancel')))),
    });
}

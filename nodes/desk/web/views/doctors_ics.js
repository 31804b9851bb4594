// Calendar files: days that are taken from one, and a doctor's visits as one.
import { fill, h, icon, newId, toast } from '/dom.js';
import { explain, number, t } from '/i18n.js';

const CHARACTERS_MOST = 40000;

// Texts on the bus have plain line feeds; a file has what its program wrote.
async function readText(file) {
    const text = (await file.text()).replace(/\r\n?/g, '\n');
    return [...text].length > CHARACTERS_MOST ? null : text;
}

// A chooser of a file that is sent as soon as it is chosen. send(text) resolves with what to say:
// { added: [texts] } or { problem }.
export function importPart({ label, hint, send }) {
    const id = newId('ics');
    const result = h('div', { class: 'stack', role: 'status' });
    const input = h('input', {
        type: 'file', id, name: 'ics', accept: '.ics,text/calendar', class: 'visually-hidden', 'aria-describedby': `${id}-hint`,
    });
    const showProblem = (text) => fill(result, h('p', { class: 'problem' }, icon('exclamation-triangle'), ' ', text));
    const showAdded = (added) => fill(result, h('p', {}, icon('check-circle'), ' ', t('doctors.ics.added')),
        h('ul', {}, added.map((text) => h('li', {}, text))));

    input.addEventListener('change', async () => {
        const [file] = input.files;
        if (!file)
            return;
        input.disabled = true;
        fill(result, t('common.loading'));
        const text = await readText(file);
        const answer = text === null ? { problem: t('doctors.ics.large', { most: number(CHARACTERS_MOST) }) } : await send(text);
        input.disabled = false;
        input.value = '';
        if (answer.problem)
            showProblem(answer.problem);
        else
            showAdded(answer.added);
    });
    return h('div', { class: 'stack' },
        h('div', { class: 'file' }, input, h('label', { for: id, class: 'button' }, icon('upload'), label), h('p', { id: `${id}-hint`, class: 'hint' }, hint)),
        result);
}

const problems = {
    'calendar.invalid': 'doctors.ics.invalid',
    'no_change': 'doctors.ics.nothing',
    'invalid.missing': 'doctors.ics.invalid',
    'invalid.field': 'doctors.ics.invalid',
};

export function explainFile(error) {
    return problems[error.code] ? t(problems[error.code]) : explain(error);
}

// ---- the other way

// The file is made here, out of memory; its name says the doctor's number and nothing about anybody.
function save(name, text) {
    const blob = new Blob([text.replace(/\n/g, '\r\n')], { type: 'text/calendar' });
    const link = h('a', { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export async function saveCalendar(desk, doctor) {
    const outcome = await desk.request('doctor/calendar', { doctor_id: doctor.doctor_id });
    if (outcome.kind !== 'accepted') {
        toast(explain(outcome.error), 'bad', t('common.close'));
        return;
    }
    save(`doctor-${doctor.number}.ics`, outcome.data.ics);
    toast(t(outcome.data.more ? 'doctors.calendar.more' : 'doctors.calendar.saved'), outcome.data.more ? 'note' : 'good', t('common.close'));
}

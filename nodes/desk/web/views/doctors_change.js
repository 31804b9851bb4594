// Changes of a doctor's rules: what became of one, and the bookings that it collides with.
import { dialog, h, icon, toast } from '/dom.js';
import { dateTime, explain, has, t, tn } from '/i18n.js';

export function nameOf(doctors, doctorId) {
    return doctors.find((one) => one.doctor_id === doctorId)?.name ?? '';
}

export function whyBadge(why) {
    return h('span', { class: 'badge note' }, t(`conflicts.why.${why}`));
}

// None of them is dropped by the change: each waits for somebody to decide.
async function showConflicts(desk, conflicts) {
    const doctors = await desk.doctors();
    const decide = (close) => h('button', {
        type: 'button', class: 'primary', onclick: () => { close(); desk.go('conflicts'); },
    }, icon('calendar-x'), t('conflicts.decide'));
    dialog({
        title: tn('conflicts.count', conflicts.length), closeLabel: t('common.close'),
        body: (close) => h('div', { class: 'stack' },
            h('p', {}, t('conflicts.explained')),
            h('ul', { class: 'plain stack' }, conflicts.map((one) => h('li', { class: 'row' },
                h('strong', {}, dateTime(one.start)), nameOf(doctors, one.doctor_id), whyBadge(one.why)))),
            h('div', { class: 'actions' }, decide(close), h('button', { type: 'button', onclick: close }, t('conflicts.later')))),
    });
}

// A refusal in words that say what to write instead, where the field is one that these forms have.
function explainAt(error) {
    const name = error.field.replace(/\[\d+\]/, '');
    return error.code === 'invalid.field' && has(`doctors.invalid.${name}`) ? t(`doctors.invalid.${name}`) : explain(error);
}

// The end of what had to wait is told to who sent it, and to nobody else who signed in since.
function followQueued(desk, outcome, doneText) {
    const sender = desk.who.name;
    toast(t('queued'), 'note', t('common.close'));
    outcome.settled.then((late) => {
        const isDone = late.kind === 'accepted';
        if (desk.who.name === sender)
            toast(isDone ? doneText : explain(late.error), isDone ? 'good' : 'bad', t('common.close'));
    });
}

// Makes the change. null: it is done or on its way; else { field, message, outcome } for the form that asked.
export async function change(desk, name, data, doneText) {
    const outcome = await desk.request(name, data);
    if (outcome.kind === 'queued') {
        followQueued(desk, outcome, doneText);
        return null;
    }
    if (outcome.kind !== 'accepted')
        return { field: outcome.error.field, message: explainAt(outcome.error), outcome };
    toast(doneText, 'good', t('common.close'));
    if (outcome.data.conflicts?.length > 0)
        showConflicts(desk, outcome.data.conflicts);
    return null;
}

// A change that can be made on top of what others have changed: `make(record)` gives its data, and where the record is
// newer than the screen's, it is made again from that.
export async function changeRecord(desk, name, record, make, doneText) {
    const ask = (from) => change(desk, name, { doctor_id: from.doctor_id, expected_version: from.version, ...make(from) }, doneText);
    const refusal = await ask(record);
    const newer = refusal?.outcome.error.code === 'stale_version' ? refusal.outcome.data.doctor : null;
    return newer ? ask(newer) : refusal;
}

// For what has no form: the refusal as a toast. True if it was done.
export function sayRefusal(refusal) {
    if (refusal !== null)
        toast(refusal.message, 'bad', t('common.close'));
    return refusal === null;
}

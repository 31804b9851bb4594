// Sends what the booking drawer holds, and says what became of it.
import { fill, h, icon, newId, toast } from '/dom.js';
import { clock, day, dayOf, explain, t, time } from '/i18n.js';
import { showRefusal } from '/booking_refusal.js';

// `local` as slots have it: on the clinic's clock.
export function whenText(local) {
    return t('booking.when', { day: day(local.slice(0, 10), { dateStyle: 'full' }), time: clock(local.slice(11)) });
}

export function whenInstant(instant) {
    return t('booking.when', { day: day(dayOf(instant), { dateStyle: 'full' }), time: time(instant) });
}

function say(booking, text) {
    fill(booking.alert, h('p', { class: 'problem' }, icon('exclamation-triangle'), ' ', text));
}

// ---- what is to be sent

// The time and the reason that goes with it; null: something is missing, and is shown.
function readTime(booking) {
    if (booking.override.isOpen()) {
        const typed = booking.override.read();
        return typed && { start: typed.local, override_reason: typed.reason };
    }
    if (booking.picked !== '')
        return { start: booking.picked };
    say(booking, t('booking.time.missing'));
    booking.week.focus();
    return null;
}

function readWhat(booking) {
    if (booking.appointment)
        return { expected_version: booking.appointment.version, by: booking.by.input.value };
    const who = booking.patient.read();
    if (who.problem) {
        say(booking, who.problem);
        return null;
    }
    const reason = booking.reason.value();
    return reason === null ? who : { ...who, visit_reason: reason };
}

function readAll(booking) {
    const what = readWhat(booking);
    if (what === null)
        return null;
    const doctorId = booking.doctor.input.value;
    if (doctorId === '') {
        booking.doctor.setError(t('booking.doctor.choose'));
        booking.doctor.input.focus();
        return null;
    }
    const when = readTime(booking);
    return when && {
        appointment_id: booking.appointmentId, doctor_id: doctorId, slots: Number(booking.length.input.value), ...what, ...when,
    };
}

// ---- what became of it

function showDone(booking, data, sent) {
    const doctor = booking.doctors.find((one) => one.doctor_id === (sent ?? data).doctor_id);
    const id = newId('booked');
    const close = h('button', { type: 'button', class: 'primary', 'aria-describedby': id, onclick: booking.close }, t('common.close'));
    booking.isOver = true;
    booking.week.stop();
    fill(booking.body, h('div', { class: 'booking-done stack' },
        h('div', { class: 'stack', id },
            h('h3', {}, icon('check-circle'), ' ', t(booking.appointment ? 'booking.done.moved' : 'booking.done')),
            h('p', {}, h('strong', {}, booking.patient.name())),
            h('p', {}, sent ? whenText(sent.start) : whenInstant(data.start)),
            h('p', {}, doctor?.name),
            data.member_id ? h('p', {}, t('booking.member', { member: data.member_id })) : null),
        h('div', { class: 'actions' }, close)));
    close.focus();
}

// What became of it after the drawer was closed is told to who sent it, and to nobody else who signed in since.
function tellLater(booking, text, kind) {
    if (booking.desk.who.name === booking.sender)
        toast(text, kind, t('common.close'));
}

// sent: null where the gateway's record is shown, `data`.
function finish(booking, data, sent) {
    if (booking.isClosed)
        tellLater(booking, t(booking.appointment ? 'booking.done.moved' : 'booking.done'), 'good');
    else
        showDone(booking, data, sent);
    booking.onDone({ appointment_id: booking.appointmentId, ...data });
}

// An attempt that was left without an answer had arrived after all.
async function readBack(booking) {
    const outcome = await booking.desk.request('appointment/read', { appointment_id: booking.appointmentId });
    if (outcome.kind === 'accepted')
        finish(booking, outcome.data.appointment, null);
    else
        say(booking, explain(outcome.error));
}

// Nothing is booked while it only waits in this box, and the patient must not leave believing so.
function showQueued(booking) {
    fill(booking.alert, h('p', { class: 'queued' }, icon('hdd'), ' ', t('booking.queued')));
    booking.button.disabled = true;
}

async function settle(booking, outcome, sent) {
    if (outcome.kind === 'accepted')
        finish(booking, outcome.data, sent);
    else if (outcome.error.code === 'exists' && outcome.error.field === 'appointment_id')
        await readBack(booking);
    else if (booking.isClosed)
        tellLater(booking, `${t('booking.done.not')} ${explain(outcome.error)}`, 'bad');
    else if (outcome.kind === 'rejected')
        await showRefusal(booking, outcome, sent);
    else
        say(booking, explain(outcome.error));
}

// more: what staff decided after a refusal, e.g. that a new patient is another person.
export async function send(booking, more = {}) {
    if (booking.isBusy)
        return;
    booking.clear();
    const data = readAll(booking);
    if (data === null)
        return;
    if (data.patient)
        Object.assign(data.patient, more);
    booking.isBusy = true;
    booking.sender = booking.desk.who.name;
    booking.button.disabled = true;
    let outcome = await booking.desk.request(booking.appointment ? 'appointment/reschedule' : 'appointment/schedule', data);
    if (outcome.kind === 'queued') {
        showQueued(booking);
        outcome = await outcome.settled;
    }
    booking.isBusy = false;
    booking.button.disabled = false;
    await settle(booking, outcome, data);
    if (!booking.isOver && !booking.isClosed)
        booking.week.refresh();
}

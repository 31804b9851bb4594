// The booking drawer: patient, doctor and a free time in one step; or another time for a visit that is booked.
//
// What is typed stays until the gateway has accepted it: a refusal says why and what can be done, and clears no field.
import { dialog, field, fill, h, icon } from '/dom.js';
import { clock, dayOf, explain, number, t } from '/i18n.js';
import { newUuid } from '/ids.js';
import { overridePart } from '/booking_override.js';
import { patientPart } from '/booking_patient.js';
import { offerNearest } from '/booking_refusal.js';
import { send, whenInstant, whenText } from '/booking_send.js';
import { weekPart } from '/booking_week.js';

const SLOTS_MOST = 8;
const MINUTE_MS = 60000;
const BY_WHOM = ['patient', 'doctor', 'reception', 'clinic'];

function doctorOf(booking) {
    return booking.doctors.find((one) => one.doctor_id === booking.doctor.input.value);
}

// ---- the chosen time

function bookLabel(booking) {
    const verb = booking.appointment ? 'booking.move' : 'booking.book';
    return t(booking.override.isOpen() ? `${verb}.anyway` : verb);
}

function summarize(booking) {
    const local = booking.override.isOpen() ? booking.override.local() : booking.picked;
    const words = [booking.patient.name(), local === '' ? t('booking.time.missing') : whenText(local), doctorOf(booking)?.name];
    fill(booking.summary, words.filter(Boolean).join(' · '));
    fill(booking.button, icon('calendar-event'), bookLabel(booking));
}

function setTime(booking, local, isForced) {
    booking.picked = isForced ? '' : local;
    booking.week.set({ picked: local, isForced });
    summarize(booking);
}

// A time of the week: a free one, or one that is to be had with a reason only.
function pick(booking, slot) {
    booking.clear();
    if (slot.isFree)
        booking.override.close();
    else
        booking.override.openFor(slot);
    setTime(booking, slot.local, !slot.isFree);
}

// A time that was offered in the place of another.
function pickTime(booking, local) {
    booking.clear();
    booking.override.close();
    setTime(booking, local, false);
    booking.week.show(local.slice(0, 10));
    booking.button.focus();
}

// The time that is chosen here is not free any more; our own booking sees to that too, while it is under way.
function lose(booking, slot) {
    if (booking.isBusy || booking.isOver)
        return;
    setTime(booking, '', false);
    const time = clock(slot.local.slice(11));
    const text = slot.state === 'booked' ? t('booking.taken', { time }) : t('booking.lost', { time, state: t(`booking.state.${slot.state}`) });
    offerNearest(booking, text, { doctor_id: booking.doctor.input.value, start: slot.local }, false);
}

// ---- doctor and length

function lengthOptions(minutes) {
    return Array.from({ length: SLOTS_MOST }, (_, index) => h('option', { value: index + 1 },
        number((index + 1) * minutes, { style: 'unit', unit: 'minute' })));
}

// A visit that is moved stays as long as it was.
function slotsNow(appointment, minutes) {
    const length = appointment ? Date.parse(appointment.end) - Date.parse(appointment.start) : 0;
    return Math.min(SLOTS_MOST, Math.max(1, Math.ceil(length / (minutes * MINUTE_MS))));
}

function chooseDoctor(booking) {
    const { appointment } = booking;
    const doctorId = booking.doctor.input.value;
    const minutes = doctorOf(booking)?.slot_minutes ?? 0;
    const count = minutes === 0 ? 1 : slotsNow(appointment, minutes);
    const own = appointment?.doctor_id === doctorId ? appointment : null;
    booking.clear();
    fill(booking.length.input, minutes === 0 ? [] : lengthOptions(minutes));
    booking.length.input.value = String(count);
    booking.length.input.disabled = minutes === 0;
    booking.override.close();
    booking.week.set({ doctorId, count, own });
    setTime(booking, '', false);
    const date = own ? dayOf(own.start) : booking.date;
    return date ? booking.week.show(date) : booking.week.showFirst();
}

function chooseLength(booking) {
    booking.clear();
    booking.week.set({ count: Number(booking.length.input.value) });
}

async function loadDoctors(booking, wished) {
    const outcome = await booking.desk.request('doctor/list');
    if (outcome.kind !== 'accepted') {
        fill(booking.alert, h('div', { class: 'problem row' }, explain(outcome.error),
            h('button', { type: 'button', onclick: () => { booking.clear(); loadDoctors(booking, wished); } }, t('common.retry'))));
        return;
    }
    booking.doctors = outcome.data.doctors.filter((one) => one.is_active);
    fill(booking.doctor.input, h('option', { value: '' }, t('booking.doctor.choose')),
        booking.doctors.map((one) => h('option', { value: one.doctor_id }, `${one.name} · ${one.specialty}`)));
    const only = booking.doctors.length === 1 ? booking.doctors[0].doctor_id : '';
    booking.doctor.input.value = booking.doctors.some((one) => one.doctor_id === wished) ? wished : only;
    await chooseDoctor(booking);
    if (booking.doctors.length === 0)
        booking.doctor.setError(t('booking.doctor.none'));
}

// ---- the drawer

function showPlace(booking) {
    if (booking.appointment)
        fill(booking.place, icon('calendar-event'), ' ', t('booking.now', { when: whenInstant(booking.appointment.start) }));
}

// Somebody else changed the visit that is moved.
function renew(booking, appointment) {
    booking.appointment = appointment;
    showPlace(booking);
    booking.week.set({ own: appointment.doctor_id === booking.doctor.input.value ? appointment : null });
}

function makeFields(booking) {
    booking.doctor = field({ label: t('booking.doctor'), name: 'doctor', type: 'select', required: true });
    booking.length = field({ label: t('booking.length'), name: 'slots', type: 'select' });
    booking.reason = field({ label: t('booking.reason'), name: 'visit_reason', maxlength: '500' });
    booking.by = field({
        label: t('booking.by'), name: 'by', type: 'select', value: 'patient', options: BY_WHOM.map((one) => [one, t(`visit.by.${one}`)]),
    });
    booking.doctor.input.addEventListener('change', () => chooseDoctor(booking));
    booking.length.input.addEventListener('change', () => chooseLength(booking));
}

function makeParts(booking, patient) {
    const { desk, appointment } = booking;
    booking.place = h('p', { class: 'own-place' });
    booking.summary = h('p', { class: 'booking-summary' });
    booking.alert = h('div', { class: 'booking-alert stack', role: 'alert' });
    booking.button = h('button', { type: 'button', class: 'primary', onclick: () => send(booking) });
    booking.override = overridePart((isOpen) => setTime(booking, isOpen ? booking.override.local() : '', isOpen));
    booking.week = weekPart({ desk, onPick: (slot) => pick(booking, slot), onLost: (slot) => lose(booking, slot) });
    booking.patient = patientPart({ desk, patient, appointment, onChange: () => summarize(booking) });
    booking.body = h('div', { class: 'booking' },
        h('div', { class: 'booking-form stack' }, booking.patient.node, appointment ? booking.place : null,
            booking.doctor.root, booking.length.root, appointment ? booking.by.root : booking.reason.root, booking.override.node),
        booking.week.node,
        h('footer', { class: 'booking-foot stack' }, booking.alert, h('div', { class: 'spread' }, booking.summary, booking.button)));
}

function makeBooking(desk, appointment, date, onDone) {
    const booking = {
        desk, appointment, date, onDone, doctors: [], picked: '', isBusy: false, isOver: false, isClosed: false,
        appointmentId: appointment?.appointment_id ?? newUuid(),
        send: (more) => send(booking, more),
        pickTime: (local) => pickTime(booking, local),
        unpick: () => { if (!booking.override.isOpen()) setTime(booking, '', false); },
        renew: (now) => renew(booking, now),
        clear: () => { fill(booking.alert); booking.doctor.setError(''); },
        close: () => booking.dialog.close(),
    };
    return booking;
}

// A slip of the hand does not throw away a new patient's data: the first Escape warns.
function guardEscape(booking) {
    let isWarned = false;
    booking.dialog.node.addEventListener('cancel', (escape) => {
        if (escape.target !== booking.dialog.node || isWarned || booking.isOver || !booking.patient.isTyped())
            return;
        escape.preventDefault();
        isWarned = true;
        fill(booking.alert, h('p', { class: 'problem' }, t('booking.escape')));
    });
}

// patient: a row of patient/find; appointment: a row of appointment/list, which is moved then; date: whose week is shown
// first, else that of the first free time. onDone(data) is called when it is accepted, also where that happens after the
// drawer was closed.
export function openBooking(desk, { patient = null, appointment = null, doctorId = '', date = '', onDone = () => {} } = {}) {
    const booking = makeBooking(desk, appointment, date, onDone);
    makeFields(booking);
    makeParts(booking, patient);
    showPlace(booking);
    booking.dialog = dialog({
        title: t(appointment ? 'booking.title.move' : 'booking.title'), body: booking.body, closeLabel: t('common.close'),
        wide: true, drawer: true,
        onClose: () => { booking.isClosed = true; booking.week.stop(); },
    });
    guardEscape(booking);
    (patient || appointment ? booking.doctor.input : booking.body.querySelector('input')).focus();
    loadDoctors(booking, appointment?.doctor_id ?? doctorId);
}

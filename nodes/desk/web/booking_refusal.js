// Why a visit was not booked, and what can be done: another time nearby, the same person after all, what others changed.
import { fill, h, icon } from '/dom.js';
import { clock, dateTime, day, explain, t, today } from '/i18n.js';
import { findNearest } from '/booking_slots.js';
import { patientLine } from '/patient_search.js';

function problem(text) {
    return h('p', { class: 'problem' }, icon('exclamation-triangle'), ' ', text);
}

function nearestButton(booking, slot) {
    const words = t('booking.when', {
        day: day(slot.local.slice(0, 10), { weekday: 'short', day: 'numeric', month: 'short' }), time: clock(slot.local.slice(11)),
    });
    return h('button', { type: 'button', onclick: () => booking.pickTime(slot.local) }, words);
}

// The choice that is left: the nearest free times as buttons. A person who is typing is not interrupted.
export async function offerNearest(booking, text, sent, isFocused) {
    const list = h('div', { class: 'row' });
    fill(booking.alert, problem(text),
        sent.patient ? h('p', {}, t('booking.nothing-registered')) : null,
        h('p', {}, t('booking.nearest')), list);
    const own = booking.appointment?.doctor_id === sent.doctor_id ? booking.appointment : null;
    const count = Number(booking.length.input.value);
    const nearest = await findNearest(booking.desk, sent.doctor_id, sent.start, count, own, today());
    fill(list, nearest.length === 0 ? t('booking.nearest.none') : nearest.map((slot) => nearestButton(booking, slot)));
    if (isFocused)
        list.querySelector('button')?.focus();
}

function showTaken(booking, outcome, sent) {
    booking.unpick();
    const isTaken = outcome.error.code === 'conflict.doctor';
    const text = isTaken ? t('booking.taken', { time: clock(sent.start.slice(11)) }) : explain(outcome.error);
    return offerNearest(booking, text, sent, true);
}

function showTwice(booking, outcome, sent) {
    return offerNearest(booking, t('booking.twice'), sent, true);
}

function showDuplicate(booking, outcome) {
    const candidates = outcome.data.candidates ?? [];
    fill(booking.alert, problem(t('booking.alike')),
        h('ul', { class: 'choices' }, candidates.map((one) => h('li', { class: 'spread' }, patientLine(one),
            h('button', { type: 'button', onclick: () => { booking.patient.pick(one); booking.send(); } }, t('booking.alike.same'))))),
        h('div', {}, h('button', { type: 'button', onclick: () => booking.send({ is_distinct: true }) }, t('booking.alike.other'))));
    booking.alert.querySelector('button').focus();
}

// The drawer goes on from what the visit is now; what was chosen stays chosen.
function showStale(booking, outcome) {
    const now = outcome.data.appointment;
    booking.renew(now);
    fill(booking.alert, problem(t('booking.stale', { when: dateTime(now.start) })));
}

const refusals = {
    'conflict.doctor': showTaken,
    'conflict.patient': showTwice,
    'patient.duplicate': showDuplicate,
    'stale_version': showStale,
    'no_change': (booking) => fill(booking.alert, problem(t('booking.no-change'))),
    'state.mismatch': (booking) => fill(booking.alert, problem(t('booking.over'))),
};

// sent: what was asked for.
export async function showRefusal(booking, outcome, sent) {
    const { code } = outcome.error;
    const show = refusals[code] ?? (code.startsWith('slot.') ? showTaken : null);
    if (show)
        await show(booking, outcome, sent);
    else
        fill(booking.alert, problem(booking.patient.showRefusal(outcome.error) ? t('booking.patient.check') : explain(outcome.error)));
}

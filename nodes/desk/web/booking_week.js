// The week of one doctor in the booking drawer: shown, leafed through, and kept true while others book.
import { on } from '/api.js';
import { fill, h, icon } from '/dom.js';
import { addDays, dayRange, explain, t, today } from '/i18n.js';
import { onReturn, refresher } from '/refresh.js';
import { slotGrid } from '/booking_grid.js';
import { findFirst, mondayOf, readSlots, statesFor } from '/booking_slots.js';

const CLOCK_MS = 60000;
const DAYS = 7;

function weekName(part) {
    return dayRange(part.monday, addDays(part.monday, DAYS - 1));
}

function grid(part, before) {
    if (part.slots.length === 0)
        return h('p', { class: 'empty' }, t(part.doctorId === '' ? 'booking.week.doctor' : 'booking.week.empty'));
    return slotGrid({
        label: t('booking.week.of', { week: weekName(part) }),
        days: Array.from({ length: DAYS }, (_, step) => addDays(part.monday, step)),
        slots: part.slots, count: part.count, picked: part.picked, before, onPick: part.onPick,
    });
}

function draw(part) {
    const stop = part.box.querySelector('[data-at][tabindex="0"]');
    const hadFocus = part.box.contains(document.activeElement);
    fill(part.title, weekName(part));
    part.previous.disabled = part.monday <= mondayOf(today());
    fill(part.box, grid(part, stop?.dataset.at));
    if (hadFocus)
        (part.box.querySelector('[data-at][tabindex="0"]') ?? part.title).focus({ preventScroll: true });
}

function drawError(part, error) {
    fill(part.box, h('div', { class: 'problem row', role: 'alert' }, explain(error),
        h('button', { type: 'button', onclick: () => read(part) }, t('common.retry'))));
}

// Marks again what is known, after another length was chosen, a time picked, or a week read.
function mark(part) {
    part.slots = part.week === null ? [] : statesFor(part.week, part.count, part.own);
    const lost = part.slots.find((slot) => slot.local === part.picked && !slot.isFree && !part.isForced);
    draw(part);
    if (lost)
        part.onLost(lost);
}

// Only the answer to the newest question counts: who leafs quickly asks several.
async function read(part) {
    part.newest += 1;
    const own = part.newest;
    if (part.doctorId === '') {
        mark(part);
        return;
    }
    part.box.setAttribute('aria-busy', 'true');
    const week = await readSlots(part.desk, part.doctorId, part.monday, DAYS);
    if (own !== part.newest)
        return;
    part.box.removeAttribute('aria-busy');
    if (week.error) {
        drawError(part, week.error);
        return;
    }
    part.week = week;
    mark(part);
}

function show(part, date) {
    part.monday = mondayOf(date);
    fill(part.note);
    return read(part);
}

function focusAt(part, local) {
    const button = part.box.querySelector(`[data-at="${local}"]`);
    button?.focus();
    button?.scrollIntoView({ block: 'center' });
}

// Shows the week of the first free time; where there is none, says so.
async function goToFirst(part, isFocused) {
    const first = part.doctorId === '' ? null : await findFirst(part.desk, part.doctorId, part.count, today());
    await show(part, first ? first.local.slice(0, 10) : part.monday);
    if (part.doctorId !== '' && !first)
        fill(part.note, t('booking.week.none'));
    else if (first && isFocused)
        focusAt(part, first.local);
}

// ---- others

function concerns(part, event) {
    const ids = [event.data?.doctor_id, event.data?.previous?.doctor_id];
    const isOfClinic = event.type === 'clinic.doctor.schedule-changed' && ids[0] === undefined;
    return /^clinic\.(appointment|doctor)\./.test(event.type) && (isOfClinic || ids.includes(part.doctorId));
}

// Reads again what others changed, what was missed while there was no connection, and what becomes past.
function keepTrue(part) {
    const refresh = refresher(() => read(part));
    const ends = [];
    const listen = (name, listener) => ends.push(on(name, listener));
    listen('event', (event) => {
        if (concerns(part, event))
            refresh();
    });
    onReturn(listen, refresh);
    const timer = setInterval(refresh, CLOCK_MS);
    return () => {
        ends.forEach((end) => end());
        clearInterval(timer);
        refresh.stop();
    };
}

// ---- the part

function toolbar(part) {
    const leaf = (label, picture, days) => h('button', {
        type: 'button', 'aria-label': t(label), onclick: () => show(part, addDays(part.monday, days)),
    }, icon(picture));
    part.previous = leaf('booking.week.previous', 'arrow-left', -DAYS);
    return h('div', { class: 'spread' }, part.title, h('div', { class: 'row' },
        part.previous,
        h('button', { type: 'button', onclick: () => show(part, today()) }, t('booking.week.today')),
        h('button', { type: 'button', onclick: () => goToFirst(part, true) }, t('booking.week.first')),
        leaf('booking.week.next', 'arrow-right', DAYS)));
}

// onPick(slot): somebody chose it, free or not. onLost(slot): the picked one is not free any more.
export function weekPart({ desk, onPick, onLost }) {
    const part = {
        desk, onPick, onLost,
        doctorId: '', count: 1, own: null, picked: '', isForced: false, // isForced: it is to be had with a reason
        monday: mondayOf(today()), week: null, slots: [], newest: 0,
        title: h('h3', { tabindex: '-1', 'aria-live': 'polite' }),
        note: h('p', { class: 'soft', role: 'status' }),
        box: h('div', { class: 'week' }),
    };
    const node = h('section', { class: 'booking-week', 'aria-label': t('booking.week') },
        toolbar(part), part.note, part.box);
    const stop = keepTrue(part);
    return {
        node, stop,
        show: (date) => show(part, date),
        showFirst: () => goToFirst(part, false),
        refresh: () => read(part),
        focus: () => part.box.querySelector('[data-at][tabindex="0"]')?.focus(),
        // Another doctor, another length, another choice: what is known of it is marked at once.
        set(changes) {
            if (changes.doctorId !== undefined && changes.doctorId !== part.doctorId)
                part.week = null;
            Object.assign(part, changes);
            mark(part);
        },
    };
}

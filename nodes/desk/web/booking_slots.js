// What can be booked: the gateway's slots, and what a visit of several of them in a row makes of each.
import { addDays } from '/i18n.js';

const MINUTE_MS = 60000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS_AT_ONCE = 31;
const DAYS_AHEAD = 4 * DAYS_AT_ONCE;

// States that staff may override with a reason; the clock and the horizon nobody can.
export const overridable = ['booked', 'vacation', 'holiday', 'short'];

export function mondayOf(date) {
    const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    return addDays(date, -weekday);
}

function daysBetween(from, to) {
    return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

// All slots of `days` days: { minutes, slots }, or { error }. A reply has a limit, so the rest is asked for from the
// day on in which it ended.
export async function readSlots(desk, doctorId, from, days, options = {}) {
    const end = addDays(from, days);
    let slots = [];
    for (let day = from; ;) {
        const outcome = await desk.request('doctor/slots', { doctor_id: doctorId, from: day, days: daysBetween(day, end), ...options });
        if (outcome.kind !== 'accepted')
            return { error: outcome.error };
        slots = slots.concat(outcome.data.slots);
        if (!outcome.data.more)
            return { minutes: outcome.data.slot_minutes, slots };
        day = slots.at(-1).local.slice(0, 10);
        slots = slots.filter((slot) => slot.local < day);
    }
}

function isOwn(slot, minutes, own) {
    const start = Date.parse(slot.start);
    return own !== null && start < Date.parse(own.end) && start + minutes * MINUTE_MS > Date.parse(own.start);
}

function fits(slots, index, minutes, count) {
    const start = Date.parse(slots[index].start);
    return slots.slice(index, index + count).filter((slot, step) => slot.isOpen
        && Date.parse(slot.start) === start + step * minutes * MINUTE_MS).length === count;
}

// The slots with the state that each has as the beginning of a visit of `count`: "short" where others follow too soon,
// "own" where the visit that is moved lies now ({ start, end }; null: none), which does not stand in its own way.
export function statesFor({ minutes, slots }, count, own = null) {
    const marked = slots.map((slot) => {
        const isOwnSlot = slot.state === 'booked' && isOwn(slot, minutes, own);
        return { ...slot, isOwn: isOwnSlot, isOpen: slot.state === 'free' || isOwnSlot };
    });
    return marked.map((slot, index) => {
        const isFree = slot.isOpen && fits(marked, index, minutes, count);
        const closed = slot.isOpen ? 'short' : slot.state;
        return { ...slot, isFree, state: slot.isOwn ? 'own' : isFree ? 'free' : closed };
    });
}

// The times nearest to `wanted` (as in `local`) at which a visit of `count` slots fits, by time.
export async function findNearest(desk, doctorId, wanted, count, own, today) {
    const date = addDays(wanted.slice(0, 10), -2);
    const week = await readSlots(desk, doctorId, date < today ? today : date, 2 * 7, { only_free: own === null });
    if (week.error)
        return [];
    const at = Date.parse(`${wanted}Z`);
    const distance = (slot) => Math.abs(Date.parse(`${slot.local}Z`) - at);
    return statesFor(week, count, own).filter((slot) => slot.isFree && !slot.isOwn)
        .sort((a, b) => distance(a) - distance(b)).slice(0, 6)
        .sort((a, b) => a.local.localeCompare(b.local));
}

// The first time from `today` on; null: none as far ahead as can be booked.
export async function findFirst(desk, doctorId, count, today) {
    for (let ahead = 0; ahead < DAYS_AHEAD; ahead += DAYS_AT_ONCE) {
        const month = await readSlots(desk, doctorId, addDays(today, ahead), DAYS_AT_ONCE, { only_free: true });
        const first = month.error ? null : statesFor(month, count).find((slot) => slot.isFree);
        if (first || month.error)
            return first;
    }
    return null;
}

// A week of slots as a grid: days are columns, times are rows. One stop of the tab key; the arrows go from slot to slot.
import { h, icon } from '/dom.js';
import { clock, day, t, today } from '/i18n.js';
import { overridable } from '/booking_slots.js';

function dayName(date) {
    return day(date, { weekday: 'long', day: 'numeric', month: 'long' });
}

function wordsOf(slot) {
    return t('booking.cell', {
        day: dayName(slot.local.slice(0, 10)), time: clock(slot.local.slice(11)), state: t(`booking.state.${slot.state}`),
    });
}

// Not free and not to be had with a reason either: it can be read, not pressed.
function isFixed(slot) {
    return !slot.isFree && !overridable.includes(slot.state);
}

function slotButton(slot, view) {
    const isPicked = slot.local === view.picked;
    const text = slot.state === 'free' ? clock(slot.local.slice(11)) : t(`booking.state.${slot.state}`);
    return h('button', {
        type: 'button', class: `slot ${slot.state} ${view.covered.has(slot.local) ? 'covered' : ''}`,
        'data-at': slot.local, 'aria-label': wordsOf(slot), 'aria-pressed': String(isPicked),
        'aria-disabled': isFixed(slot) ? 'true' : null,
        tabindex: slot.local === view.stop ? '0' : '-1',
        onclick: isFixed(slot) ? null : () => view.onPick(slot),
    }, isPicked ? icon('check-lg') : null, text);
}

function header(date, hasSlots) {
    return h('th', { scope: 'col', class: hasSlots ? null : 'closed', 'aria-current': date === today() ? 'date' : null },
        h('span', {}, day(date, { weekday: 'short' })), ' ',
        h('span', {}, day(date, { day: 'numeric', month: 'short' })),
        hasSlots ? null : h('span', { class: 'soft' }, ` ${t('booking.no-hours')}`));
}

function row(clockTime, days, byLocal, view) {
    return h('tr', {}, h('th', { scope: 'row' }, clock(clockTime)), days.map((date) => {
        const slot = byLocal.get(`${date}T${clockTime}`);
        return h('td', {}, slot ? slotButton(slot, view) : null);
    }));
}

// What comes after `slot` in the direction of a key; itself where there is nothing.
function neighbour(slots, local, key) {
    const [date, clockTime] = local.split('T');
    const own = slots.filter((slot) => slot.local.startsWith(date));
    const place = own.findIndex((slot) => slot.local === local);
    if (key === 'ArrowUp' || key === 'ArrowDown')
        return own[place + (key === 'ArrowUp' ? -1 : 1)]?.local ?? local;
    const dates = [...new Set(slots.map((slot) => slot.local.slice(0, 10)))];
    const column = dates.indexOf(date);
    const target = { ArrowLeft: column - 1, ArrowRight: column + 1, Home: 0, End: dates.length - 1 }[key];
    if (dates[target] === undefined)
        return local;
    const there = slots.filter((slot) => slot.local.startsWith(dates[target]));
    return (there.find((slot) => slot.local.slice(11) >= clockTime) ?? there.at(-1)).local;
}

const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

function moveFocus(grid, slots, press) {
    const from = press.target.dataset?.at;
    if (from === undefined || !keys.includes(press.key))
        return;
    press.preventDefault();
    const rightToLeft = document.documentElement.dir === 'rtl';
    const mirrored = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' }[press.key] ?? press.key;
    const to = grid.querySelector(`[data-at="${neighbour(slots, from, rightToLeft ? mirrored : press.key)}"]`);
    press.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
}

// The tab key stops at what is picked, else where the focus was, else at the first that is free.
function stopOf(slots, picked, before) {
    const has = (local) => slots.some((slot) => slot.local === local);
    if (has(picked))
        return picked;
    if (has(before))
        return before;
    return (slots.find((slot) => slot.isFree) ?? slots[0])?.local;
}

function coveredBy(slots, picked, count) {
    const place = slots.findIndex((slot) => slot.local === picked);
    return new Set(place < 0 ? [] : slots.slice(place, place + count).map((slot) => slot.local));
}

// days: dates; slots: as statesFor() marks them; picked: the local time that is chosen; before: where the focus was.
export function slotGrid({ label, days, slots, count, picked, before, onPick }) {
    const byLocal = new Map(slots.map((slot) => [slot.local, slot]));
    const times = [...new Set(slots.map((slot) => slot.local.slice(11)))].sort();
    const view = { picked, onPick, covered: coveredBy(slots, picked, count), stop: stopOf(slots, picked, before) };
    const hasSlots = (date) => slots.some((slot) => slot.local.startsWith(date));
    const grid = h('table', { role: 'grid', class: 'slots', 'aria-label': label },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, t('booking.time'))),
            days.map((date) => header(date, hasSlots(date))))),
        h('tbody', {}, times.map((clockTime) => row(clockTime, days, byLocal, view))));
    grid.addEventListener('keydown', (press) => moveFocus(grid, slots, press));
    return grid;
}

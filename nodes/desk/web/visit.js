// What may be done with a visit, by its state and by who is signed in; the same on the day board and in a patient's record.
import { h, icon } from '/dom.js';
import { dayOf, t, today } from '/i18n.js';
import { openBooking } from '/booking.js';
import { menuButton } from '/menu_button.js';
import { callPatient } from '/visit_call.js';
import { openCancel } from '/visit_cancel.js';
import { openVisit } from '/visit_details.js';

const badges = {
    booked: ['', 'calendar-event'],
    arrived: ['accent', 'person-check'],
    'in-room': ['good', 'door-open'],
    fulfilled: ['', 'check-lg'],
    'no-show': ['note', 'person-x'],
    canceled: ['', 'calendar-x'],
};

export function stateBadge(state) {
    const [kind, picture] = badges[state];
    return h('span', { class: `badge ${kind}` }, icon(picture), t(`visit.state.${state}`));
}

const isOfToday = (row) => dayOf(row.start) === today();
const hasBegun = (row) => Date.parse(row.start) <= Date.now();

function checkIn(desk, row) {
    return desk.act('appointment/check-in', { appointment_id: row.appointment_id }, t('visit.check-in.done'));
}

function close(outcome) {
    return (desk, row) => desk.act('appointment/close', { appointment_id: row.appointment_id, outcome }, t(`visit.${outcome}.done`));
}

function call(isAskedAgain) {
    return (desk, row) => callPatient(desk, row.doctor_id, { appointment_id: row.appointment_id }, { isAskedAgain });
}

// In this order. `from`: states in which there is such an action; `mainIn`: those in which it is the one that comes next.
const actions = [
    { id: 'check-in', icon: 'person-check', request: 'appointment/check-in', from: ['booked'], mainIn: ['booked'], when: isOfToday, run: checkIn },
    { id: 'call', icon: 'megaphone', request: 'appointment/call', from: ['arrived'], mainIn: ['arrived'], run: call(false) },
    { id: 'call-again', icon: 'megaphone', request: 'appointment/call', from: ['arrived', 'in-room'], run: call(true) },
    { id: 'fulfilled', icon: 'check-lg', request: 'appointment/close', from: ['arrived', 'in-room'], mainIn: ['in-room'], run: close('fulfilled') },
    { id: 'fulfilled', icon: 'check-lg', request: 'appointment/close', from: ['booked'], when: hasBegun, run: close('fulfilled') },
    { id: 'no-show', icon: 'person-x', request: 'appointment/close', from: ['booked'], when: hasBegun, run: close('no-show') },
    {
        id: 'reschedule', icon: 'calendar-event', request: 'appointment/reschedule', from: ['booked'], when: (row) => !hasBegun(row),
        run: (desk, row) => openBooking(desk, { appointment: row }),
    },
    { id: 'cancel', icon: 'calendar-x', request: 'appointment/cancel', from: ['booked'], when: (row) => !hasBegun(row), run: openCancel },
    { id: 'details', icon: 'info-circle', request: 'appointment/read', from: Object.keys(badges), run: openVisit },
];

// { main: what comes next or undefined, others: the rest }
function visitActions(desk, row) {
    const possible = actions.filter((action) => action.from.includes(row.state) && desk.may(action.request) && (action.when?.(row) ?? true));
    const main = possible.find((action) => action.mainIn?.includes(row.state));
    return { main, others: possible.filter((action) => action !== main) };
}

// Once at a time. The attribute `disabled` would take the focus away from who works with the keyboard.
export async function runOnce(button, run) {
    if (button.getAttribute('aria-disabled') === 'true')
        return;
    button.setAttribute('aria-disabled', 'true');
    await run();
    button.removeAttribute('aria-disabled');
}

// The buttons of a row: what comes next, and a menu of the rest.
export function visitButtons(desk, row) {
    const { main, others } = visitActions(desk, row);
    const whom = row.patient || t('visit.erased');
    const button = main === undefined ? null : h('button', {
        type: 'button', 'data-action': main.id, 'data-key': `main-${row.appointment_id}`, 'aria-label': `${t(`visit.${main.id}`)}: ${whom}`,
        onclick: () => runOnce(button, () => main.run(desk, row)),
    }, icon(main.icon), t(`visit.${main.id}`));
    const further = others.map((action) => ({
        id: action.id, icon: action.icon, text: t(`visit.${action.id}`), run: () => action.run(desk, row),
    }));
    return h('div', { class: 'visit-buttons' }, button,
        menuButton({ label: t('visit.more', { patient: whom }), actions: further, key: `more-${row.appointment_id}` }));
}

// The list of a day's visits.
import { fill, h, icon } from '/dom.js';
import { t, time, tn } from '/i18n.js';
import { openPatient } from '/patient_record.js';
import { keyedRows } from '/refresh.js';
import { stateBadge, visitButtons } from '/visit.js';

const OVER = ['fulfilled', 'no-show', 'canceled'];

export const filters = {
    open: (row) => !OVER.includes(row.state),
    waiting: (row) => row.state === 'arrived',
    'in-room': (row) => row.state === 'in-room',
    over: (row) => OVER.includes(row.state),
    all: () => true,
};

// Who waits is called by the start; who came late by the arrival (the gateway has the same order).
export function byTurn(one, other) {
    const turn = (row) => Math.max(Date.parse(row.start), Date.parse(row.arrived ?? row.start));
    return turn(one) - turn(other);
}

export function minutesSince(instant) {
    return Math.max(0, Math.floor((Date.now() - Date.parse(instant)) / 60000));
}

// What a row shows, and nothing else, so that it is drawn anew only where that changed.
function itemOf(row, doctors) {
    const since = { arrived: row.arrived, 'in-room': row.called }[row.state];
    return {
        ...row,
        doctor: doctors.find((doctor) => doctor.doctor_id === row.doctor_id)?.name ?? '',
        minutes: since ? minutesSince(since) : null,
        hasBegun: Date.parse(row.start) <= Date.now(),
    };
}

function marks(item) {
    const entries = [
        [item.new_patient, 'accent', 'star', t('day.new')],
        [item.ticket, '', 'ticket-perforated', t('day.ticket', { ticket: item.ticket })],
        [item.contact_changed, 'note', 'telephone-x', t('day.contact')],
    ];
    return entries.filter(([is]) => is).map(([, kind, picture, text]) => h('span', { class: `badge ${kind}` }, icon(picture), text));
}

function patientCell(desk, item) {
    if (item.patient === '')
        return h('span', { class: 'soft' }, t('visit.erased'));
    const open = desk.may('patient/read') ? h('button', {
        type: 'button', class: 'link', 'data-key': `name-${item.appointment_id}`, onclick: () => openPatient(desk, item.patient_id),
    }, item.patient) : item.patient;
    return h('div', { class: 'marks' }, open, marks(item));
}

function stateCell(item) {
    const isHere = item.state === 'arrived' || item.state === 'in-room';
    return h('div', { class: 'marks' }, stateBadge(item.state),
        isHere ? h('strong', { class: 'queue-number' }, item.queue_number) : null,
        item.state === 'in-room' ? h('span', {}, `${t('visit.room')} ${item.room}`) : null,
        item.minutes === null ? null : h('span', { class: 'soft' }, tn('day.since', item.minutes)));
}

function drawRow(desk, item) {
    return h('tr', { class: OVER.includes(item.state) ? 'over' : null, 'data-appointment': item.appointment_id, 'data-state': item.state },
        h('td', { class: 'time' }, h('strong', {}, time(item.start))),
        h('td', {}, patientCell(desk, item)),
        h('td', {}, item.doctor),
        h('td', {}, stateCell(item)),
        h('td', { class: 'actions-cell' }, visitButtons(desk, item)));
}

// Returns { root, show(rows, doctors, filterName), wait(), stop() }.
export function dayRows(desk) {
    const body = h('tbody', {});
    const heads = ['time', 'who', 'doctor', 'state', 'actions'].map((name) => h('th', { scope: 'col' }, t(`visit.${name}`)));
    const scroll = h('div', { class: 'scroll', hidden: true }, h('table', { class: 'board' },
        h('caption', { class: 'visually-hidden' }, t('day.visits')), h('thead', {}, h('tr', {}, heads)), body));
    const empty = h('p', { class: 'empty' }, t('common.loading'));
    const rows = keyedRows(body, (item) => item.appointment_id, (item) => drawRow(desk, item));
    return {
        root: h('div', {}, scroll, empty),
        wait() {
            scroll.hidden = true;
            empty.hidden = false;
            fill(empty, t('common.loading'));
        },
        // It will not come; what was shown before stays.
        stop: () => { empty.hidden = true; },
        show(all, doctors, filterName) {
            const wanted = all.filter(filters[filterName]);
            if (filterName === 'waiting')
                wanted.sort(byTurn);
            rows(wanted.map((row) => itemOf(row, doctors)));
            scroll.hidden = wanted.length === 0;
            empty.hidden = wanted.length > 0;
            fill(empty, t(all.length === 0 ? 'day.none' : 'day.none.filter'));
        },
    };
}

// The day board: who comes, who waits, who is in which room, and what is to be done, as it changes.
import { field, fill, h, icon } from '/dom.js';
import { addDays, t, today } from '/i18n.js';
import { openBooking } from '/booking.js';
import { problemLine } from '/problem.js';
import { onReturn, refresher } from '/refresh.js';
import { dayDoctors } from '/views/day_doctors.js';
import { dayRows, filters } from '/views/day_rows.js';
import { daySummary } from '/views/day_summary.js';
import { dayWork } from '/views/day_work.js';

const ROWS_MOST = 1200; // twenty pages
const FIRST_DAY = '2000-01-01';
const CLOCK_MS = 20000; // how long somebody has waited is shown in minutes

// All rows of a day, page by page. What changes between two pages is told by an event, and read again.
async function readDay(desk, query) {
    const rows = new Map();
    let data;
    do {
        const outcome = await desk.request('appointment/list', { ...query, skip: rows.size });
        if (outcome.kind !== 'accepted')
            return { error: outcome.error };
        ({ data } = outcome);
        const before = rows.size;
        data.appointments.forEach((row) => rows.set(row.appointment_id, row));
        if (rows.size === before)
            break;
    } while (data.more && rows.size < ROWS_MOST);
    return { rows: [...rows.values()] };
}

function queryOf(view) {
    const query = {};
    if (view.date !== null)
        query.date = view.date;
    if (view.doctorId !== '')
        query.doctor_id = view.doctorId;
    return query;
}

async function load(view) {
    const query = queryOf(view);
    const [read, doctors] = await Promise.all([readDay(view.desk, query), view.desk.doctors()]);
    if (JSON.stringify(query) !== JSON.stringify(queryOf(view)))
        return; // somebody has turned to another day meanwhile
    view.problem.show(read.error, view.rows === null ? '' : t('day.stale'));
    if (read.error) {
        view.list.stop();
        return;
    }
    view.rows = read.rows;
    view.doctors = doctors;
    draw(view);
}

function draw(view) {
    if (view.rows === null)
        return;
    view.choice.setDoctors(view.doctors);
    view.filter.setCounts(view.rows);
    view.summary.show(view.rows, view.date === null);
    view.doctorStrip.show(view.date === null ? view.rows : [], view.doctors);
    view.list.show(view.rows, view.doctors, view.filter.current);
}

// ---- which day, whose, and which visits

function dayChoice(view) {
    const date = field({ label: t('day.date'), name: 'date', type: 'date', value: today() });
    const back = h('button', { type: 'button', hidden: true, onclick: () => { turn(today()); date.input.focus(); } }, t('day.today'));
    const turn = (to) => {
        view.date = to === today() ? null : to;
        if (date.input.value !== to)
            date.input.value = to;
        back.hidden = view.date === null;
        view.turn();
    };
    const step = (by) => turn(addDays(view.date ?? today(), by));
    // Chromium tells of each digit of a year that is being typed.
    date.input.addEventListener('change', () => {
        if (date.input.value >= FIRST_DAY)
            turn(date.input.value);
    });
    const arrow = (by, picture, text) => h('button', { type: 'button', 'aria-label': t(text), onclick: () => step(by) }, icon(picture));
    return [arrow(-1, 'chevron-left', 'day.previous'), date.root, arrow(1, 'chevron-right', 'day.next'), back];
}

function doctorChoice(view) {
    const doctor = field({ label: t('day.doctor'), name: 'doctor', type: 'select', options: [['', t('day.doctor.all')]] });
    let known = '';
    doctor.input.addEventListener('change', () => {
        view.doctorId = doctor.input.value;
        view.turn();
    });
    return {
        root: doctor.root,
        setDoctors(doctors) {
            const text = JSON.stringify(doctors);
            if (text === known)
                return;
            known = text;
            fill(doctor.input, h('option', { value: '' }, t('day.doctor.all')),
                doctors.map((one) => h('option', { value: one.doctor_id, selected: one.doctor_id === view.doctorId }, one.name)));
        },
    };
}

function filterChoice(view) {
    const buttons = new Map();
    const filter = { current: 'open' };
    for (const name of Object.keys(filters))
        buttons.set(name, h('button', {
            type: 'button', 'aria-pressed': String(name === filter.current), 'data-filter': name,
            onclick: () => {
                filter.current = name;
                buttons.forEach((button, other) => button.setAttribute('aria-pressed', String(other === name)));
                draw(view);
            },
        }, t(`day.filter.${name}`)));
    filter.root = h('div', { class: 'segments', role: 'group', 'aria-label': t('day.filter') }, [...buttons.values()]);
    filter.setCounts = (rows) => buttons.forEach((button, name) =>
        fill(button, t(`day.filter.${name}`), ' ', h('span', { class: 'count' }, String(rows.filter(filters[name]).length))));
    return filter;
}

function bookButton(view) {
    return view.desk.may('appointment/schedule') ? h('button', {
        type: 'button', class: 'primary', onclick: () => openBooking(view.desk, { doctorId: view.doctorId, date: view.date }),
    }, icon('plus-lg'), t('day.book')) : null;
}

// ---- the view

const isOfBoard = ({ type }) => type.startsWith('clinic.appointment.') || type === 'clinic.patient.updated' || type === 'clinic.patient.deleted';

function open(root, desk) {
    const view = {
        desk, date: null, doctorId: '', rows: null, doctors: [],
        problem: problemLine(() => refresh()),
        summary: daySummary(), doctorStrip: dayDoctors(desk), list: dayRows(desk),
    };
    const refresh = refresher(() => load(view));
    const work = dayWork(desk);
    view.choice = doctorChoice(view);
    view.filter = filterChoice(view);
    view.turn = () => {
        view.rows = null;
        view.list.wait();
        refresh();
    };
    fill(root, h('div', { class: 'spread day-head' }, view.summary.root, bookButton(view)), work.root, view.doctorStrip.root,
        h('div', { class: 'toolbar day-toolbar' }, dayChoice(view), view.choice.root, view.filter.root),
        view.problem.root, view.list.root);
    desk.listen('event', (event) => {
        if (isOfBoard(event))
            refresh();
        work.onEvent(event);
    });
    onReturn(desk.listen, refresh);
    const timer = setInterval(() => draw(view), CLOCK_MS);
    refresh();
    return () => {
        clearInterval(timer);
        refresh.stop();
        work.stop();
    };
}

export const day = { id: 'day', icon: 'list-task', group: 'day', needs: 'appointment/list', open };

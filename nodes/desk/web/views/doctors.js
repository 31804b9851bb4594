// The doctors: a list, and one record at a time.
import { fill, h, icon, table } from '/dom.js';
import { explain, number, t } from '/i18n.js';
import { onReturn, refill } from '/refresh.js';
import { openAdd } from '/views/doctors_edit.js';
import { openHolidays } from '/views/doctors_holidays.js';
import { activeBadge, showRecord } from '/views/doctors_record.js';

const columns = (view) => [
    { title: t('doctors.number'), class: 'number', cell: (one) => number(one.number) },
    {
        title: t('doctors.name'), cell: (one) => h('button', {
            type: 'button', class: 'link', 'data-key': one.doctor_id, onclick: () => openRecord(view, one.doctor_id),
        }, one.name),
    },
    { title: t('doctors.specialty'), cell: (one) => one.specialty },
    { title: t('doctors.slot-minutes'), class: 'number', cell: (one) => number(one.slot_minutes) },
    { title: t('doctors.state'), cell: (one) => activeBadge(one.is_active) },
];

function listTools(view) {
    return h('div', { class: 'row' },
        view.desk.may('doctor/create') ? h('button', {
            type: 'button', class: 'primary', 'data-key': 'add', onclick: () => openAdd(view.desk, (doctorId) => openRecord(view, doctorId)),
        }, icon('plus-lg'), t('doctors.add')) : null,
        h('button', { type: 'button', 'data-key': 'holidays', onclick: () => openHolidays(view.desk) }, icon('calendar-event'), t('doctors.holidays')));
}

async function showList(view) {
    const outcome = await view.desk.request('doctor/list');
    if (view.record)
        return;
    if (outcome.kind !== 'accepted') {
        fill(view.root, h('p', { class: 'problem', role: 'alert' }, explain(outcome.error)),
            h('div', {}, h('button', { type: 'button', onclick: () => showList(view) }, t('common.retry'))));
        return;
    }
    const rows = outcome.data.doctors;
    refill(view.root, listTools(view), table({ caption: t('doctors.title'), columns: columns(view), rows, empty: t('doctors.none') }));
}

function closeRecord(view) {
    view.record?.stop();
    view.record = null;
}

async function leaveRecord(view, doctorId) {
    closeRecord(view);
    await showList(view);
    view.root.querySelector(`[data-key="${doctorId}"]`)?.focus();
}

function openRecord(view, doctorId) {
    closeRecord(view);
    const box = h('div', { class: 'stack' });
    fill(view.root, h('div', {}, h('button', { type: 'button', onclick: () => leaveRecord(view, doctorId) }, icon('arrow-left'), t('doctors.all'))), box);
    view.record = showRecord(box, view.desk, doctorId);
}

function refresh(view) {
    if (view.record)
        view.record.refresh();
    else
        showList(view);
}

export const doctors = {
    id: 'doctors',
    icon: 'person-badge',
    group: 'house',
    needs: 'doctor/read',
    open(root, desk, params) {
        const view = { root, desk, record: null };
        desk.listen('event', (event) => {
            if (event.type.startsWith('clinic.doctor.') || event.type.startsWith('clinic.appointment.'))
                refresh(view);
        });
        onReturn(desk.listen, () => refresh(view));
        fill(root, h('p', { class: 'soft' }, t('common.loading')));
        if (params.doctorId)
            openRecord(view, params.doctorId);
        else
            showList(view);
        return () => closeRecord(view);
    },
};

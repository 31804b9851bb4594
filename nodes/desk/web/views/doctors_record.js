// One doctor's record: who it is, the hours, the days that differ, and the vacations.
import { dialog, fill, h, icon } from '/dom.js';
import { explain, t, tn } from '/i18n.js';
import { languageName } from '/patient_form.js';
import { refresher } from '/refresh.js';
import { changeRecord, sayRefusal } from '/views/doctors_change.js';
import { openEdit } from '/views/doctors_edit.js';
import { exceptionsPart } from '/views/doctors_exceptions.js';
import { hoursList, openHours } from '/views/doctors_hours.js';
import { saveCalendar } from '/views/doctors_ics.js';
import { timeOffPart } from '/views/doctors_time_off.js';

export function activeBadge(isActive) {
    return h('span', { class: `badge ${isActive ? 'good' : ''}` }, t(isActive ? 'doctors.active' : 'doctors.inactive'));
}

// Who takes no more bookings keeps those that there are, until somebody has decided each.
function setActive(view, isActive) {
    const make = () => ({ is_active: isActive });
    return changeRecord(view.desk, 'doctor/update', view.record, make, t(isActive ? 'doctors.activated' : 'doctors.deactivated'));
}

function askDeactivate(view) {
    dialog({
        title: t('doctors.deactivate'), closeLabel: t('common.close'),
        body: (close) => h('div', { class: 'stack' }, h('p', {}, h('strong', {}, view.record.name)), h('p', {}, t('doctors.deactivate.what')),
            h('div', { class: 'actions' },
                h('button', { type: 'button', class: 'danger', onclick: async () => { close(); sayRefusal(await setActive(view, false)); } }, t('doctors.deactivate')),
                h('button', { type: 'button', onclick: close }, t('common.cancel')))),
    });
}

function activeButton(view) {
    if (view.record.is_active)
        return h('button', { type: 'button', 'data-key': 'active', onclick: () => askDeactivate(view) }, icon('x-lg'), t('doctors.deactivate'));
    return h('button', {
        type: 'button', 'data-key': 'active', onclick: async () => sayRefusal(await setActive(view, true)),
    }, icon('check-lg'), t('doctors.activate'));
}

function factsOf(record) {
    return [
        ['doctors.number', String(record.number)],
        ['doctors.specialty', record.specialty],
        ['doctors.slot-minutes', String(record.slot_minutes)],
        ['doctors.phone', record.phone ?? '–'],
        ['doctors.email', record.email ?? '–'],
        ['doctors.language', record.language ? languageName(record.language) : t('doctors.language.clinic')],
    ];
}

function head(view) {
    const { desk, record } = view;
    return h('section', { class: 'card stack' },
        h('div', { class: 'spread' }, h('h2', { tabindex: '-1' }, record.name, ' ', activeBadge(record.is_active)),
            h('div', { class: 'row' },
                desk.may('doctor/update') ? h('button', { type: 'button', 'data-key': 'edit', onclick: () => openEdit(desk, view.record) }, icon('pencil'), t('doctors.edit')) : null,
                desk.may('doctor/update') ? activeButton(view) : null,
                h('button', { type: 'button', 'data-key': 'calendar', onclick: () => saveCalendar(desk, record) }, icon('download'), t('doctors.calendar')))),
        h('dl', { class: 'facts' }, factsOf(record).map(([key, value]) => h('div', {}, h('dt', {}, t(key)), h('dd', {}, value)))));
}

function conflictsNote(view) {
    if (view.conflicts.length === 0)
        return null;
    return h('div', { class: 'notice spread' }, h('span', {}, icon('exclamation-triangle'), ' ', tn('conflicts.count', view.conflicts.length)),
        h('button', { type: 'button', 'data-key': 'decide', onclick: () => view.desk.go('conflicts') }, t('conflicts.decide')));
}

function hours(view) {
    const edit = h('button', { type: 'button', 'data-key': 'hours', onclick: () => openHours(view.desk, view.record) }, icon('pencil'), t('doctors.hours.edit'));
    return h('section', { class: 'card stack' },
        h('div', { class: 'spread' }, h('h2', {}, t('doctors.hours')), view.desk.may('doctor/hours') ? edit : null), hoursList(view.record.hours));
}

// The forms stay as they are, with what is typed in them; what is read is put around them.
function build(view) {
    view.exceptions = exceptionsPart(view.desk, () => view.record);
    view.timeOff = timeOffPart(view.desk, () => view.record, view.read);
    view.head = h('div', { class: 'stack' });
    view.hours = h('div');
    fill(view.root, view.head, h('div', { class: 'grid' }, view.hours, view.timeOff.node, view.exceptions.node));
}

function show(view) {
    if (!view.head)
        build(view);
    const key = view.root.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    fill(view.head, conflictsNote(view), head(view));
    fill(view.hours, hours(view));
    view.exceptions.show();
    view.timeOff.show();
    if (key)
        (view.root.querySelector(`[data-key="${key}"]`) ?? view.head.querySelector('h2')).focus();
}

function showError(view, error) {
    view.head = null;
    fill(view.root, h('p', { class: 'problem', role: 'alert' }, explain(error)),
        h('div', {}, h('button', { type: 'button', onclick: view.read }, t('common.retry'))));
}

// Fills root with the record of that doctor and keeps it true; returns a function that ends this.
export function showRecord(root, desk, doctorId) {
    const view = { root, desk, record: null, conflicts: [], head: null };
    view.read = async () => {
        const outcome = await desk.request('doctor/read', { doctor_id: doctorId });
        if (outcome.kind !== 'accepted') {
            showError(view, outcome.error);
            return;
        }
        view.record = outcome.data.doctor;
        view.conflicts = outcome.data.conflicts;
        show(view);
    };
    fill(root, h('p', { class: 'soft' }, t('common.loading')));
    const refresh = refresher(view.read);
    view.read().then(() => view.root.querySelector('h2')?.focus());
    return { refresh, stop: refresh.stop };
}

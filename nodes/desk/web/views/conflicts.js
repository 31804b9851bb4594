// Bookings that a vacation, a holiday or new hours collide with: staff decide each, and none is dropped in silence.
import { dialog, field, fill, form, h, icon, toast } from '/dom.js';
import { openBooking } from '/booking.js';
import { dateTime, explain, t, time, tn } from '/i18n.js';
import { openPatient } from '/patient_record.js';
import { onReturn, refill, refresher } from '/refresh.js';
import { openCancel } from '/visit_cancel.js';
import { change, nameOf, whyBadge } from '/views/doctors_change.js';

// ---- deciding

function openKeep(desk, conflict, patient) {
    const reason = field({ label: t('conflicts.keep.reason'), name: 'override_reason', required: true, maxlength: '300' });
    dialog({
        title: t('conflicts.keep.title'), closeLabel: t('common.close'),
        body: (close) => form({
            before: [h('p', {}, h('strong', {}, patient), ' ', dateTime(conflict.start)), h('p', {}, t('conflicts.keep.what'))],
            fields: [reason], submitLabel: t('conflicts.keep'), submitIcon: 'check-lg',
            secondary: [h('button', { type: 'button', onclick: close }, t('common.cancel'))],
            onSubmit: async (values) => {
                if (!values.override_reason)
                    return { field: 'override_reason', message: t('common.required') };
                const refusal = await change(desk, 'appointment/keep', { appointment_id: conflict.appointment_id, ...values }, t('conflicts.keep.done'));
                if (refusal === null)
                    close();
                return refusal;
            },
        }).node,
    });
    reason.input.focus();
}

// The visit as it is now: the list knows neither its version nor whose it is.
function readVisit(desk, conflict) {
    return desk.request('appointment/read', { appointment_id: conflict.appointment_id });
}

async function openMove(view, conflict) {
    const outcome = await readVisit(view.desk, conflict);
    if (outcome.kind === 'accepted')
        openBooking(view.desk, { appointment: outcome.data.appointment, onDone: view.refresh });
    else
        toast(explain(outcome.error), 'bad', t('common.close'));
}

// ---- the list

function buttons(view, conflict) {
    const visit = view.visits.get(conflict.appointment_id);
    const name = visit?.patient || t('visit.erased');
    const about = `${name}, ${dateTime(conflict.start)}`;
    const button = (action, picture, onclick) => h('button', {
        type: 'button', 'data-key': `${action}-${conflict.appointment_id}`, 'aria-label': `${t(`conflicts.${action}`)}: ${about}`, onclick,
    }, icon(picture), t(`conflicts.${action}`));
    return h('div', { class: 'row' },
        button('keep', 'check-lg', () => openKeep(view.desk, conflict, name)),
        button('move', 'calendar-event', () => openMove(view, conflict)),
        button('cancel', 'calendar-x', () => openCancel(view.desk, visit ?? conflict, { onDone: view.refresh })));
}

function patientName(view, conflict) {
    const visit = view.visits.get(conflict.appointment_id);
    if (visit === undefined)
        return h('span', { class: 'soft' }, t('common.loading'));
    if (visit === null || visit.patient === '')
        return t(visit === null ? 'conflicts.unreadable' : 'visit.erased');
    return h('button', {
        type: 'button', class: 'link', 'data-key': `patient-${conflict.appointment_id}`, onclick: () => openPatient(view.desk, visit.patient_id),
    }, visit.patient);
}

function item(view, conflict) {
    return h('li', { class: 'card booking-conflict' },
        h('div', { class: 'stack' },
            h('div', { class: 'row' }, h('strong', {}, `${dateTime(conflict.start)} – ${time(conflict.end)}`), whyBadge(conflict.why)),
            h('div', { class: 'row' }, patientName(view, conflict), h('span', { class: 'soft' }, nameOf(view.doctors, conflict.doctor_id)))),
        buttons(view, conflict));
}

function show(view) {
    const { conflicts, more } = view;
    const heading = h('h2', {}, conflicts.length === 0 ? t('conflicts.none.title') : tn('conflicts.count', conflicts.length));
    if (conflicts.length === 0) {
        fill(view.root, heading, h('p', { class: 'empty' }, t('conflicts.none')));
        return;
    }
    refill(view.root, heading, h('p', { class: 'soft' }, t('conflicts.explained')),
        h('ul', { class: 'plain stack' }, conflicts.map((conflict) => item(view, conflict))),
        more ? h('p', { class: 'soft' }, t('conflicts.more')) : null);
}

// Each reading of a visit is in the audit trail, so each is read once, while the list is looked at. What could not be read
// is tried again with the next reading of the list.
async function readNames(view) {
    const unknown = view.conflicts.filter((one) => !view.visits.get(one.appointment_id));
    for (const conflict of unknown) {
        const outcome = await readVisit(view.desk, conflict);
        if (view.isOver)
            return;
        view.visits.set(conflict.appointment_id, outcome.kind === 'accepted' ? outcome.data.appointment : null);
        show(view);
    }
}

function showError(view, error) {
    fill(view.root, h('p', { class: 'problem', role: 'alert' }, explain(error)),
        h('div', {}, h('button', { type: 'button', onclick: view.refresh }, t('common.retry'))));
}

async function read(view) {
    const [outcome, doctors] = [await view.desk.request('doctor/conflicts'), await view.desk.doctors()];
    if (view.isOver)
        return;
    if (outcome.kind !== 'accepted') {
        showError(view, outcome.error);
        return;
    }
    Object.assign(view, { doctors, conflicts: outcome.data.conflicts, more: outcome.data.more });
    show(view);
    await readNames(view);
}

export const conflicts = {
    id: 'conflicts',
    icon: 'calendar-x',
    group: 'day',
    needs: 'doctor/conflicts',
    open(root, desk) {
        const view = { root, desk, doctors: [], conflicts: [], more: false, visits: new Map(), isOver: false };
        view.refresh = refresher(() => read(view));
        fill(root, h('p', { class: 'soft' }, t('common.loading')));
        desk.listen('event', (event) => {
            if (/^clinic\.(appointment|doctor)\./.test(event.type))
                view.refresh();
        });
        onReturn(desk.listen, view.refresh);
        view.refresh();
        return () => {
            view.isOver = true;
            view.refresh.stop();
        };
    },
};

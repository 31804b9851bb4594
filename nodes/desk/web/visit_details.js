// All that is known of one visit, also why the patient comes; the reading is audited.
import { dialog, fill, h, icon } from '/dom.js';
import { dateTime, explain, t, time } from '/i18n.js';
import { stateBadge } from '/visit.js';

function facts(visit, doctor) {
    const instant = (value) => (value ? time(value) : null);
    return [
        [t('visit.time'), `${dateTime(visit.start)} – ${time(visit.end)}`],
        [t('visit.doctor'), doctor],
        [t('visit.state'), stateBadge(visit.state)],
        [t('visit.why'), visit.visit_reason],
        [t('visit.override'), visit.override_reason],
        [t('visit.queue-number'), visit.queue_number],
        [t('visit.ticket'), visit.ticket],
        [t('visit.arrived'), instant(visit.arrived)],
        [t('visit.called'), visit.called ? `${time(visit.called)} · ${t('visit.room')} ${visit.room}` : null],
        [t('visit.ended'), visit.ended ? dateTime(visit.ended) : null],
    ].filter(([, value]) => value);
}

export async function openVisit(desk, row) {
    const body = h('div', { class: 'stack' }, h('p', {}, t('common.loading')));
    dialog({ title: row.patient || t('visit.erased'), body, closeLabel: t('common.close') });
    const [outcome, doctors] = await Promise.all([
        desk.request('appointment/read', { appointment_id: row.appointment_id }), desk.doctors()]);
    if (outcome.kind !== 'accepted') {
        fill(body, h('p', { class: 'problem', role: 'alert' }, explain(outcome.error)));
        return;
    }
    const visit = outcome.data.appointment;
    const doctor = doctors.find((one) => one.doctor_id === visit.doctor_id)?.name ?? '';
    fill(body,
        h('dl', { class: 'facts' }, facts(visit, doctor).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
        h('p', { class: 'soft' }, icon('journal-check'), ' ', t('patients.audited')));
}

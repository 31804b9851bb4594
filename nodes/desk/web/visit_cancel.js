// Canceling a visit: who wanted it, why, and whether it is late.
import { dialog, field, form, h, icon, toast } from '/dom.js';
import { dateTime, explain, t } from '/i18n.js';
import { followLate } from '/late.js';

const LATE_MS = 24 * 60 * 60 * 1000; // as the gateway has it; it decides again
const WHO = ['patient', 'doctor', 'reception', 'clinic'];
const REASONS = ['not-given', 'sick', 'no-time', 'better', 'moved-away', 'doctor-away', 'mistake'];

function lateNote(visit) {
    const isLate = Date.parse(visit.start) - Date.now() < LATE_MS;
    return isLate ? h('p', { class: 'notice' }, icon('exclamation-triangle'), ' ', t('visit.cancel.late')) : null;
}

function say(desk, outcome) {
    const done = ({ data }) => toast(t(data.late ? 'visit.cancel.done-late' : 'visit.cancel.done'), 'good', t('common.close'));
    if (outcome.kind === 'accepted')
        done(outcome);
    else
        followLate(desk, outcome, {
            onAccepted: done,
            onRejected: ({ error }) => toast(t('visit.cancel.refused', { reason: explain(error) }), 'bad', t('common.close')),
        });
}

// `visit` is a row of appointment/list, or any object with appointment_id, start and, where it is known, patient.
export function openCancel(desk, visit, { onDone = () => {} } = {}) {
    const by = field({ label: t('visit.cancel.by'), name: 'by', type: 'select', value: 'patient', options: WHO.map((who) => [who, t(`visit.by.${who}`)]) });
    const reason = field({
        label: t('visit.cancel.reason'), name: 'reason', type: 'select', value: 'not-given',
        options: REASONS.map((code) => [code, t(`visit.reason.${code}`)]),
    });
    const cancel = async (values, close) => {
        const outcome = await desk.request('appointment/cancel', { appointment_id: visit.appointment_id, ...values });
        if (outcome.kind !== 'accepted' && outcome.kind !== 'queued')
            return { message: explain(outcome.error) };
        say(desk, outcome);
        close();
        onDone();
        return null;
    };
    dialog({
        title: t('visit.cancel.title'), closeLabel: t('common.close'),
        body: (close) => form({
            before: [h('p', {}, h('strong', {}, visit.patient ?? ''), ' ', dateTime(visit.start)), h('p', {}, t('visit.cancel.what')), lateNote(visit)],
            fields: [by, reason], submitLabel: t('visit.cancel'), submitIcon: 'calendar-x',
            secondary: [h('button', { type: 'button', onclick: close }, t('visit.cancel.keep'))],
            onSubmit: (values) => cancel(values, close),
        }).node,
    });
    by.input.focus();
}

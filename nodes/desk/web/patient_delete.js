// Erasing a patient for good: says what goes, wants the member ID typed, a reason, and the PIN once more.
import { field, fill, form, h, icon, newId, toast } from '/dom.js';
import { explain, t, tn } from '/i18n.js';
import { followLate } from '/late.js';

const REASONS = ['request', 'duplicate', 'deceased', 'error'];
const ERASED = ['record', 'visits', 'messages', 'reports', 'feedback', 'statistics', 'for-good'];

// Radio buttons, as a field of form(): each reason with what it causes.
function reasonField() {
    const errorId = newId('reason-error');
    const error = h('p', { class: 'error', id: errorId });
    const inputs = REASONS.map((reason) => h('input', { type: 'radio', name: 'reason', value: reason, id: newId('reason'), 'aria-describedby': errorId }));
    return {
        name: 'reason',
        input: inputs[0],
        root: h('fieldset', {}, h('legend', {}, t('patients.delete.reason')),
            REASONS.map((reason, index) => h('div', { class: 'radio' }, inputs[index],
                h('label', { for: inputs[index].id }, h('strong', {}, t(`patients.delete.${reason}`)), ' ', t(`patients.delete.${reason}.what`)))),
            error),
        setError: (text) => fill(error, text),
        value: () => inputs.find((input) => input.checked)?.value ?? null,
    };
}

function findProblem(values) {
    const name = ['member_id', 'reason', 'pin'].find((one) => values[one] === undefined);
    if (name !== undefined)
        return { field: name, message: t(name === 'reason' ? 'patients.delete.reason.missing' : 'common.required') };
    return /^\d{9}$/.test(values.member_id) ? null : { field: 'member_id', message: t('patients.delete.member-id.wrong') };
}

// The gateway says of which the PIN is wrong or the number only by its code.
const refusals = {
    'confirm.mismatch': ['member_id', 'patients.delete.member-id.wrong'],
    'sign-in.failed': ['pin', 'patients.delete.pin.wrong'],
    'sign-in.locked': ['pin', 'code.sign-in.locked'],
    'patient.present': ['', 'patients.delete.present'],
};

function explainRefusal(error) {
    const [name, text] = refusals[error.code] ?? ['', null];
    return { field: name, message: text === null ? explain(error) : t(text) };
}

function warning(record, coming) {
    return h('div', { class: 'notice bad' },
        h('p', {}, h('strong', {}, icon('exclamation-triangle'), ' ', t('patients.delete.warning', { name: record.name }))),
        h('ul', {}, ERASED.map((what) => h('li', {}, t(`patients.delete.erased.${what}`)))), coming);
}

async function countComing(scene, node) {
    const outcome = await scene.desk.request('appointment/list', { patient_id: scene.record.patient_id, limit: 60 });
    const coming = (outcome.data?.appointments ?? []).filter((row) => row.state === 'booked' && Date.parse(row.start) > Date.now());
    if (coming.length > 0)
        fill(node, h('strong', {}, tn('patients.delete.coming', coming.length)));
}

function finish(scene, outcome) {
    const done = () => toast(t('patients.delete.done'), 'good', t('common.close'));
    scene.close();
    if (outcome.kind === 'accepted')
        done();
    else
        followLate(scene.desk, outcome, {
            onAccepted: done,
            onRejected: (late) => toast(t('patients.delete.late', { reason: explainRefusal(late.error).message }), 'bad', t('common.close')),
        });
}

// Fills the dialog of `scene` (patient_record.js).
export function showDeletion(scene) {
    const { desk, record } = scene;
    const coming = h('p', {});
    const memberId = field({
        label: t('patients.delete.member-id', { number: record.member_id }), name: 'member_id', required: true,
        inputmode: 'numeric', maxlength: '9', autocomplete: 'off',
    });
    const pin = field({ label: t('patients.delete.pin'), name: 'pin', type: 'password', required: true, autocomplete: 'off' });

    async function erase(values) {
        const problem = findProblem(values);
        if (problem)
            return problem;
        const outcome = await desk.request('patient/delete', { patient_id: record.patient_id, ...values });
        pin.input.value = '';
        if (outcome.kind !== 'accepted' && outcome.kind !== 'queued')
            return explainRefusal(outcome.error);
        finish(scene, outcome);
        return null;
    }

    const deleting = form({
        before: [warning(record, coming)], fields: [memberId, reasonField(), pin],
        submitLabel: t('patients.delete.submit'), submitIcon: 'trash', onSubmit: erase,
        secondary: [h('button', { type: 'button', onclick: scene.back }, t('common.cancel'))],
    });
    deleting.node.querySelector('[type="submit"]').classList.replace('primary', 'danger');
    fill(scene.body, deleting.node);
    countComing(scene, coming);
    memberId.input.focus();
}

// Accounts of staff: an admin adds one, with a first PIN that its owner is told.
import { fill, form, field, h, icon } from '/dom.js';
import { explain, t } from '/i18n.js';

const ROLES = ['reception', 'doctor', 'stock', 'manager', 'admin'];

function makeFields() {
    return [
        field({ label: t('staff.name'), name: 'name', required: true, maxlength: '64', autocapitalize: 'none', hint: t('staff.name.hint') }),
        field({ label: t('staff.role'), name: 'role', type: 'select', options: ROLES.map((role) => [role, t(`role.${role}`)]) }),
        field({ label: t('staff.new-pin'), name: 'new_pin', type: 'password', required: true, maxlength: '64', autocomplete: 'new-password', hint: t('staff.new-pin.hint') }),
        field({ label: t('staff.pin'), name: 'pin', type: 'password', required: true, maxlength: '64', hint: t('staff.pin.hint') }),
    ];
}

function findMissing(values) {
    const name = ['name', 'new_pin', 'pin'].find((one) => values[one] === undefined);
    return name ? { field: name, message: t('common.required') } : null;
}

// The PINs are gone from the page whatever the answer is.
function forget(fields) {
    for (const one of fields.filter((each) => each.name.endsWith('pin')))
        one.input.value = '';
}

const problems = {
    'exists': { field: 'name', key: 'staff.exists' },
    'sign-in.failed': { field: 'pin', key: 'staff.pin.wrong' },
    'sign-in.locked': { field: 'pin', key: 'code.sign-in.locked' },
};

function explainAt(error) {
    const known = problems[error.code];
    if (known)
        return { field: known.field, message: t(known.key) };
    if (error.code === 'invalid.field' && error.field === 'new_pin')
        return { field: 'new_pin', message: t('staff.new-pin.weak') };
    return { field: error.field, message: explain(error) };
}

async function create(desk, fields, done, values) {
    const missing = findMissing(values);
    if (missing)
        return missing;
    const outcome = await desk.request('staff/create', values);
    forget(fields);
    if (outcome.kind !== 'accepted')
        return explainAt(outcome.error);
    fields[0].input.value = '';
    fill(done, h('p', { class: 'notice' }, icon('check-circle'), ' ', t('staff.created', { name: values.name, role: t(`role.${values.role}`) })));
    fields[0].input.focus();
    return null;
}

export const staff = {
    id: 'staff',
    icon: 'key',
    group: 'house',
    needs: 'staff/create',
    open(root, desk) {
        const fields = makeFields();
        const done = h('div', { role: 'status' });
        const made = form({
            fields, submitLabel: t('staff.create'), submitIcon: 'person-plus',
            onSubmit: (values) => create(desk, fields, done, values),
        });
        fill(root, h('p', { class: 'soft' }, t('staff.explained')), h('section', { class: 'card narrow stack' }, h('h2', {}, t('staff.create')), made.node, done));
    },
};

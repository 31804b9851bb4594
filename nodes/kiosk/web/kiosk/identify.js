// Who somebody says they are: a member ID, a birth date and the end of a phone number, or a member ID and a birth date.
// What can be checked is checked here at once; whether it is anybody the gateway tells.
import { announce, fill, h, icon } from '/dom.js';
import { t } from '/i18n.js';
import { birthDateField } from '/kiosk/birth_date.js';
import { isMemberId } from '/kiosk/checks.js';
import { digitField, keypad } from '/kiosk/keypad.js';
import { button } from '/kiosk/screen.js';

function memberIdField() {
    const field = digitField({ label: t('kiosk.member-id'), name: 'member_id', length: 9, hint: t('kiosk.member-id.hint') });
    return { ...field, inputs: [field.input], fault: () => (isMemberId(field.value()) ? null : t('kiosk.member-id.wrong')) };
}

function phoneEndField() {
    const field = digitField({ label: t('kiosk.phone-end'), name: 'phone_end', length: 4 });
    return { ...field, inputs: [field.input], fault: () => (field.value().length === 4 ? null : t('kiosk.phone-end.wrong')) };
}

function bornField() {
    const field = birthDateField();
    return { ...field, fault: () => (field.value() === null ? t('kiosk.birth-date.wrong') : null) };
}

// The ways, and how each begins. `other` is the way offered beside it.
const ways = {
    member: { fields: [memberIdField], other: 'born' },
    born: { fields: [bornField, phoneEndField], other: 'member' },
    both: { fields: [memberIdField, bornField], other: null },
};

function showFaults(fields) {
    let first = null;
    for (const field of fields) {
        const fault = field.fault();
        field.setError(fault);
        if (fault !== null)
            first ??= field;
    }
    first?.inputs[0].focus();
    return first !== null;
}

function identityOf(fields) {
    return Object.fromEntries(fields.map((field) => [field.name, field.value()]));
}

// Shows the screen. `onIdentity(identity)` is called with what was entered, once it can be right; it shows the next screen.
// `scanned`: a member ID off a code, which is taken at once.
export function identify(turn, { way, title, onIdentity, scanned = null, before = [] }) {
    const fields = ways[way].fields.map((make) => make());
    const inputs = fields.flatMap((field) => field.inputs);
    const submit = h('button', { type: 'submit', class: 'primary' }, t('common.next'), icon('arrow-right'));
    const other = ways[way].other;
    let isAsking = false;

    const go = async () => {
        if (isAsking || showFaults(fields))
            return;
        isAsking = true;
        submit.disabled = true;
        fill(submit, t('common.loading'));
        announce(t('common.loading'));
        form.setAttribute('aria-busy', 'true');
        await onIdentity(identityOf(fields));
    };
    const takeScan = (memberId) => {
        if (way === 'born') {
            identify(turn, { way: 'member', title, onIdentity, scanned: memberId, before });
            return;
        }
        fields[0].input.value = memberId;
        if (way === 'member')
            go();
        else if (!showFaults([fields[0]]))
            inputs[1].focus();
    };
    const form = h('form', { novalidate: true, autocomplete: 'off', onsubmit: (event) => { event.preventDefault(); go(); } },
        h('div', { class: 'with-keypad' },
            h('div', { class: 'stack' }, before, fields.map((field) => field.root),
                way === 'born' ? null : h('p', { class: 'hint' }, icon('qr-code-scan'), ' ', t('kiosk.scan'))),
            keypad(inputs)),
        h('div', { class: 'actions' }, submit,
            other === null ? null : button(t(`kiosk.instead.${other}`), () => identify(turn, { way: other, title, onIdentity, before })),
            button(t('common.back'), turn.home, { picture: 'arrow-left' })));
    turn.show({ name: `identify-${way}`, title, body: form, focus: inputs[0], onScan: takeScan });
    if (scanned !== null)
        takeScan(scanned);
}

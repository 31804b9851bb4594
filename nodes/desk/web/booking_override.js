// A time by hand: outside the hours, in a vacation, or beside another booking, with the reason of who decides so.
import { field, fill, h, icon } from '/dom.js';
import { day, t, today } from '/i18n.js';

function makeFields() {
    return [
        field({ label: t('booking.override.date'), name: 'date', type: 'date', required: true, min: today() }),
        field({ label: t('booking.override.time'), name: 'time', type: 'time', required: true }),
        field({ label: t('booking.override.reason'), name: 'reason', required: true, maxlength: '300' }),
    ];
}

function readFields(fields) {
    fields.forEach((one) => one.setError(''));
    const missing = fields.find((one) => one.value() === null);
    if (missing) {
        missing.setError(t('common.required'));
        missing.input.focus();
        return null;
    }
    const [date, time, reason] = fields.map((one) => one.value());
    return { local: `${date}T${time.slice(0, 5)}`, reason };
}

// onChange(isOpen): it was opened or closed, or another time was typed.
export function overridePart(onChange) {
    const fields = makeFields();
    const why = h('p', { class: 'hint' });
    const box = h('fieldset', { hidden: true },
        h('legend', {}, t('booking.override')), why,
        h('div', { class: 'booking-fields' }, fields[0].root, fields[1].root), fields[2].root);
    const button = h('button', { type: 'button', 'aria-expanded': 'false', onclick: () => toggle(box.hidden, '') },
        icon('pencil'), t('booking.override.open'));
    fields[0].input.addEventListener('change', () => onChange(true));
    fields[1].input.addEventListener('change', () => onChange(true));

    function toggle(isOpen, text) {
        box.hidden = !isOpen;
        button.setAttribute('aria-expanded', String(isOpen));
        fill(why, text, text === '' ? null : ' ', t('booking.override.hint'));
        onChange(isOpen);
        if (isOpen)
            fields.find((one) => one.value() === null)?.input.focus();
    }

    return {
        node: h('div', { class: 'stack' }, h('div', {}, button), box),
        isOpen: () => !box.hidden,
        // The typed time as in slots; '' until both parts are there.
        local: () => (fields[0].value() && fields[1].value() ? `${fields[0].value()}T${fields[1].value().slice(0, 5)}` : ''),
        read: () => readFields(fields),
        close: () => { if (!box.hidden) toggle(false, ''); },
        // A time of the week that is not free: why, and that a reason is needed.
        openFor(slot) {
            fields[0].input.value = slot.local.slice(0, 10);
            fields[1].input.value = slot.local.slice(11);
            const words = t(`booking.state.${slot.state}`);
            toggle(true, t('booking.override.why', { day: day(slot.local.slice(0, 10)), state: words }));
        },
    };
}

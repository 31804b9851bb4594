// Digits: fields for them, and a pad of large keys for who has no keyboard. Text is typed on the keyboard of the device.
import { fill, h, icon, newId } from '/dom.js';
import { t } from '/i18n.js';

// A field of so many digits; like those of dom.js. Whatever else is typed does not get in.
export function digitField({ label, name, length, hint = '' }) {
    const id = newId(name);
    const input = h('input', {
        id, name, type: 'text', class: 'digits', inputmode: 'none', autocomplete: 'off', spellcheck: 'false', maxlength: String(length),
        'data-length': String(length), 'aria-describedby': `${id}-hint ${id}-error`,
    });
    const error = h('p', { id: `${id}-error`, class: 'error' });
    input.style.setProperty('--digits', length);
    input.addEventListener('input', () => {
        const digits = input.value.replace(/\D/g, '').slice(0, length);
        if (digits !== input.value)
            input.value = digits;
    });
    return {
        root: h('div', { class: 'field' }, h('label', { for: id }, label), h('p', { id: `${id}-hint`, class: 'hint' }, hint), input, error),
        input,
        name,
        value: () => input.value,
        setError(text) {
            fill(error, text ? [icon('exclamation-circle'), ' ', text] : []);
            input.toggleAttribute('aria-invalid', Boolean(text));
            if (text)
                input.setAttribute('aria-invalid', 'true');
        },
    };
}

function put(input, text) {
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
}

// Goes on by itself where a touch has filled a field: there is no Tab on the pad.
function typeDigit(inputs, current, digit) {
    if (current.value.length >= Number(current.dataset.length))
        return current;
    put(current, current.value + digit);
    const next = inputs[inputs.indexOf(current) + 1];
    return current.value.length >= Number(current.dataset.length) && next ? next : current;
}

function eraseDigit(inputs, current) {
    const before = inputs[inputs.indexOf(current) - 1];
    const from = current.value === '' && before ? before : current;
    put(from, from.value.slice(0, -1));
    return from;
}

// Keys for the digit fields among `inputs`; they go to the one that has, or last had, the focus.
export function keypad(inputs) {
    let current = inputs[0];
    for (const input of inputs)
        input.addEventListener('focus', () => { current = input; });
    const press = (change) => {
        current = change(current);
        current.focus();
    };
    const key = (label, change, content = label) => h('button', {
        type: 'button', 'aria-label': label, onclick: () => press(change),
        // The field keeps the focus, so that a keyboard and the pad can be mixed.
        onpointerdown: (down) => down.preventDefault(),
    }, content);
    const digit = (text) => key(text, (input) => typeDigit(inputs, input, text));
    return h('div', { class: 'keypad', role: 'group', 'aria-label': t('kiosk.keypad') },
        ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(digit),
        key(t('kiosk.keypad.clear'), (input) => { put(input, ''); return input; }, icon('x-lg')),
        digit('0'),
        key(t('kiosk.keypad.erase'), (input) => eraseDigit(inputs, input), icon('backspace')));
}

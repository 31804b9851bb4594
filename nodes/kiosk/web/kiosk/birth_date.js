// A birth date as three short fields: nobody has to know in which order a date is written here.
import { fill, h, icon, newId } from '/dom.js';
import { t } from '/i18n.js';
import { birthDate } from '/kiosk/checks.js';
import { digitField } from '/kiosk/keypad.js';

// Like a field of dom.js; `inputs` for the pad. value(): 'YYYY-MM-DD' or null.
export function birthDateField() {
    const errorId = newId('birth-date-error');
    const day = digitField({ label: t('kiosk.day'), name: 'day', length: 2 });
    const month = digitField({ label: t('kiosk.month'), name: 'month', length: 2 });
    const year = digitField({ label: t('kiosk.year'), name: 'year', length: 4 });
    const pieces = [day, month, year];
    const error = h('p', { id: errorId, class: 'error' });
    pieces.forEach((piece) => piece.input.setAttribute('aria-describedby', errorId));
    return {
        root: h('fieldset', { class: 'date' }, h('legend', {}, t('kiosk.birth-date')), h('div', { class: 'row' }, pieces.map((piece) => piece.root)), error),
        input: day.input,
        inputs: pieces.map((piece) => piece.input),
        name: 'birth_date',
        value: () => birthDate(day.value(), month.value(), year.value()),
        set(text) {
            [year.input.value, month.input.value, day.input.value] = text.split('-');
        },
        setError(text) {
            fill(error, text ? [icon('exclamation-circle'), ' ', text] : []);
            pieces.forEach((piece) => {
                if (text)
                    piece.input.setAttribute('aria-invalid', 'true');
                else
                    piece.input.removeAttribute('aria-invalid');
            });
        },
    };
}

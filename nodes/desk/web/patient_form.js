// The fields of a patient's record, for whoever registers or changes one.
import { field, h, icon, newId, fill } from '/dom.js';
import { start } from '/api.js';
import { explain, has, language, t, today } from '/i18n.js';

const CONSENTS = ['none', 'given', 'withdrawn'];
const PRECONDITIONS_MOST = 50;

export const fieldNames = ['name', 'birth_date', 'phone', 'email', 'language', 'email_consent', 'sms_consent', 'preconditions'];

export function languageName(code) {
    return new Intl.DisplayNames(language, { type: 'language' }).of(code);
}

// The clinic's languages, and the one that the record has already; it can be changed, not taken away.
function languageOptions(current) {
    const codes = new Set([...start.languages, ...(current ? [current] : [])]);
    const named = [...codes].map((code) => [code, languageName(code)]);
    named.sort((a, b) => a[1].localeCompare(b[1], language));
    return current ? named : [['', t('patients.language.none')], ...named];
}

// ---- a list of short texts, an input each

function listRow(name, value, onRemove) {
    const input = h('input', { name, value, maxlength: '200', 'aria-label': t('patients.precondition') });
    const remove = h('button', {
        type: 'button', class: 'quiet', 'aria-label': t('patients.precondition.remove'), onclick: onRemove,
    }, icon('x-lg'));
    return { input, remove, root: h('li', {}, input, remove) };
}

// As field() of dom.js; the value is a list.
export function preconditionsField(values = []) {
    const errorId = newId('preconditions-error');
    const error = h('p', { class: 'error', id: errorId });
    const list = h('ul', { class: 'text-list' });
    const add = h('button', { type: 'button', onclick: () => append('').input.focus() }, icon('plus-lg'), t('patients.precondition.add'));
    let rows = [];

    function append(value) {
        const row = listRow('preconditions', value, () => {
            rows = rows.filter((one) => one !== row);
            row.root.remove();
            add.disabled = false;
            add.focus();
        });
        row.input.setAttribute('aria-describedby', errorId);
        rows.push(row);
        list.append(row.root);
        add.disabled = rows.length >= PRECONDITIONS_MOST;
        return row;
    }

    function fillIn(texts) {
        rows = [];
        fill(list);
        (texts ?? []).forEach(append);
    }

    fillIn(values);
    return {
        name: 'preconditions',
        root: h('fieldset', { class: 'preconditions' }, h('legend', {}, t('patients.field.preconditions')), list, add, error),
        get input() {
            return rows[0]?.input ?? add;
        },
        setError: (text) => fill(error, text),
        setValue: fillIn,
        value() {
            const texts = rows.map((row) => row.input.value.trim()).filter((text) => text !== '');
            return texts.length === 0 ? null : texts;
        },
    };
}

// ---- all of them

function consentField(name, value) {
    return field({
        label: t(`patients.field.${name}`), name, type: 'select', value: value ?? 'none',
        options: CONSENTS.map((consent) => [consent, t(`patients.consent.${consent}`)]),
    });
}

// A list of fields for form() of dom.js, filled with `record`.
export function patientFields(record = {}) {
    const fields = [
        field({ label: t('patients.field.name'), name: 'name', value: record.name ?? '', required: true, maxlength: '200', autocomplete: 'off' }),
        field({
            label: t('patients.field.birth_date'), name: 'birth_date', type: 'date', value: record.birth_date ?? '',
            required: true, max: today(), min: '1880-01-01',
        }),
        field({ label: t('patients.field.phone'), name: 'phone', type: 'tel', value: record.phone ?? '', maxlength: '40', autocomplete: 'off' }),
        field({ label: t('patients.field.email'), name: 'email', type: 'email', value: record.email ?? '', maxlength: '254', autocomplete: 'off' }),
        field({
            label: t('patients.field.language'), name: 'language', type: 'select', value: record.language ?? '',
            options: languageOptions(record.language),
        }),
        consentField('email_consent', record.email_consent),
        consentField('sms_consent', record.sms_consent),
        preconditionsField(record.preconditions),
    ];
    for (const one of fields)
        one.setValue ??= (value) => { one.input.value = value ?? ''; };
    return fields;
}

// A new patient's fields as a request takes them: what is nothing yet is not said.
export function newPatientValues(values) {
    const said = Object.entries(values).filter(([name, value]) => !(name.endsWith('_consent') && value === 'none'));
    return Object.fromEntries(said);
}

// The first of the fields without which there is no record, where it is empty; null: all are there.
export function findMissing(values) {
    const name = ['name', 'birth_date'].find((one) => values[one] === undefined);
    return name === undefined ? null : { field: name, message: t('common.required') };
}

// A refusal in words that say what to write instead, where the field is one of a patient's.
export function explainPatient(error) {
    const name = error.field.replace(/^patient\./, '').split('[')[0];
    const isShape = error.code === 'invalid.field' && has(`patients.invalid.${name}`);
    return { field: name, message: isShape ? t(`patients.invalid.${name}`) : explain(error) };
}

// The dialogs of the stock views: a form whose refusals are said where they belong.
import { dialog, form } from '/dom.js';
import { explain, has, t } from '/i18n.js';
import { focusKey } from '/refresh.js';

const WHOLE = /^\d{1,7}$/;

// The stock's own words for a refusal, where it has any; the form shows them at the field.
export function refusalOf(error) {
    const key = [`stock.refused.${error.code}.${error.field}`, `stock.refused.${error.code}`].find(has);
    return { field: error.field ?? '', message: key ? t(key) : explain(error) };
}

// A whole number as typed; null for anything else.
export function whole(text) {
    return WHOLE.test(text ?? '') ? Number(text) : null;
}

// Null where every one of the named fields holds a whole number from `least` on, else what the form shows.
export function refuseParts(values, names, least = 0) {
    const wrong = names.find((name) => whole(values[name]) === null || whole(values[name]) < least);
    if (wrong === undefined)
        return null;
    return { field: wrong, message: values[wrong] ? t('stock.whole', { least }) : t('common.required') };
}

// A modal dialog; the focus goes back to what had `key` in `root`, which may have been drawn anew.
export function stockDialog({ title, body, root, key, wide = false, onClose = () => {} }) {
    return dialog({
        title, body, wide, closeLabel: t('common.close'),
        onClose: () => {
            onClose();
            focusKey(root, key);
        },
    });
}

// A dialog with a form that sends `request`. dataOf(values) returns the data, or { refusal } of what was typed.
export function requestDialog({ desk, title, request, fields, before = [], submitLabel, doneText, dataOf, root, key }) {
    const shown = stockDialog({
        title, root, key,
        body: (close) => form({
            fields, before, submitLabel, submitIcon: 'check-lg',
            onSubmit: async (values) => {
                const data = dataOf(values);
                if (data.refusal)
                    return data.refusal;
                const outcome = await desk.send(request, data, doneText);
                if (outcome !== null)
                    return refusalOf(outcome.error);
                close();
                return null;
            },
        }).node,
    });
    fields[0].input.focus();
    return shown;
}

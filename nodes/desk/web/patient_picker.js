// A field in which somebody looks for a patient: a combobox with a list of who fits (WAI-ARIA APG, "Combobox Pattern").
import { fill, h, icon, newId } from '/dom.js';
import { explain, t, tn } from '/i18n.js';
import { patientLine, patientSearch } from '/patient_search.js';

function statusText(result) {
    if (result.error)
        return explain(result.error);
    if (result.isBusy)
        return t('patients.searching');
    if (result.text === '')
        return '';
    if (result.patients.length === 0)
        return t('patients.nobody');
    return result.more ? t('patients.too-many') : tn('patients.found', result.patients.length);
}

// What the keys do with a list of makeList().
const keys = {
    ArrowDown: (list) => list.move(list.active + 1),
    ArrowUp: (list) => list.move(Math.max(list.active, 0) - 1),
};

// The list below the field: show(patients), move(to) another one, pick(index).
function makeList(input, box, onPick) {
    const list = { options: [], patients: [], active: -1 };
    list.move = (to) => {
        const count = list.options.length;
        list.options[list.active]?.setAttribute('aria-selected', 'false');
        list.active = (to + count) % count;
        const option = list.options[list.active];
        option.setAttribute('aria-selected', 'true');
        option.scrollIntoView({ block: 'nearest' });
        input.setAttribute('aria-activedescendant', option.id);
    };
    list.show = (patients) => {
        list.patients = patients;
        list.active = -1;
        list.options = patients.map((patient, index) => h('li', {
            id: newId('option'), role: 'option', 'aria-selected': 'false', class: 'picker-option',
            onmousedown: (press) => press.preventDefault(), // the focus stays in the field
            onclick: () => list.pick(index),
        }, patientLine(patient)));
        fill(box, list.options);
        box.hidden = patients.length === 0;
        input.setAttribute('aria-expanded', String(patients.length > 0));
        input.removeAttribute('aria-activedescendant');
    };
    list.pick = (index) => {
        const patient = list.patients[index];
        list.show([]);
        onPick(patient);
    };
    return list;
}

// Searches as you type; onPick gets a row of patient/find. onNew, where it is given, is offered with what was typed, for
// a patient who is not in the list. A member ID from a scanner ends with Enter and needs no choice.
export function patientPicker({ desk, label, onPick, onNew = null }) {
    const id = newId('patient');
    const status = h('p', { class: 'hint', role: 'status' });
    const box = h('ul', { id: `${id}-list`, role: 'listbox', 'aria-label': label, class: 'picker-list', hidden: true });
    const input = h('input', {
        id, name: 'patient', role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': box.id,
        'aria-expanded': 'false', 'aria-describedby': `${id}-hint`, autocomplete: 'off', spellcheck: 'false',
    });
    const list = makeList(input, box, onPick);
    const search = patientSearch(desk, (result) => {
        fill(status, statusText(result));
        if (!result.isBusy)
            list.show(result.patients);
    });

    async function enter() {
        if (list.active >= 0) {
            list.pick(list.active);
            return;
        }
        const result = await search.search(input.value);
        if (result.patients.length === 1 && input.value.trim() === result.text && !box.hidden)
            list.pick(0);
    }

    input.addEventListener('input', () => search.type(input.value));
    input.addEventListener('keydown', (press) => {
        if (press.key === 'Enter') {
            press.preventDefault();
            enter();
        } else if (press.key === 'Escape' && !box.hidden) {
            press.preventDefault();
            list.show([]);
        } else if (keys[press.key] && list.options.length > 0) {
            press.preventDefault();
            keys[press.key](list);
        }
    });
    return h('div', { class: 'field picker' },
        h('label', { for: id }, label),
        h('p', { id: `${id}-hint`, class: 'hint' }, t('patients.search-hint')),
        input, status, box,
        onNew === null ? null : h('div', {}, h('button', { type: 'button', onclick: () => onNew(input.value.trim()) },
            icon('person-plus'), t('patients.new'))));
}

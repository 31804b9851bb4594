// Patients: searching and registering, and those who registered at a kiosk and wait to be completed.
import { fill, h, icon, newId } from '/dom.js';
import { day, t, tn } from '/i18n.js';
import { fromSearch, openCreate } from '/patient_create.js';
import { openPatient } from '/patient_record.js';
import { patientSearch } from '/patient_search.js';
import { problemLine } from '/problem.js';
import { keyedRows, onReturn, refresher } from '/refresh.js';

const LIST_MOST = 100;

// ---- a table of patients that can be shown anew under somebody's hands

function patientRow(desk, patient) {
    return h('tr', {},
        h('td', {}, h('button', {
            type: 'button', class: 'link', 'data-key': `open-${patient.patient_id}`, onclick: () => openPatient(desk, patient.patient_id),
        }, patient.name)),
        h('td', {}, day(patient.birth_date)),
        h('td', {}, patient.member_id),
        h('td', {}, patient.provisional ? h('span', { class: 'badge note' }, icon('hourglass-split'), t('patients.provisional')) : null));
}

function patientTable(desk, caption) {
    const body = h('tbody', {});
    const heads = ['name', 'birth_date', 'member_id', 'state'].map((name) => h('th', { scope: 'col' }, t(`patients.field.${name}`)));
    const root = h('div', { class: 'scroll', hidden: true }, h('table', {}, h('caption', { class: 'visually-hidden' }, caption),
        h('thead', {}, h('tr', {}, heads)), body));
    const rows = keyedRows(body, (patient) => patient.patient_id, (patient) => patientRow(desk, patient));
    return {
        root,
        show(patients) {
            root.hidden = patients.length === 0;
            rows(patients);
        },
    };
}

// ---- the search

function searchText(result) {
    if (result.text === '')
        return t('patients.begin');
    if (result.isBusy)
        return t('patients.searching');
    if (result.patients.length === 0)
        return t('patients.nobody');
    return result.more ? t('patients.too-many') : tn('patients.found', result.patients.length);
}

function showResult(part, result) {
    part.last = result;
    part.problem.show(result.error);
    fill(part.status, result.error ? '' : searchText(result));
    if (!result.isBusy)
        part.table.show(result.patients);
}

// Enter does not wait for the pause; where one patient alone fits, as with a scanned member ID, it opens the record.
async function searchNow(desk, part, search, input) {
    const result = await search.search(input.value);
    if (result.patients.length === 1 && result.text === input.value.trim())
        openPatient(desk, result.patients[0].patient_id);
}

function searchPart(desk) {
    const id = newId('search');
    const part = {
        last: { text: '', patients: [] },
        problem: problemLine(() => search.search(part.last.text)),
        status: h('p', { class: 'soft', role: 'status' }, t('patients.begin')),
        table: patientTable(desk, t('patients.results')),
    };
    const search = patientSearch(desk, (result) => showResult(part, result));
    const input = h('input', { id, name: 'search', type: 'search', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-hint` });
    const onDone = (patient) => openPatient(desk, patient.patient_id);
    const create = h('button', {
        type: 'button', onclick: () => openCreate(desk, { record: fromSearch(input.value.trim()), onDone }),
    }, icon('person-plus'), t('patients.new'));
    const node = h('form', {
        role: 'search', class: 'search',
        onsubmit: (sending) => {
            sending.preventDefault();
            searchNow(desk, part, search, input);
        },
    }, h('div', { class: 'field' }, h('label', { for: id }, t('patients.search')), input,
        h('p', { id: `${id}-hint`, class: 'hint' }, t('patients.search-hint'))),
    desk.may('patient/create') ? create : null);
    input.addEventListener('input', () => search.type(input.value));
    part.root = h('div', { class: 'stack' }, node, part.problem.root, part.status, part.table.root);
    part.refresh = () => (part.last.text === '' ? null : search.search(part.last.text));
    part.focus = () => input.focus();
    return part;
}

// ---- those who registered at a kiosk

function provisionalPart(desk, onCount) {
    const part = {
        problem: problemLine(() => part.refresh()),
        empty: h('p', { class: 'empty', hidden: true }, t('patients.provisional.none')),
        table: patientTable(desk, t('patients.provisional.list')),
    };
    part.root = h('div', { class: 'stack', hidden: true }, part.problem.root, part.empty, part.table.root);
    part.refresh = async () => {
        const outcome = await desk.request('patient/provisional', { limit: LIST_MOST });
        part.problem.show(outcome.error);
        if (outcome.kind !== 'accepted')
            return;
        const { patients, more } = outcome.data;
        part.table.show(patients);
        part.empty.hidden = patients.length > 0;
        onCount(more ? `${patients.length}+` : patients.length);
    };
    return part;
}

// ---- the view

function tabs(parts, onPick) {
    const buttons = new Map();
    for (const name of Object.keys(parts))
        buttons.set(name, h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => onPick(name) }));
    return { buttons, root: h('div', { class: 'row', role: 'group', 'aria-label': t('patients.lists') }, [...buttons.values()]) };
}

function open(root, desk, params) {
    const parts = { search: searchPart(desk) };
    const show = (name) => {
        for (const [other, part] of Object.entries(parts)) {
            part.root.hidden = other !== name;
            choice.buttons.get(other).setAttribute('aria-pressed', String(other === name));
        }
    };
    if (desk.may('patient/provisional'))
        parts.provisional = provisionalPart(desk, (count) => fill(choice.buttons.get('provisional'), t('patients.list.provisional', { count })));
    const choice = tabs(parts, show);
    fill(choice.buttons.get('search'), icon('search'), t('patients.list.search'));
    fill(choice.buttons.get('provisional') ?? h('span', {}), t('patients.list.provisional', { count: '…' }));
    fill(root, choice.root, Object.values(parts).map((part) => part.root));
    show(parts[params.list] ? params.list : 'search');

    const refresh = refresher(() => Promise.all(Object.values(parts).map((part) => part.refresh())));
    desk.listen('event', ({ type }) => {
        if (type.startsWith('clinic.patient.'))
            refresh();
    });
    onReturn(desk.listen, refresh);
    refresh();
    return refresh.stop;
}

export const patients = { id: 'patients', icon: 'people', group: 'day', needs: 'patient/find', open };

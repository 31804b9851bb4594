// Who did what, and who saw what: the trail, newest first. Looking into it is written into it too, so it is read when
// somebody asks for it and not by itself; what it names opens nothing.
import { dialog, field, fill, form, h, icon, table } from '/dom.js';
import { addDays, dateTime, startOfDay, t } from '/i18n.js';
import { patientPicker } from '/patient_picker.js';
import { problemNow } from '/problem.js';
import { focusRow, refill } from '/refresh.js';
import { actionText, detailText, isRefused, outcomeText, subjectText } from '/views/audit_words.js';

const PAGE_ROWS = 50;

// ---- reading

function askedOf({ filter, rows }) {
    const asked = { limit: PAGE_ROWS };
    for (const name of ['person', 'node', 'subject'])
        if (filter[name])
            asked[name] = filter[name];
    if (filter.from)
        asked.from = new Date(startOfDay(filter.from)).toISOString();
    if (filter.to)
        asked.to = new Date(startOfDay(addDays(filter.to, 1))).toISOString();
    // A page ends before an instant, and several rows may be of one: it is asked for again with it.
    if (rows.length > 0)
        asked.to = new Date(Date.parse(rows.at(-1).time) + 1).toISOString();
    return asked;
}

// Of a further page, what is not shown yet.
function unseen(shown, page) {
    const last = shown.at(-1)?.time;
    const seen = shown.filter((row) => row.time === last).length;
    const again = page.filter((row) => row.time === last).length;
    return page.slice(Math.min(seen, again));
}

async function readMore(scene) {
    const outcome = await scene.desk.request('audit/read', askedOf(scene));
    if (outcome.kind !== 'accepted')
        return outcome.error;
    scene.rows.push(...unseen(scene.rows, outcome.data.rows));
    scene.hasMore = outcome.data.more;
    return null;
}

// ---- what is shown

// A cell that narrows the trail to what it says.
function narrowing(scene, name, value, toText = (code) => code) {
    if (value === '')
        return h('span', { class: 'soft' }, '–');
    const text = toText(value);
    const narrow = () => scene.narrow({ [name]: value });
    return h('button', { type: 'button', class: 'link', title: value, 'aria-label': t('audit.only', { what: text }), onclick: narrow }, text);
}

function columns(scene) {
    return [
        { title: t('audit.time'), class: 'nowrap', cell: (row) => dateTime(row.time) },
        { title: t('audit.person'), class: 'nowrap', cell: (row) => narrowing(scene, 'person', row.person) },
        { title: t('audit.action'), cell: (row) => actionText(row.action) },
        { title: t('audit.subject'), class: 'nowrap', cell: (row) => narrowing(scene, 'subject', row.subject, subjectText) },
        { title: t('audit.node'), class: 'nowrap', cell: (row) => narrowing(scene, 'node', row.node) },
        { title: t('audit.outcome'), class: 'wrapping', cell: (row) => (isRefused(row)
            ? h('span', { class: 'refusal' }, icon('slash-circle'), ' ', t('audit.refused'), ' ', outcomeText(row)) : outcomeText(row)) },
        { title: t('audit.detail'), class: 'wrapping', cell: (row) => detailText(row.detail) },
    ];
}

function rowsTable(scene) {
    const rowClass = (row) => (isRefused(row) ? 'refused' : null);
    return table({ caption: t('audit.title'), columns: columns(scene), rows: scene.rows, empty: t('audit.none'), rowClass });
}

function showRows(scene, error) {
    const hasNothing = error && scene.rows.length === 0;
    refill(scene.list,
        error ? problemNow(error, () => load(scene)) : null, hasNothing ? null : rowsTable(scene),
        scene.hasMore ? h('div', {}, h('button', { type: 'button', onclick: () => load(scene) }, t('common.more'))) : null);
}

// A further page, below what is there.
async function load(scene) {
    const { rows } = scene;
    const before = rows.length;
    const error = await readMore(scene);
    if (!scene.list.isConnected || rows !== scene.rows)
        return;
    showRows(scene, error);
    if (before > 0)
        focusRow(scene.list, before);
}

function begin(scene) {
    scene.rows = [];
    scene.hasMore = false;
    return load(scene);
}

// ---- the filter

function pickPatient(scene) {
    const place = h('div', {});
    const { close } = dialog({ title: t('audit.pick'), closeLabel: t('common.close'), body: place });
    const onPick = (patient) => {
        close();
        scene.narrow({ subject: `patient/${patient.patient_id}` });
    };
    fill(place, patientPicker({ desk: scene.desk, label: t('audit.patient'), onPick }));
    place.querySelector('input').focus();
}

function makeFields() {
    return [
        field({ label: t('audit.person'), name: 'person', maxlength: '64' }),
        field({ label: t('audit.node'), name: 'node', maxlength: '32' }),
        field({ label: t('audit.subject'), name: 'subject', maxlength: '63', placeholder: 'patient/…' }),
        field({ label: t('audit.from'), name: 'from', type: 'date' }),
        field({ label: t('audit.to'), name: 'to', type: 'date' }),
    ];
}

function filterForm(scene, fields) {
    const put = (members) => fields.forEach((one) => { one.input.value = members[one.name] ?? one.input.value; });
    const take = async (values) => {
        scene.filter = values;
        await begin(scene);
        return null;
    };
    const clear = () => {
        put({ person: '', node: '', subject: '', from: '', to: '' });
        take({});
    };
    const search = form({
        fields, submitLabel: t('audit.show'), submitIcon: 'search', onSubmit: take,
        secondary: [
            h('button', { type: 'button', onclick: () => pickPatient(scene) }, icon('person'), t('audit.pick')),
            h('button', { type: 'button', onclick: clear }, icon('x-lg'), t('audit.all')),
        ],
    });
    scene.narrow = (members) => {
        put(members);
        scene.filter = { ...scene.filter, ...members };
        begin(scene);
    };
    search.node.classList.add('filter');
    return search.node;
}

// ---- the view

function open(root, desk) {
    const list = h('div', { class: 'stack' }, h('p', { class: 'empty', role: 'status' }, t('common.loading')));
    const scene = { desk, list, filter: {}, rows: [], hasMore: false, narrow: null };
    fill(root, h('div', { class: 'card no-print' }, filterForm(scene, makeFields())), h('p', { class: 'hint' }, t('audit.hint')), list);
    begin(scene);
}

export const audit = { id: 'audit', icon: 'journal-check', group: 'house', needs: 'audit/read', open };

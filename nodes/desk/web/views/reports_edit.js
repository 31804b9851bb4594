// Writing a report: a title, the text, its files. It is saved by itself every now and then, and by the button.
import { attachmentList, fileChooser } from '/attachment_list.js';
import { announce, dialog, field, fill, h, icon } from '/dom.js';
import { dateTime, explain, number, t, time } from '/i18n.js';
import { refill } from '/refresh.js';
import { changeDraft, closeDraft, openDraft, resolveDraft, saveDraft } from '/views/reports_draft.js';

const stateLooks = {
    unchanged: ['good', 'check-circle'],
    saved: ['good', 'check-circle'],
    changed: ['note', 'pencil'],
    saving: ['accent', 'hourglass-split'],
    queued: ['note', 'hdd'],
    stale: ['bad', 'people'],
    failed: ['bad', 'exclamation-triangle'],
};

function stateText(draft) {
    if (draft.state === 'failed')
        return t('reports.state.failed', { reason: explain(draft.error) });
    return t(`reports.state.${draft.state}`, { time: time(draft.savedAt), version: number(draft.version) });
}

function stateBadge(draft) {
    const [kind, picture] = stateLooks[draft.state];
    return h('span', { class: `badge ${kind}` }, icon(picture), stateText(draft));
}

// ---- two who wrote at once

// What somebody else wrote, beside what is written here, and the choice between the two.
function choice(writing) {
    const { theirs } = writing.draft;
    return h('section', { class: 'card stack even', role: 'alert' },
        h('h3', {}, icon('people'), ' ', t('reports.stale.title')),
        h('p', {}, t('reports.stale.text', { version: number(theirs.version), time: dateTime(theirs.time) })),
        h('h4', {}, theirs.title), h('p', { class: 'report-text short' }, theirs.text === '' ? t('reports.text.none') : theirs.text),
        h('div', { class: 'actions' },
            h('button', { type: 'button', class: 'primary', onclick: () => choose(writing, true) }, t('reports.stale.mine')),
            h('button', { type: 'button', onclick: () => choose(writing, false) }, t('reports.stale.theirs'))));
}

function choose(writing, isMine) {
    const { draft, fields } = writing;
    const before = draft.content;
    resolveDraft(draft, isMine);
    if (!isMine)
        fill(writing.conflict, givenUp(before));
    fields.title.input.value = draft.content.title;
    fields.text.input.value = draft.content.text;
    showFiles(writing);
    fields.text.input.focus();
}

// What was given up for somebody else's version stays on the screen until the report is left.
function givenUp(content) {
    return h('details', { class: 'card' }, h('summary', {}, t('reports.stale.given-up')),
        h('h4', {}, content.title), h('p', { class: 'report-text short' }, content.text));
}

// What could not be saved after the report was left, for whoever wrote it to copy.
function showLost(content, error) {
    const text = field({ label: content.title, name: 'text', type: 'textarea', value: content.text, rows: '10', readonly: true });
    dialog({
        title: t('reports.lost'), closeLabel: t('common.close'),
        body: h('div', { class: 'stack even' }, h('p', {}, explain(error), ' ', t('reports.lost.text')), text.root),
    });
}

// ---- what is shown

function makeFields(report) {
    return {
        title: field({ label: t('reports.title-field'), name: 'title', value: report.title, required: true, maxlength: '200' }),
        text: field({ label: t('reports.text'), name: 'text', type: 'textarea', value: report.text, rows: '10', maxlength: '10000' }),
    };
}

function showState(writing) {
    const isStale = writing.draft.state === 'stale';
    fill(writing.state, stateBadge(writing.draft));
    if (isStale !== writing.isShownStale)
        fill(writing.conflict, isStale ? choice(writing) : null);
    writing.isShownStale = isStale;
}

function showFiles(writing) {
    const { desk, report, draft } = writing;
    const takeOff = (gone) => changeFiles(writing, draft.content.attachments.filter((one) => one.sha256 !== gone.sha256));
    refill(writing.files, attachmentList({ desk, report, attachments: draft.content.attachments, onRemove: takeOff }));
}

// ---- what people do

// Saved at once: a file that no report names is thrown away after some days.
function changeFiles(writing, attachments) {
    changeDraft(writing.draft, { attachments });
    showFiles(writing);
    saveDraft(writing.draft);
}

function addFile(writing, attachment) {
    const others = writing.draft.content.attachments.filter((one) => one.sha256 !== attachment.sha256);
    changeFiles(writing, [...others, attachment]);
}

function takeTyped({ draft, fields }) {
    const title = fields.title.value();
    fields.title.setError(title === null ? t('common.required') : '');
    // Without a title there is no version; the last one stays until there is another.
    changeDraft(draft, { title: title ?? draft.content.title, text: fields.text.input.value });
}

// True if nothing is left to be saved here.
async function save({ draft, conflict }) {
    await saveDraft(draft);
    announce(stateText(draft));
    if (draft.state === 'stale')
        conflict.querySelector('button').focus();
    return ['unchanged', 'saved', 'queued'].includes(draft.state);
}

async function finish(writing, onDone) {
    if (await save(writing))
        onDone();
}

function layout(writing, onDone) {
    const { desk, report, fields } = writing;
    const submit = (happening) => {
        happening.preventDefault();
        save(writing);
    };
    return h('form', { novalidate: true, class: 'card', onsubmit: submit, oninput: () => takeTyped(writing) },
        h('p', { class: 'hint' }, icon('info-circle'), ' ', t('reports.draft.hint')), writing.conflict,
        fields.title.root, fields.text.root,
        h('section', { class: 'stack' }, h('h3', {}, t('reports.files')), writing.files,
            fileChooser({ desk, patientId: report.patient_id, onAttachment: (attachment) => addFile(writing, attachment) })),
        h('div', { class: 'actions sticky-actions' },
            h('button', { type: 'submit', class: 'primary' }, icon('check-lg'), t('reports.save')),
            h('button', { type: 'button', onclick: () => finish(writing, onDone) }, icon('arrow-left'), t('reports.done')),
            writing.state));
}

// Shows the editor of `report`, the newest version of report/read, in `root`. onDone() when it is left by its
// button. Returns a function that ends it: what is unsaved is saved.
export function editReport(root, { desk, report, onDone }) {
    const writing = {
        desk, report, fields: makeFields(report), draft: null, isShownStale: false,
        state: h('p', { role: 'status' }), conflict: h('div', { class: 'stack' }), files: h('div', {}),
    };
    const { name } = desk.who;
    const onLost = (content, error) => (desk.who.name === name ? showLost(content, error) : null);
    writing.draft = openDraft({ desk, report, onChange: () => showState(writing), onLost });
    fill(root, layout(writing, onDone));
    showFiles(writing);
    showState(writing);
    writing.fields.text.input.focus();
    return () => closeDraft(writing.draft);
}

// Writing a report: a title, the text, its files. It is saved by itself every now and then, and by the button.
import { attachmentList, fileChooser } from '/attachment_list.js';
import { announce, field, fill, h, icon } from '/dom.js';
import { dateTime, explain, number, t, time } from '/i18n.js';
import { refill } from '/refresh.js';
import { openDraft } from '/views/reports_draft.js';

const stateLooks = {
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

// What somebody else wrote, beside what is written here, and the choice between the two.
function choice(draft, onChosen) {
    const theirs = draft.theirs;
    const choose = (isMine) => {
        draft.resolve(isMine);
        onChosen(isMine);
    };
    return h('section', { class: 'card stack even', role: 'alert' },
        h('h3', {}, icon('people'), ' ', t('reports.stale.title')),
        h('p', {}, t('reports.stale.text', { version: number(theirs.version), time: dateTime(theirs.time) })),
        h('h4', {}, theirs.title), h('p', { class: 'report-text short' }, theirs.text === '' ? t('reports.text.none') : theirs.text),
        h('div', { class: 'actions' },
            h('button', { type: 'button', class: 'primary', onclick: () => choose(true) }, t('reports.stale.mine')),
            h('button', { type: 'button', onclick: () => choose(false) }, t('reports.stale.theirs'))));
}

// What was given up for somebody else's version stays on the screen until the report is left.
function givenUp(content) {
    return h('details', { class: 'card' }, h('summary', {}, t('reports.stale.given-up')),
        h('h4', {}, content.title), h('p', { class: 'report-text short' }, content.text));
}

function makeFields(report) {
    return {
        title: field({ label: t('reports.title-field'), name: 'title', value: report.title, required: true, maxlength: '200' }),
        text: field({ label: t('reports.text'), name: 'text', type: 'textarea', value: report.text, rows: '10', maxlength: '10000' }),
    };
}

// Shows the editor of `report`, the newest version of report/read, in `root`. onDone() when it is left by its
// button. Returns a function that ends it: what is unsaved is saved.
export function editReport(root, { desk, report, onDone }) {
    const fields = makeFields(report);
    const state = h('p', { role: 'status' });
    const conflict = h('div', { class: 'stack' });
    const files = h('div', {});
    let isShownStale = false;

    const showFiles = () => refill(files, attachmentList({
        desk, report, attachments: draft.content.attachments,
        onRemove: (gone) => change({ attachments: draft.content.attachments.filter((one) => one.sha256 !== gone.sha256) }, true),
    }));
    const change = (members, isAtOnce = false) => {
        draft.set(members);
        if (members.attachments)
            showFiles();
        if (isAtOnce)
            draft.save();
    };
    const onChosen = (isMine, before) => {
        if (!isMine)
            fill(conflict, givenUp(before));
        fields.title.input.value = draft.content.title;
        fields.text.input.value = draft.content.text;
        showFiles();
        fields.text.input.focus();
    };
    const showState = () => {
        fill(state, stateBadge(draft));
        if (draft.state === 'stale' && !isShownStale) {
            const before = draft.content;
            fill(conflict, choice(draft, (isMine) => onChosen(isMine, before)));
        } else if (draft.state !== 'stale' && isShownStale) {
            fill(conflict);
        }
        isShownStale = draft.state === 'stale';
    };
    const draft = openDraft({ desk, report, onChange: showState });

    const typed = () => {
        const title = fields.title.value();
        fields.title.setError(title === null ? t('common.required') : '');
        // Without a title there is no version; the last one stays until there is another.
        change({ title: title ?? draft.content.title, text: fields.text.input.value });
    };
    fields.title.input.addEventListener('input', typed);
    fields.text.input.addEventListener('input', typed);

    const save = async () => {
        await draft.save();
        announce(stateText(draft));
        if (draft.state === 'stale')
            conflict.querySelector('button')?.focus();
        return draft.state === 'saved' || draft.state === 'queued';
    };
    const node = h('form', { novalidate: true, class: 'card' },
        h('p', { class: 'hint' }, icon('info-circle'), ' ', t('reports.draft.hint')), conflict,
        fields.title.root, fields.text.root,
        h('section', { class: 'stack' }, h('h3', {}, t('reports.files')), files,
            fileChooser({ desk, patientId: report.patient_id, onAttachment: (attachment) => addFile(attachment) })),
        h('div', { class: 'actions sticky-actions' },
            h('button', { type: 'submit', class: 'primary' }, icon('check-lg'), t('reports.save')),
            h('button', { type: 'button', onclick: async () => { if (await save()) onDone(); } }, icon('arrow-left'), t('reports.done')),
            state));
    const addFile = (attachment) => {
        const others = draft.content.attachments.filter((one) => one.sha256 !== attachment.sha256);
        change({ attachments: [...others, attachment] }, true);
    };
    node.addEventListener('submit', (happening) => {
        happening.preventDefault();
        save();
    });
    fill(root, node);
    showFiles();
    showState();
    fields.text.input.focus();
    return draft.close;
}

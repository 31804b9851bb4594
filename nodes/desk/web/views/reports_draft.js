// A report while somebody writes it: what is saved, what is not yet, and what somebody else saved in between. Every save
// is a version of its own and a draft, which nobody is told of.
import { on } from '/api.js';

const AUTOSAVE_MS = 20 * 1000;
const LAST_TRIES = 3;

function contentOf({ title, text, attachments }) {
    return { title, text, attachments };
}

// `report`: a record of report/read, its newest version. onChange() whenever one of these members changed:
//   state    'unchanged' (since it was released), 'saved', 'changed', 'saving', 'queued' (in this box's outbox), 'stale', 'failed'
//   content  title, text, attachments, as they are on the screen
//   version  of what is saved, savedAt: since when
//   error    with 'failed'
//   theirs   with 'stale': the record that somebody else wrote; nothing is saved until resolveDraft()
// onLost(content, error): what was typed last could not be saved when the report had been left already.
export function openDraft({ desk, report, onChange, onLost }) {
    const draft = {
        desk, onChange, onLost, reportId: report.report_id,
        state: '', content: contentOf(report), version: report.version, savedAt: report.time, error: null, theirs: null,
        saved: contentOf(report), status: report.status, // of what is saved
        timer: 0,
        isSending: false, // or waiting in the outbox
        answered: null, // promise: the last save was answered, or is in the outbox
        isClosed: false,
        endFollowing: null,
    };
    draft.state = settledState(draft);
    draft.endFollowing = on('event', (event) => {
        const isOthers = event.subject === `report/${draft.reportId}` && event.data?.version > draft.version;
        if (isOthers && !draft.isSending && draft.state !== 'stale')
            findTheirs(draft, null);
    });
    return draft;
}

function become(draft, state, members = {}) {
    Object.assign(draft, { error: null }, members, { state });
    draft.onChange();
}

function isChanged(draft) {
    return JSON.stringify(draft.content) !== JSON.stringify(draft.saved);
}

function settledState(draft) {
    if (isChanged(draft))
        return 'changed';
    return draft.status === 'draft' ? 'saved' : 'unchanged';
}

// ---- saving

function planSave(draft) {
    if (draft.timer === 0)
        draft.timer = setTimeout(() => saveDraft(draft), AUTOSAVE_MS);
}

// The refusal of a save that waited in the outbox comes without the record. Undefined: it cannot be read now.
async function readNewest(draft, record) {
    return record ?? (await draft.desk.request('report/read', { report_id: draft.reportId })).data?.report;
}

async function findTheirs(draft, record) {
    const theirs = await readNewest(draft, record);
    if (draft.isClosed)
        return;
    if (theirs)
        become(draft, 'stale', { theirs });
    else
        become(draft, 'failed', { error: { code: 'stale_version' } });
}

function put(draft, expectedVersion) {
    return draft.desk.request('report/update', { report_id: draft.reportId, expected_version: expectedVersion, ...draft.content });
}

async function settle(draft, outcome, sent) {
    if (draft.isClosed) // what comes after it has gone out in closeDraft()
        return;
    draft.isSending = false;
    if (outcome.error?.code === 'stale_version') {
        await findTheirs(draft, outcome.data.report);
    } else if (outcome.kind === 'accepted' || outcome.error.code === 'no_change') {
        const step = outcome.kind === 'accepted' ? 1 : 0;
        draft.saved = sent;
        draft.status = step === 1 ? 'draft' : draft.status;
        become(draft, settledState(draft), { version: outcome.data.version ?? draft.version + step, savedAt: Date.now() });
    } else {
        become(draft, 'failed', { error: outcome.error });
    }
    if (isChanged(draft))
        planSave(draft);
}

async function send(draft) {
    const sent = draft.content;
    const asked = put(draft, draft.version);
    become(draft, 'saving');
    const outcome = await asked;
    if (outcome.kind === 'queued') {
        become(draft, 'queued');
        outcome.settled.then((late) => settle(draft, late, sent));
    } else {
        await settle(draft, outcome, sent);
    }
}

// Saves what has changed; resolves when that is answered, or kept in the outbox. What is typed meanwhile waits for the
// next time.
export function saveDraft(draft) {
    clearTimeout(draft.timer);
    draft.timer = 0;
    if (!draft.isSending && draft.state !== 'stale' && isChanged(draft)) {
        draft.isSending = true;
        draft.answered = send(draft);
    }
    return draft.answered;
}

// ---- what people do

// members: of the content.
export function changeDraft(draft, members) {
    draft.content = { ...draft.content, ...members };
    if (['unchanged', 'saved', 'changed', 'failed'].includes(draft.state))
        become(draft, settledState(draft));
    if (isChanged(draft))
        planSave(draft);
}

// Ends 'stale': what is written here becomes the version after theirs, or is given up for it.
export function resolveDraft(draft, isMine) {
    const { theirs } = draft;
    draft.saved = contentOf(theirs);
    draft.status = theirs.status;
    if (!isMine)
        draft.content = draft.saved;
    become(draft, settledState(draft), { theirs: null, version: theirs.version, savedAt: theirs.time });
    return saveDraft(draft);
}

// ---- leaving

// Somebody else's version is no hindrance: versions are never overwritten, and theirs stays in the history.
async function saveLast(draft, firstVersion) {
    let version = firstVersion;
    let outcome = null;
    for (let tries = 0; tries < LAST_TRIES && version !== null; tries++) {
        outcome = await put(draft, version);
        if (outcome.kind === 'queued')
            outcome = await outcome.settled;
        if (outcome.error?.code !== 'stale_version')
            break;
        version = (await readNewest(draft, outcome.data.report))?.version ?? null;
    }
    if (outcome.kind !== 'accepted' && outcome.error.code !== 'no_change')
        draft.onLost(draft.content, outcome.error);
}

// Whoever leaves has saved: what is on the screen becomes the next version.
export function closeDraft(draft) {
    draft.endFollowing();
    clearTimeout(draft.timer);
    draft.isClosed = true;
    if (draft.theirs)
        saveLast(draft, draft.theirs.version);
    else if (isChanged(draft) || draft.isSending)
        saveLast(draft, draft.version + (draft.isSending ? 1 : 0)); // the outbox keeps the order
}

// A report while somebody writes it: what is saved, what is not yet, and what somebody else saved in between. Every save
// is a version of its own and a draft, which nobody is told of.
import { on } from '/api.js';

const AUTOSAVE_MS = 20 * 1000;

function contentOf({ title, text, attachments }) {
    return { title, text, attachments };
}

function isSame(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
}

// `report`: a record of report/read, its newest version. onChange() whenever a member changed:
//   state    'saved', 'changed', 'saving', 'queued' (in this box's outbox), 'stale', 'failed'
//   savedAt  an instant, version   of what is saved
//   error    with 'failed'
//   theirs   with 'stale': the record that somebody else wrote; nothing is saved until resolve()
export function openDraft({ desk, report, onChange }) {
    const draft = {
        state: 'saved', savedAt: report.time, version: report.version, status: report.status, error: null, theirs: null,
        content: contentOf(report),
    };
    let saved = contentOf(report);
    let timer = 0;
    let isSending = false; // or waiting in the outbox
    let answered = null; // promise: the last save was answered, or is in the outbox

    function become(state, members = {}) {
        Object.assign(draft, { error: null }, members, { state });
        onChange(draft);
    }

    function isChanged() {
        return !isSame(draft.content, saved);
    }

    function planSave() {
        if (timer === 0)
            timer = setTimeout(() => { timer = 0; draft.save(); }, AUTOSAVE_MS);
    }

    function settle(outcome, sent) {
        isSending = false;
        if (outcome.kind === 'accepted' || outcome.error.code === 'no_change') {
            saved = sent;
            const isNew = outcome.kind === 'accepted';
            become(isChanged() ? 'changed' : 'saved', {
                version: outcome.data.version ?? draft.version + (isNew ? 1 : 0), savedAt: Date.now(), status: 'draft',
            });
        } else if (outcome.error.code === 'stale_version') {
            return find(outcome.data.report);
        } else {
            become('failed', { error: outcome.error });
        }
        if (isChanged())
            planSave();
        return null;
    }

    // The refusal of a save that waited in the outbox comes without the record.
    async function find(record) {
        const theirs = record ?? (await desk.request('report/read', { report_id: report.report_id })).data?.report;
        if (theirs)
            become('stale', { theirs });
        else
            become('failed', { error: { code: 'stale_version' } });
    }

    async function send() {
        const sent = draft.content;
        become('saving');
        const outcome = await desk.request('report/update', { report_id: report.report_id, expected_version: draft.version, ...sent });
        if (outcome.kind === 'queued') {
            become('queued');
            outcome.settled.then((late) => settle(late, sent));
        } else {
            await settle(outcome, sent);
        }
    }

    // Saves what has changed; resolves when that is answered, or kept in the outbox. What is typed meanwhile waits for the
    // next time.
    draft.save = () => {
        clearTimeout(timer);
        timer = 0;
        if (!isSending && draft.state !== 'stale' && isChanged()) {
            isSending = true;
            answered = send();
        }
        return answered;
    };

    draft.set = (members) => {
        draft.content = { ...draft.content, ...members };
        if (['saved', 'changed', 'failed'].includes(draft.state))
            become(isChanged() ? 'changed' : 'saved');
        if (isChanged())
            planSave();
    };

    // Ends 'stale': what is written here becomes the version after theirs, or is given up for it.
    draft.resolve = (isMine) => {
        const theirs = draft.theirs;
        saved = contentOf(theirs);
        if (!isMine)
            draft.content = saved;
        become(isChanged() ? 'changed' : 'saved', {
            theirs: null, version: theirs.version, status: theirs.status, savedAt: theirs.time,
        });
        return draft.save();
    };

    // Whoever leaves has saved. Versions are never overwritten, so what somebody else wrote meanwhile stays in the history.
    draft.close = () => {
        endFollowing();
        clearTimeout(timer);
        if (draft.theirs) {
            draft.resolve(true);
        } else if (isSending && isChanged()) {
            // The outbox keeps the order: this comes after the one under way.
            desk.request('report/update', { report_id: report.report_id, expected_version: draft.version + 1, ...draft.content });
        } else {
            draft.save();
        }
    };

    const endFollowing = on('event', (event) => {
        const isOthers = event.subject === `report/${report.report_id}` && event.data?.version > draft.version;
        if (isOthers && !isSending && draft.state !== 'stale')
            find(null);
    });
    return draft;
}

// Checking in: who, which visit, is the phone number still right, may we write to you, and the number in the queue.
//
// Without a connection nobody can be recognised. Then what was entered is kept in this box's outbox as a check-in, and the
// patient goes to the waiting room with the box's own ticket; the number comes when the clinic can be reached.
import { request } from '/api.js';
import { h, icon } from '/dom.js';
import { date, t, time } from '/i18n.js';
import { askContact } from '/kiosk/contact.js';
import { identify } from '/kiosk/identify.js';
import { isLocked, showReception, showRefused } from '/kiosk/refusal.js';
import { button } from '/kiosk/screen.js';
import { showNumber, showTicket } from '/kiosk/ticket.js';

const ANSWER_WITHIN_MS = 4000;
const NUMBER_WITHIN_MS = 1500; // then the ticket is shown, and the number when it comes

export function startCheckIn(turn, scanned = null) {
    const again = () => startCheckIn(turn);
    identify(turn, {
        way: 'member',
        title: t('kiosk.check-in.title'),
        scanned,
        onIdentity: async (identity) => {
            const outcome = await turn.request('appointment/find', identity, { waitMs: ANSWER_WITHIN_MS });
            if (outcome.kind === 'accepted')
                showVisit(turn, identity, outcome.data, again);
            else if (outcome.kind === 'unavailable' && !isLocked(outcome))
                await checkIn(turn, { identity, again });
            else
                showRefused(turn, outcome, again);
        },
    });
}

function showVisit(turn, identity, visit, again) {
    if (visit.queue_number) {
        showNumber(turn, { number: visit.queue_number, isRepeated: true });
        return;
    }
    turn.show({
        name: 'confirm',
        title: t('kiosk.confirm.title'),
        body: h('dl', { class: 'card facts' },
            h('dt', {}, icon('calendar-check'), ' ', t('kiosk.confirm.when')), h('dd', {}, time(visit.start), ' ', h('span', { class: 'soft' }, date(visit.start))),
            h('dt', {}, icon('person'), ' ', t('kiosk.confirm.doctor')), h('dd', {}, visit.doctor)),
        actions: [
            button(t('kiosk.confirm.yes'), () => askContact(turn, visit, (answers) => finish(turn, { identity, visit, answers, again })),
                { picture: 'check-lg', isMain: true }),
            button(t('kiosk.confirm.no'), () => showReception(turn)),
        ],
    });
}

// What becomes of the consents is told on the last screen, and holds nobody up.
async function finish(turn, { identity, visit, answers, again }) {
    const consent = Object.keys(answers.consents).length === 0 ? null
        : turn.until(request('patient/consent', { ...identity, ...answers.consents }, { waitMs: ANSWER_WITHIN_MS }));
    await checkIn(turn, { identity, visit, isContactWrong: answers.isContactWrong, consent, again });
}

function checkInData(identity, visit, isContactWrong) {
    const data = { ...identity };
    if (visit)
        data.appointment_id = visit.appointment_id;
    if (isContactWrong)
        data.contact_changed = true;
    return data;
}

async function checkIn(turn, { identity, visit = null, isContactWrong = false, consent = null, again }) {
    const outcome = await turn.request('appointment/check-in', checkInData(identity, visit, isContactWrong), { waitMs: NUMBER_WITHIN_MS });
    const notes = { isContactWrong, consent };
    if (outcome.kind === 'queued') {
        showTicket(turn, { ticket: outcome.told.ticket, outcome, ...notes });
        showLate(turn, identity, outcome, await turn.until(outcome.settled), notes);
    } else if (outcome.kind === 'accepted') {
        await showAccepted(turn, identity, outcome, notes);
    } else {
        showRefused(turn, outcome, again);
    }
}

function showLate(turn, identity, queued, late, notes) {
    if (late.kind === 'accepted')
        showAccepted(turn, identity, late, { ...notes, ticket: queued.told.ticket });
    else
        showReception(turn, { text: t('kiosk.ticket.refused') });
}

// A reply that was lost on its way here (this box's program was restarted) leaves only the news that the clinic has it.
async function showAccepted(turn, identity, outcome, notes) {
    let { queue_number: number, waiting } = outcome.data;
    if (!number) {
        const found = await turn.request('appointment/find', identity, { waitMs: ANSWER_WITHIN_MS });
        number = found.data?.queue_number;
    }
    if (number)
        showNumber(turn, { number, waiting, outcome, ...notes });
}

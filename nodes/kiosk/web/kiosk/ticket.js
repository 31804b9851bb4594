// The end of a check-in: a number on the screen and, for who wants it, on paper (the print rules of kiosk.css).
import { start } from '/api.js';
import { fill, h, icon } from '/dom.js';
import { dateTime, t, tn } from '/i18n.js';
import { custodyLine } from '/kiosk/custody.js';
import { button } from '/kiosk/screen.js';

function paper(number, lines) {
    return h('section', { class: 'paper', 'aria-hidden': 'true' },
        h('p', { class: 'clinic' }, start.page.name), h('p', { class: 'big' }, number),
        lines.map((line) => h('p', {}, line)), h('p', {}, dateTime(Date.now())));
}

// What becomes of the consents comes later than the screen; only what went wrong is told.
function consentNote(turn, consent) {
    const note = h('p', { class: 'note-line', role: 'status' });
    consent?.then((outcome) => {
        if (outcome.error && outcome.error.code !== 'no_change')
            fill(note, icon('exclamation-circle'), ' ', t('kiosk.consent.failed'));
    });
    return note;
}

function show(turn, { name, title, number, lines, outcome, isContactWrong = false, consent = null }) {
    turn.show({
        name,
        // Read out as one sentence, when the heading gets the focus.
        title: [title, h('span', { class: 'visually-hidden' }, ` ${number}`)],
        picture: name === 'number' ? 'check-circle' : 'hourglass-split',
        isLast: true,
        actions: [
            button(t('kiosk.done'), turn.end, { isMain: true }),
            button(t('kiosk.ticket.print'), () => print(), { picture: 'printer' }),
        ],
        body: () => [
            h('p', { class: 'queue-number', 'aria-hidden': 'true', 'data-number': number }, number),
            lines.map((line) => h('p', { class: 'large' }, line)),
            isContactWrong ? h('p', { class: 'note-line' }, icon('telephone'), ' ', t('kiosk.contact.tell')) : null,
            consentNote(turn, consent),
            outcome === undefined ? null : custodyLine(turn, outcome),
            paper(number, lines),
        ],
    });
}

// The clinic's number. isRepeated: this patient was checked in before. ticket: what the screen showed until now.
export function showNumber(turn, { number, waiting, isRepeated = false, ticket = null, ...others }) {
    show(turn, {
        name: 'number',
        title: t(isRepeated ? 'kiosk.number.again' : 'kiosk.number.title'),
        number,
        lines: [
            ticket === null ? null : t('kiosk.number.instead', { ticket }),
            waiting === undefined ? null : waiting === 0 ? t('kiosk.number.next') : tn('kiosk.number.waiting', waiting),
            t('kiosk.number.text'),
        ].filter((line) => line !== null),
        ...others,
    });
}

// The box's own ticket, until the clinic can be reached.
export function showTicket(turn, { ticket, ...others }) {
    show(turn, { name: 'ticket', title: t('kiosk.ticket.title'), number: ticket, lines: [t('kiosk.ticket.text'), t('kiosk.ticket.board')], ...others });
}

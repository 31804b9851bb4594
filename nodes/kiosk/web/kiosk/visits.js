// What patients may see of themselves: visits to come, reports that were released, and what they were answered.
import { h, icon } from '/dom.js';
import { date, dateTime, t } from '/i18n.js';
import { identify } from '/kiosk/identify.js';
import { showRefused } from '/kiosk/refusal.js';
import { button } from '/kiosk/screen.js';

const WITHIN_MS = 4000;

export function startVisits(turn) {
    const again = () => startVisits(turn);
    identify(turn, {
        way: 'both',
        title: t('kiosk.visits.identify'),
        onIdentity: async (identity) => {
            const outcome = await turn.request('portal/read', identity, { waitMs: WITHIN_MS });
            if (outcome.kind === 'accepted')
                showRecord(turn, identity, outcome.data);
            else
                showRefused(turn, outcome, again);
        },
    });
}

function finished(turn) {
    return button(t('kiosk.visits.finished'), turn.end, { picture: 'check-lg', isMain: true });
}

function section(title, picture, rows, emptyText) {
    return h('section', { class: 'card' }, h('h2', {}, icon(picture), ' ', title),
        rows.length === 0 ? h('p', { class: 'soft' }, emptyText) : h('ul', { class: 'rows' }, rows));
}

function visitRow(visit) {
    return h('li', {}, h('strong', {}, dateTime(visit.start)), h('span', {}, visit.doctor));
}

function feedbackRow(feedback) {
    return h('li', {}, h('blockquote', {}, feedback.text === '' ? `${feedback.rating} / 5` : feedback.text), h('p', {}, icon('reply'), ' ', feedback.answer));
}

function showRecord(turn, identity, record) {
    const reportRow = (report) => h('li', {}, h('button', { type: 'button', class: 'report', onclick: (click) => openReport(click.currentTarget, report) },
        h('strong', {}, report.title), h('span', {}, t(`kiosk.report.${report.kind}`), ' · ', date(report.time))));
    const openReport = async (clicked, report) => {
        clicked.disabled = true;
        const outcome = await turn.request('portal/report', { ...identity, report_id: report.report_id }, { waitMs: WITHIN_MS });
        if (outcome.kind === 'accepted')
            showReport(turn, outcome.data, () => showRecord(turn, identity, record));
        else
            showRefused(turn, outcome, () => showRecord(turn, identity, record));
    };
    turn.show({
        name: 'record',
        title: t('kiosk.visits.title'),
        body: [
            finished(turn),
            section(t('kiosk.visits.coming'), 'calendar-check', record.visits.map(visitRow), t('kiosk.visits.none')),
            section(t('kiosk.reports'), 'file-earmark-text', record.reports.map(reportRow), t('kiosk.reports.none')),
            section(t('kiosk.answers'), 'chat-square-text', record.feedback.map(feedbackRow), t('kiosk.answers.none')),
        ],
    });
}

function showReport(turn, { report, text }, back) {
    turn.show({
        name: 'report',
        title: report.title,
        body: [
            h('p', { class: 'soft' }, t(`kiosk.report.${report.kind}`), ' · ', date(report.time)),
            h('div', { class: 'card text', dir: 'auto' }, text),
            report.attachments > 0 ? h('p', {}, icon('paperclip'), ' ', t('kiosk.report.attachments')) : null,
        ],
        actions: [finished(turn), button(t('common.back'), back, { picture: 'arrow-left' })],
    });
}

// Verified ratings by doctor and month: a line for each of the doctors with the most, and a table of all.
import { chartFigure, SERIES_MAX } from '/chart_figure.js';
import { fill, h, table } from '/dom.js';
import { addDays, day, explain, number, t, tn, today } from '/i18n.js';
import { doctorName } from '/views/feedback_words.js';

const MONTHS = 12;

function monthsUntil(text) {
    const months = [];
    for (let first = `${text.slice(0, 7)}-01`; months.length < MONTHS; first = `${addDays(first, -1).slice(0, 7)}-01`)
        months.unshift(first.slice(0, 7));
    return months;
}

function monthText(month) {
    return day(`${month}-01`, { month: 'short', year: 'numeric' });
}

function average(row) {
    if (row.average_milli === undefined)
        return t('feedback.analysis.hidden');
    return number(row.average_milli / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

// A doctor's months: { id, name, count, rows: Map of month → row }.
function byDoctor(rows, doctors) {
    const found = new Map();
    for (const row of rows) {
        const one = found.get(row.doctor_id) ?? { id: row.doctor_id, name: doctorName(doctors, row.doctor_id), count: 0, rows: new Map() };
        one.count += row.count;
        one.rows.set(row.month, row);
        found.set(row.doctor_id, one);
    }
    return [...found.values()].sort((a, b) => b.count - a.count);
}

function figureOf(shown, months) {
    const count = shown.reduce((sum, one) => sum + one.count, 0);
    const best = shown.length === 1 ? 'feedback.analysis.sentence-one' : 'feedback.analysis.sentence';
    return chartFigure({
        title: t('feedback.analysis.title'), sentence: tn(best, count, { doctors: number(shown.length), doctor: shown[0].name }),
        kind: 'line', range: [1, 5], digits: 1, rowTitle: t('feedback.analysis.month'), labels: months.map(monthText),
        series: shown.map((one) => ({
            label: one.name,
            values: months.map((month) => (one.rows.get(month)?.average_milli === undefined ? null : one.rows.get(month).average_milli / 1000)),
        })),
    });
}

function rowsTable(rows, doctors) {
    const told = (row, count) => (row.average_milli === undefined ? '–' : number(count));
    return table({
        caption: t('feedback.analysis.title'),
        columns: [
            { title: t('feedback.analysis.month'), cell: (row) => monthText(row.month) },
            { title: t('feedback.doctor'), cell: (row) => doctorName(doctors, row.doctor_id) },
            { title: t('feedback.analysis.count'), class: 'number', cell: (row) => told(row, row.count) },
            { title: t('feedback.analysis.average'), class: 'number', cell: average },
            { title: t('feedback.analysis.answered'), class: 'number', cell: (row) => told(row, row.answered) },
        ],
        rows: [...rows].sort((a, b) => b.month.localeCompare(a.month)),
    });
}

// Fills `root`; doctorId: '' means all. Returns a function that ends it.
export async function showAnalysis(root, desk, doctorId) {
    fill(root, h('p', { class: 'empty', role: 'status' }, t('common.loading')));
    const months = monthsUntil(today());
    const asked = { from: `${months[0]}-01`, to: today(), ...(doctorId ? { doctor_id: doctorId } : {}) };
    const outcome = await desk.request('feedback/analysis', asked);
    const doctors = await desk.doctors();
    if (outcome.kind !== 'accepted') {
        fill(root, h('p', { class: 'problem', role: 'alert' }, explain(outcome.error)));
        return () => {};
    }
    const rows = outcome.data.months;
    const shown = byDoctor(rows, doctors).filter((one) => one.count > 0).slice(0, SERIES_MAX);
    const figure = shown.length === 0 ? null : figureOf(shown, months);
    fill(root, figure?.node, rows.length === 0 ? h('p', { class: 'empty' }, t('feedback.analysis.none')) : rowsTable(rows, doctors),
        h('p', { class: 'hint' }, t('feedback.analysis.hint')));
    figure?.draw();
    return () => figure?.destroy();
}

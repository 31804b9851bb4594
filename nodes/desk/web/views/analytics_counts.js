// What was counted day by day, fetched for a range of days and added up in steps that suit it.
import { addDays, day, t, today } from '/i18n.js';

const DAYS_MAX = 366; // that the gateway gives at once

// What can be chosen, and the steps that it is shown in.
export const ranges = [
    { id: '7', days: 7, step: 'day' },
    { id: '30', days: 30, step: 'day' },
    { id: '90', days: 90, step: 'week' },
    { id: 'year', months: 12, step: 'month' },
];

const stepTitles = { day: 'analytics.day', week: 'analytics.week', month: 'analytics.month' };

function addMonths(text, months) {
    const first = new Date(`${text.slice(0, 7)}-01T00:00:00Z`);
    first.setUTCMonth(first.getUTCMonth() + months);
    return first.toISOString().slice(0, 10);
}

function daysBetween(from, to) {
    return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86400000);
}

// The days of a range that ends on `to`, and as many before them to compare with.
export function periodOf(range, to = today()) {
    const from = range.months ? addMonths(to, 1 - range.months) : addDays(to, 1 - range.days);
    const length = daysBetween(from, to);
    const beforeFrom = range.months ? addMonths(from, -range.months) : addDays(from, -range.days);
    return { from, to, before: { from: beforeFrom, to: addDays(beforeFrom, length) } };
}

const nextSteps = {
    day: (from) => addDays(from, 1),
    week: (from) => addDays(from, 7),
    month: (from) => addMonths(from, 1),
};

const labelOptions = {
    day: { day: 'numeric', month: 'short' },
    week: { day: 'numeric', month: 'short' },
    month: { month: 'short', year: 'numeric' },
};

// [{ label, from, to }] from the first day to the last one.
export function stepsOf(range, { from, to }) {
    const steps = [];
    for (let start = from; start <= to;) {
        const next = nextSteps[range.step](start);
        const end = addDays(next, -1);
        steps.push({ label: day(start, labelOptions[range.step]), from: start, to: end < to ? end : to });
        start = next;
    }
    return steps;
}

export function stepTitle(range) {
    return t(stepTitles[range.step]);
}

// ---- the numbers

function put(counts, rows) {
    for (const row of rows) {
        if (!counts.has(row.day))
            counts.set(row.day, {});
        counts.get(row.day)[row.metric] = row.count;
    }
}

// Adds what was counted from one day to another to `counts`, a Map of day → { metric: count }, in the place of what it
// has of these days. Returns { activePatients } or { error }.
export async function fetchCounts(desk, counts, from, to) {
    let activePatients = 0;
    for (let start = from; start <= to;) {
        const last = addDays(start, DAYS_MAX - 1);
        const outcome = await desk.request('analytics/read', { from: start, to: last < to ? last : to });
        if (outcome.kind !== 'accepted')
            return { error: outcome.error };
        put(counts, outcome.data.rows);
        activePatients = outcome.data.active_patients;
        start = outcome.data.more ? outcome.data.next : addDays(last, 1);
    }
    return { activePatients };
}

// The sum of some metrics over the days of a step or a period.
export function sum(counts, metrics, { from, to }) {
    let total = 0;
    for (let one = from; one <= to; one = addDays(one, 1))
        for (const metric of metrics)
            total += counts.get(one)?.[metric] ?? 0;
    return total;
}

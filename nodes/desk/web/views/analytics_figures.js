// What the charts of the analytics show, and the sentence that each says. Metrics: gateway/services/analytics.
import { number, t, tn } from '/i18n.js';
import { sum } from '/views/analytics_counts.js';

const BOOKED_NEW = ['appointments.scheduled.new'];
const BOOKED_KNOWN = ['appointments.scheduled.existing'];
const BOOKED = [...BOOKED_NEW, ...BOOKED_KNOWN];
const CANCELED = ['appointments.canceled'];
const LATE = ['appointments.canceled.late'];
const CAME = ['appointments.fulfilled'];
const NO_SHOW = ['appointments.no-show'];

function percent(part, all) {
    return number(all === 0 ? 0 : part / all, { style: 'percent' });
}

// How a number stands to that of the time before.
function change(now, before) {
    if (now === before)
        return t('analytics.change.same');
    return now > before ? tn('analytics.change.more', now - before) : tn('analytics.change.fewer', before - now);
}

// A figure: series: [[text key, metrics], …]; sentence(total, before): both count metrics over the whole time.
export const figures = [
    {
        id: 'patients', kind: 'bar', series: [['analytics.series.new', ['patients.new']]],
        sentence: (total, before) => tn('analytics.patients.sentence', total(['patients.new']),
            { change: change(total(['patients.new']), before(['patients.new'])) }),
    },
    {
        id: 'appointments', kind: 'line',
        series: [['analytics.series.booked', BOOKED], ['analytics.series.canceled', CANCELED], ['analytics.series.late', LATE]],
        sentence: (total, before) => tn('analytics.appointments.sentence', total(BOOKED),
            { change: change(total(BOOKED), before(BOOKED)), canceled: number(total(CANCELED)), late: number(total(LATE)) }),
    },
    {
        id: 'no-shows', kind: 'bar', isStacked: true,
        series: [['analytics.series.came', CAME], ['analytics.series.no-show', NO_SHOW]],
        sentence: (total) => t('analytics.no-shows.sentence', {
            missed: number(total(NO_SHOW)), all: number(total([...CAME, ...NO_SHOW])), percent: percent(total(NO_SHOW), total([...CAME, ...NO_SHOW])),
        }),
    },
    {
        id: 'known', kind: 'bar', isStacked: true,
        series: [['analytics.series.known', BOOKED_KNOWN], ['analytics.series.first', BOOKED_NEW]],
        sentence: (total) => t('analytics.known.sentence', {
            new: number(total(BOOKED_NEW)), all: number(total(BOOKED)), percent: percent(total(BOOKED_NEW), total(BOOKED)),
        }),
    },
    {
        id: 'stock', kind: 'bar',
        series: [['analytics.series.low', ['stock.low']], ['analytics.series.out', ['stock.out']]],
        sentence: (total) => t('analytics.stock.sentence', { low: number(total(['stock.low'])), out: number(total(['stock.out'])) }),
    },
];

// What chartFigure() needs for one of them.
export function figureData(figure, { counts, period, steps, rowTitle }) {
    const total = (metrics) => sum(counts, metrics, period);
    const before = (metrics) => sum(counts, metrics, period.before);
    const isEmpty = figure.series.every(([, metrics]) => total(metrics) === 0);
    return {
        title: t(`analytics.${figure.id}.title`), sentence: isEmpty ? t('analytics.nothing') : figure.sentence(total, before),
        kind: figure.kind, isStacked: figure.isStacked, isEmpty, rowTitle, labels: steps.map((step) => step.label),
        series: figure.series.map(([key, metrics]) => ({ label: t(key), values: steps.map((step) => sum(counts, metrics, step)) })),
    };
}

// ---- single numbers

// Of nothing there is no average.
function averageRow(label, count, text, hintKey) {
    return count === 0 ? [label, '–', t('analytics.nothing')] : [label, text(), tn(hintKey, count)];
}

// [[label, value, what it means]], of the whole time.
export function keyNumbers({ counts, period, activePatients }) {
    const total = (metric) => sum(counts, [metric], period);
    const waited = total('waiting.visits');
    const ratings = total('feedback.count');
    return [
        [t('analytics.active'), number(activePatients), t('analytics.active.hint')],
        averageRow(t('analytics.waiting'), waited,
            () => t('analytics.minutes', { count: number(Math.round(total('waiting.seconds') / waited / 60)) }), 'analytics.waiting.hint'),
        averageRow(t('analytics.rating'), ratings,
            () => number(total('feedback.rating-sum') / ratings, { maximumFractionDigits: 1 }), 'analytics.rating.hint'),
    ];
}

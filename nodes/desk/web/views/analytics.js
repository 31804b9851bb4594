// Counts by day over a chosen time: a few charts, a few numbers, all of it also as tables and as a file.
import { chartFigure } from '/chart_figure.js';
import { csvOf } from '/chart_csv.js';
import { field, fill, h, icon } from '/dom.js';
import { dayRange, t } from '/i18n.js';
import { problemNow } from '/problem.js';
import { onReturn, refresher } from '/refresh.js';
import { fetchCounts, periodOf, ranges, stepsOf, stepTitle } from '/views/analytics_counts.js';
import { figureData, figures, keyNumbers } from '/views/analytics_figures.js';

const GATHER_MS = 1000;
const counted = /^clinic\.(patient|appointment|equipment\.stock|feedback)/;

// ---- what is shown

function numbersRow(scene) {
    return h('dl', { class: 'key-numbers' }, keyNumbers(scene).map(([label, value, hint]) =>
        h('div', { class: 'card' }, h('dt', {}, label), h('dd', { class: 'key-number' }, value), h('dd', { class: 'soft' }, hint))));
}

function destroyCharts(scene) {
    scene.charts.forEach((chart) => chart.destroy());
    scene.charts = [];
}

// A table that somebody has open stays open when the numbers change.
function openTables(root) {
    return [...root.querySelectorAll('details')].map((one) => one.open);
}

function show(scene) {
    const { root, range, period } = scene;
    const wereOpen = openTables(root);
    const steps = stepsOf(range, period);
    scene.data = figures.map((figure) => figureData(figure, { ...scene, steps, rowTitle: stepTitle(range) }));
    destroyCharts(scene);
    scene.charts = scene.data.map(chartFigure);
    fill(root,
        h('h2', {}, dayRange(period.from, period.to)), numbersRow(scene),
        h('div', { class: 'charts' }, scene.charts.map((chart) => chart.node)));
    root.querySelectorAll('details').forEach((one, index) => { one.open = wereOpen[index] ?? false; });
    scene.charts.forEach((chart) => chart.draw());
}

// ---- reading

async function load(scene) {
    const { range } = scene;
    const period = periodOf(range);
    const counts = new Map();
    scene.period = null; // what was read before is of another time
    fill(scene.root, h('p', { class: 'empty', role: 'status' }, t('common.loading')));
    const before = await fetchCounts(scene.desk, counts, period.before.from, period.before.to);
    const now = before.error ? before : await fetchCounts(scene.desk, counts, period.from, period.to);
    if (!scene.root.isConnected || range !== scene.range)
        return;
    if (now.error) {
        destroyCharts(scene);
        fill(scene.root, problemNow(now.error, () => load(scene)));
        return;
    }
    Object.assign(scene, { counts, period, activePatients: now.activePatients });
    show(scene);
}

// Only today changes. After midnight all of it is another time.
async function update(scene) {
    const { period, range, counts } = scene;
    if (!period || periodOf(range).to !== period.to) {
        await load(scene);
        return;
    }
    const now = await fetchCounts(scene.desk, counts, period.to, period.to);
    if (!now.error && scene.root.isConnected && counts === scene.counts) {
        scene.activePatients = now.activePatients;
        show(scene);
    }
}

// ---- as a file

function tableRows(scene) {
    const series = scene.data.flatMap((figure) => figure.series.map((one) => ({ ...one, label: `${figure.title}: ${one.label}` })));
    const steps = stepsOf(scene.range, scene.period);
    return [
        [t('analytics.from'), t('analytics.to'), ...series.map((one) => one.label)],
        ...steps.map((step, index) => [step.from, step.to, ...series.map((one) => one.values[index])]),
    ];
}

function save(scene) {
    if (scene.period === null)
        return;
    const url = URL.createObjectURL(new Blob([csvOf(tableRows(scene))], { type: 'text/csv;charset=utf-8' }));
    h('a', { href: url, download: `clinic-${scene.period.from}-${scene.period.to}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// ---- the view

function open(root, desk) {
    const place = h('div', { class: 'stack' });
    const scene = { desk, root: place, range: ranges[1], charts: [], data: null, period: null, counts: null };
    const choice = field({
        label: t('analytics.range'), name: 'range', type: 'select', value: scene.range.id,
        options: ranges.map((range) => [range.id, t(`analytics.range.${range.id}`)]),
    });
    choice.input.addEventListener('change', () => {
        scene.range = ranges.find((range) => range.id === choice.input.value);
        load(scene);
    });
    fill(root, h('div', { class: 'toolbar no-print' }, choice.root,
        h('button', { type: 'button', onclick: () => save(scene) }, icon('download'), t('analytics.csv')),
        h('button', { type: 'button', onclick: () => print() }, icon('printer'), t('common.print'))), place);
    const refresh = refresher(() => update(scene), GATHER_MS);
    desk.listen('event', (event) => {
        if (counted.test(event.type))
            refresh();
    });
    onReturn(desk.listen, refresh);
    load(scene);
    return () => {
        refresh.stop();
        destroyCharts(scene);
    };
}

export const analytics = { id: 'analytics', icon: 'graph-up', group: 'house', needs: 'analytics/read', open };

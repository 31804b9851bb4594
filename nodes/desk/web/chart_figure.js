// A chart that can be read in three ways: by its heading, a sentence that says what is seen; by the picture; and by the
// table below it. What is drawn is told apart by the form of lines and fills, not by colour alone.
//
// Chart.js is a script of its own (/chart.js, of Debian's libjs-chart.js), and is loaded when the first chart is drawn.
import { h, icon, table } from '/dom.js';
import { number, t } from '/i18n.js';
import { loadLibrary } from '/library.js';

const TILE_PX = 8;
const POINTS_MAX = 14; // of a line with marks, so that lines can be seen between them

// One for each series, in their order. All stand out from white by 4.5 : 1.
const looks = [
    { color: '#0b6470', dash: [], point: 'circle', fill: 'full' },
    { color: '#a34f00', dash: [7, 4], point: 'rect', fill: 'lines' },
    { color: '#5b3a8c', dash: [2, 3], point: 'triangle', fill: 'dots' },
    { color: '#3f5d1f', dash: [10, 3, 2, 3], point: 'rectRot', fill: 'cross' },
    { color: '#8a1f4d', dash: [4, 2], point: 'star', fill: 'lines' },
    { color: '#3b4a50', dash: [1, 2], point: 'cross', fill: 'dots' },
];

export const SERIES_MAX = looks.length;

// ---- how it is drawn

const marks = {
    lines: (pen) => { pen.moveTo(0, TILE_PX); pen.lineTo(TILE_PX, 0); },
    dots: (pen) => { pen.rect(TILE_PX / 2 - 1, TILE_PX / 2 - 1, 2, 2); },
    cross: (pen) => { pen.moveTo(0, TILE_PX / 2); pen.lineTo(TILE_PX, TILE_PX / 2); pen.moveTo(TILE_PX / 2, 0); pen.lineTo(TILE_PX / 2, TILE_PX); },
};

function fillOf({ color, fill }) {
    if (fill === 'full')
        return color;
    const tile = h('canvas', { width: TILE_PX, height: TILE_PX });
    const pen = tile.getContext('2d');
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, TILE_PX, TILE_PX);
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.beginPath();
    marks[fill](pen);
    pen.stroke();
    return pen.createPattern(tile, 'repeat');
}

function datasetOf(one, index, kind) {
    const look = looks[index % looks.length];
    const common = { label: one.label, data: one.values, borderColor: look.color, borderWidth: 2 };
    if (kind === 'bar')
        return { ...common, backgroundColor: fillOf(look), maxBarThickness: 36 };
    return {
        ...common, backgroundColor: look.color, borderDash: look.dash, pointStyle: look.point, tension: 0, spanGaps: true,
        pointRadius: one.values.length > POINTS_MAX ? 0 : 4, pointHitRadius: 12,
    };
}

// A line is named by how it is drawn, a bar by its fill.
function legendOf(kind, count) {
    const labels = { color: '#16262b', boxWidth: 36 };
    if (kind === 'line')
        Object.assign(labels, {
            usePointStyle: true, pointStyleWidth: 40,
            generateLabels: (chart) => globalThis.Chart.defaults.plugins.legend.labels.generateLabels(chart)
                .map((label) => ({ ...label, pointStyle: 'line', lineDash: chart.data.datasets[label.datasetIndex].borderDash })),
        });
    return { display: count > 1, labels };
}

function configOf({ kind, labels, series, isStacked, range }) {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return {
        type: kind,
        data: { labels, datasets: series.map((one, index) => datasetOf(one, index, kind)) },
        options: {
            animation: isCalm ? false : { duration: 250 },
            responsive: true,
            maintainAspectRatio: false,
            interaction: { mode: 'index', intersect: false },
            plugins: {
                legend: legendOf(kind, series.length),
                tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${number(item.parsed.y)}` } },
            },
            scales: {
                x: { stacked: isStacked, grid: { display: false }, ticks: { color: '#47595f', maxRotation: 0 } },
                y: {
                    stacked: isStacked, beginAtZero: !range, min: range?.[0], max: range?.[1],
                    ticks: { color: '#47595f', precision: 0, callback: (value) => number(value) },
                },
            },
        },
    };
}

// ---- the figure

function valuesTable({ title, rowTitle, labels, series, digits }) {
    const valueOf = (value) => (value === null ? '–' : number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
    return table({
        caption: title,
        columns: [
            { title: rowTitle, cell: (row) => row.label },
            ...series.map((one) => ({ title: one.label, class: 'number', cell: (row) => valueOf(one.values[row.index]) })),
        ],
        rows: labels.map((label, index) => ({ label, index })),
    });
}

// title: what is counted; sentence: what is seen; kind: 'bar' or 'line'; labels: of the places along the x axis, named
// rowTitle together; series: [{ label, values }], null where nothing is known; isStacked; range: [least, most] of the y
// axis; digits behind the point in the table; isEmpty: there is nothing to draw.
// Returns { node, draw(), destroy() }: it is drawn once the node is on the page.
export function chartFigure({ title, sentence, kind, labels, rowTitle, series, isStacked = false, range = null, digits = 0, isEmpty = false }) {
    const canvas = h('canvas', { role: 'img', 'aria-label': `${title}. ${sentence}` });
    const frame = h('div', { class: 'chart-frame' }, canvas);
    const details = h('details', {}, h('summary', {}, t('analytics.table')), valuesTable({ title, rowTitle, labels, series, digits }));
    const node = h('figure', { class: 'card chart' },
        h('figcaption', {}, h('p', { class: 'soft' }, title), h('h3', {}, sentence)), isEmpty ? null : frame, details);
    let chart = null;
    let isOver = false;

    async function draw() {
        if (isEmpty)
            return;
        try {
            const Chart = await loadLibrary('/chart.js', 'Chart');
            const root = getComputedStyle(document.documentElement);
            Chart.defaults.font.family = root.fontFamily;
            Chart.defaults.font.size = 0.85 * parseFloat(root.fontSize);
            if (!isOver)
                chart = new Chart(canvas, configOf({ kind, labels, series, isStacked, range }));
        } catch {
            frame.replaceWith(h('p', { class: 'hint' }, icon('info-circle'), ' ', t('analytics.no-chart')));
            details.open = true;
        }
    }

    function destroy() {
        isOver = true;
        chart?.destroy();
    }
    return { node, draw, destroy };
}

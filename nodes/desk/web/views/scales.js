// The scales under the bins: what stands on each load cell, how far it can be trusted, and the way into setting it up.
import { fill, h, icon, table } from '/dom.js';
import { ago, explain, number, t } from '/i18n.js';
import { onReturn, refill, refresher } from '/refresh.js';
import { CHANNELS, readAllScales } from '/views/scales_data.js';
import { openSetUp } from '/views/scales_set_up.js';
import { isAboutStock } from '/views/stock_data.js';
import { binTrouble, confidenceBadge, ofWhat, seen } from '/views/stock_level.js';

const LOOK_EVERY_MS = 10000; // nobody announces that a scale has gone

function setUpBadge(record) {
    return record?.is_set_up
        ? h('span', { class: 'badge good' }, icon('check-circle'), t('scales.is-set-up'))
        : h('span', { class: 'badge note' }, icon('exclamation-triangle'), t('scales.is-not-set-up'));
}

function onlineBadge(scale) {
    if (scale.state === 'online')
        return h('span', { class: 'badge good' }, icon('cloud-check'), t('scales.online'));
    const since = scale.since ? ` (${ago(scale.since)})` : '';
    return h('span', { class: 'badge bad' }, icon('cloud-slash'), t('scales.offline') + since);
}

function setUpButton({ view, desk, root, scale, channel, record, bin }) {
    const key = `set-up-${scale.node}-${channel}`;
    const isUsed = Boolean(record ?? bin);
    if (!desk.may('equipment/scale-set-up'))
        return null;
    return h('button', {
        type: 'button', 'data-key': key,
        onclick: () => openSetUp({
            desk, root, key, channel, record, node: scale.node, items: view.items,
            isOnline: () => view.scales.find((one) => one.node === scale.node)?.state === 'online',
        }),
    }, icon(isUsed ? 'sliders' : 'plus-lg'), t(isUsed ? 'scales.set-up' : 'scales.add', { channel }),
    ofWhat(isUsed ? t('stock.place', { node: scale.node, channel }) : scale.node));
}

function channelsTable(view, desk, root, scale) {
    const rows = CHANNELS.map((channel) => ({
        channel,
        record: scale.channels[channel - 1],
        bin: view.bins.find((bin) => bin.node === scale.node && bin.channel === channel),
    })).filter((row) => row.record || row.bin);
    return table({
        caption: t('scales.channels', { node: scale.node }),
        empty: t('scales.no-channel'),
        rows,
        columns: [
            { title: t('scales.channel'), class: 'number', cell: (row) => number(row.channel) },
            { title: t('stock.item'), cell: (row) => row.bin?.name ?? h('span', { class: 'soft' }, t('scales.no-item')) },
            { title: t('stock.quantity'), class: 'number', cell: (row) => (row.bin ? number(row.bin.quantity) : '–') },
            { title: t('stock.state'), cell: (row) => (row.bin ? binTrouble(row.bin) ?? t('stock.bin.stable') : '–') },
            { title: t('stock.confidence'), cell: (row) => (row.bin ? confidenceBadge(row.bin) : '–') },
            { title: t('stock.seen'), cell: (row) => seen(row.bin ?? row.record) },
            { title: t('scales.setting-up'), cell: (row) => setUpBadge(row.record) },
            { title: t('scales.action'), cell: (row) => setUpButton({ view, desk, root, scale, ...row }) },
        ],
    });
}

function addButtons(view, desk, root, scale) {
    const free = CHANNELS.filter((channel) => !scale.channels[channel - 1]
        && !view.bins.some((bin) => bin.node === scale.node && bin.channel === channel));
    return h('div', { class: 'actions tight' },
        free.map((channel) => setUpButton({ view, desk, root, scale, channel, record: null })));
}

function scaleCard(view, desk, root, scale) {
    return h('section', { class: 'card stack', 'aria-label': scale.node },
        h('div', { class: 'spread' }, h('h2', {}, icon('moisture'), ' ', scale.node), onlineBadge(scale)),
        channelsTable(view, desk, root, scale), addButtons(view, desk, root, scale));
}

function open(root, desk) {
    const view = { scales: [], bins: [], items: [] };
    const problem = h('p', { class: 'problem', role: 'alert' });
    const list = h('div', { class: 'stack', 'aria-busy': 'true' }, h('p', { class: 'empty' }, t('common.loading')));

    const refresh = refresher(async () => {
        const read = await readAllScales(desk);
        fill(problem, read.error ? [icon('exclamation-triangle'), ' ', explain(read.error)] : []);
        if (read.error)
            return;
        Object.assign(view, read);
        refill(list, view.scales.length === 0 ? h('p', { class: 'empty' }, t('scales.empty'))
            : view.scales.map((scale) => scaleCard(view, desk, root, scale)));
        list.removeAttribute('aria-busy');
    });

    desk.listen('event', (event) => { if (isAboutStock(event)) refresh(); });
    onReturn(desk.listen, refresh);
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    fill(root, problem, list);
    refresh();
    return () => {
        clearInterval(timer);
        refresh.stop();
    };
}

export const scales = { id: 'scales', icon: 'moisture', group: 'house', needs: 'equipment/scale-read', open };

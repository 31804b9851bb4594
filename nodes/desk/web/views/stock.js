// The stock: every item with its level, live, and what staff do about it by hand.
import { field, fill, h, icon, table } from '/dom.js';
import { explain, number, t } from '/i18n.js';
import { onReturn, refill, refresher } from '/refresh.js';
import { isAboutStock, readStock } from '/views/stock_data.js';
import { openAdjust, openCount } from '/views/stock_hand.js';
import { openItem, openNewItem } from '/views/stock_item.js';
import { amount, binTrouble, confidenceBadge, levelCell, ofWhat, stateBadge, useLines } from '/views/stock_level.js';

const FILTERS = ['all', 'out', 'low', 'unknown', 'ok'];
const URGENCY = { out: 0, low: 1, unknown: 2, ok: 3 };

function byUrgency(a, b) {
    return URGENCY[a.state] - URGENCY[b.state] || a.name.localeCompare(b.name) || a.item_id.localeCompare(b.item_id);
}

function matches(item, words) {
    const text = `${item.name} ${item.location} ${item.item_id}`.toLocaleLowerCase();
    return words.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

// ---- cells

function stateCell(item) {
    return h('div', {}, stateBadge(item.state), item.need ? useLines(item.need) : null);
}

function stockCell(item) {
    return h('div', {}, levelCell(item), item.ordered > 0
        ? h('span', { class: 'badge accent' }, icon('truck'), t('stock.ordered.amount', { amount: amount(item.ordered, item.unit) })) : null);
}

function binLine(bin) {
    const trouble = binTrouble(bin);
    return h('li', {}, h('span', {}, t('stock.place', { node: bin.node, channel: bin.channel })), ' ', confidenceBadge(bin),
        trouble === null ? null : h('div', { class: 'soft' }, trouble));
}

function binsCell(item) {
    if (item.watched.length === 0)
        return h('span', { class: 'soft' }, t('stock.by-hand'));
    return h('ul', { class: 'plain' }, item.watched.map(binLine));
}

function actions(item, desk, root) {
    const button = (action, picture, open) => h('button', {
        type: 'button', 'data-key': `${action}-${item.item_id}`,
        onclick: () => open({ desk, item, root, key: `${action}-${item.item_id}` }),
    }, icon(picture), t(`stock.${action}`), ofWhat(item.name));
    return h('div', { class: 'actions tight one-line' },
        desk.may('equipment/count') ? button('count', 'clipboard-check', openCount) : null,
        desk.may('equipment/adjust') ? button('adjust', 'plus-slash-minus', openAdjust) : null);
}

function itemButton(item, desk, root) {
    const key = `item-${item.item_id}`;
    return h('div', {},
        h('button', { type: 'button', class: 'link', 'data-key': key, onclick: () => openItem({ desk, item, root, key }) },
            item.name),
        h('div', { class: 'soft' }, item.location));
}

function itemsTable(items, desk, root) {
    return table({
        caption: t('stock.title'),
        empty: t('stock.none-found'),
        rows: items,
        columns: [
            { title: t('stock.item'), cell: (item) => itemButton(item, desk, root) },
            { title: t('stock.stock'), cell: stockCell },
            { title: t('stock.state'), cell: stateCell },
            { title: t('stock.scales'), cell: binsCell },
            { title: t('stock.by-hand.title'), cell: (item) => actions(item, desk, root) },
        ],
    });
}

// ---- the view

function emptyShelves(desk, root) {
    return h('div', { class: 'empty' }, h('p', {}, t('stock.empty')),
        desk.may('equipment/item') ? addButton(desk, root) : null);
}

function addButton(desk, root) {
    return h('button', { type: 'button', class: 'primary', 'data-key': 'add', onclick: () => openNewItem({ desk, root, key: 'add' }) },
        icon('plus-lg'), t('stock.add'));
}

function filterButtons(view, show) {
    return FILTERS.map((filter) => {
        const count = filter === 'all' ? view.items.length : view.items.filter((item) => item.state === filter).length;
        return h('button', {
            type: 'button', 'data-key': `filter-${filter}`, 'aria-pressed': String(view.filter === filter),
            onclick: () => { view.filter = filter; show(); },
        }, t(`stock.filter.${filter}`), ' ', h('span', { class: 'count' }, number(count)));
    });
}

function open(root, desk) {
    const view = { items: null, filter: 'all' };
    const search = field({ label: t('stock.search'), name: 'search', type: 'search' });
    const filters = h('div', { class: 'actions tight', role: 'group', 'aria-label': t('stock.filter') });
    const problem = h('p', { class: 'problem', role: 'alert' });
    const list = h('div', { 'aria-busy': 'true' }, h('p', { class: 'empty' }, t('common.loading')));

    const show = () => {
        const shown = view.items.filter((item) => view.filter === 'all' || item.state === view.filter)
            .filter((item) => matches(item, search.value() ?? ''));
        refill(filters, filterButtons(view, show));
        refill(list, view.items.length === 0 ? emptyShelves(desk, root) : itemsTable(shown, desk, root));
        list.removeAttribute('aria-busy');
    };
    const refresh = refresher(async () => {
        const stock = await readStock(desk);
        fill(problem, stock.error ? [icon('exclamation-triangle'), ' ', explain(stock.error)] : []);
        if (stock.error)
            return;
        view.items = stock.rows.sort(byUrgency);
        show();
    });

    search.input.addEventListener('input', () => view.items && show());
    desk.listen('event', (event) => { if (isAboutStock(event)) refresh(); });
    onReturn(desk.listen, refresh);
    fill(root,
        h('div', { class: 'spread no-print' },
            h('div', { class: 'toolbar' }, search.root, filters),
            desk.may('equipment/item') ? addButton(desk, root) : null),
        problem, list);
    refresh();
    return refresh.stop;
}

export const stock = { id: 'stock', icon: 'box-seam', group: 'house', needs: 'equipment/list', open };

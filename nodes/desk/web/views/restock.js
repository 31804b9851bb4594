// What to order: the restock report, on screen and on paper.
import { fill, h, icon, table } from '/dom.js';
import { dateTime, day, explain, number, t } from '/i18n.js';
import { onReturn, refill, refresher } from '/refresh.js';
import { isAboutStock, readNeeds } from '/views/stock_data.js';
import { openOrder } from '/views/stock_hand.js';
import { amount, ofWhat, stateBadge, useLines } from '/views/stock_level.js';

function quantityCell(need) {
    return h('div', {}, amount(need.quantity, need.unit), h('div', { class: 'soft' }, t('restock.minimum', { minimum: number(need.minimum) })));
}

function orderedCell(need) {
    if (need.ordered === 0)
        return h('span', { class: 'soft' }, '–');
    return h('div', {}, amount(need.ordered, need.unit),
        need.expected ? h('div', { class: 'soft' }, t('restock.expected', { date: day(need.expected) })) : null);
}

function orderButton(need, desk, root) {
    const key = `order-${need.item_id}`;
    return h('button', {
        type: 'button', 'data-key': key,
        onclick: () => openOrder({ desk, item: need, root, key }),
    }, icon('truck'), t('restock.note'), ofWhat(need.name));
}

function needsTable(needs, desk, root) {
    const columns = [
        { title: t('stock.item'), cell: (need) => h('div', {}, h('strong', {}, need.name), h('div', { class: 'soft' }, need.location)) },
        { title: t('stock.state'), cell: (need) => stateBadge(need.state) },
        { title: t('stock.quantity'), cell: quantityCell },
        { title: t('restock.suggested'), class: 'number', cell: (need) => h('strong', {}, amount(need.suggested, need.unit)) },
        { title: t('stock.use'), cell: useLines },
        { title: t('restock.low-since'), cell: (need) => (need.low_since ? dateTime(need.low_since) : '–') },
        { title: t('stock.ordered'), cell: orderedCell },
    ];
    if (desk.may('equipment/order'))
        columns.push({ title: t('restock.order'), class: 'no-print', cell: (need) => orderButton(need, desk, root) });
    return table({ caption: t('restock.title'), empty: t('restock.empty'), rows: needs, columns });
}

function open(root, desk) {
    const problem = h('p', { class: 'problem', role: 'alert' });
    const stamp = h('p', { class: 'soft' });
    const list = h('div', { 'aria-busy': 'true' }, h('p', { class: 'empty' }, t('common.loading')));

    const refresh = refresher(async () => {
        const needs = await readNeeds(desk);
        fill(problem, needs.error ? [icon('exclamation-triangle'), ' ', explain(needs.error)] : []);
        if (needs.error)
            return;
        fill(stamp, t('restock.as-of', { time: dateTime(Date.now()) }));
        refill(list, needsTable(needs.rows, desk, root), needs.more ? h('p', { class: 'soft' }, t('restock.more')) : null);
        list.removeAttribute('aria-busy');
    });

    desk.listen('event', (event) => { if (isAboutStock(event)) refresh(); });
    onReturn(desk.listen, refresh);
    fill(root,
        h('div', { class: 'spread' }, stamp,
            h('button', { type: 'button', class: 'no-print', onclick: () => print() }, icon('printer'), t('common.print'))),
        problem, list);
    refresh();
    return refresh.stop;
}

export const restock = { id: 'restock', icon: 'list-check', group: 'house', needs: 'equipment/restock-report', open };

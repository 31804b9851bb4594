// How much there is of an item, as text and as a picture: never by colour alone.
import { h, icon } from '/dom.js';
import { ago, number, t, tn } from '/i18n.js';

const states = {
    ok: ['good', 'check-circle'],
    low: ['note', 'exclamation-triangle'],
    out: ['bad', 'x-circle'],
    unknown: ['', 'question-circle'],
};
const confidences = {
    high: ['good', 'reception-4'],
    medium: ['', 'reception-3'],
    low: ['note', 'reception-1'],
    none: ['bad', 'reception-0'],
};

// Behind the words of a button that each row has: which row's it is, for who does not see the row.
export function ofWhat(name) {
    return h('span', { class: 'visually-hidden' }, ` ${name}`);
}

export function amount(quantity, unit) {
    return t('stock.amount', { quantity: number(quantity), unit });
}

function badge([kind, picture], text) {
    return h('span', { class: `badge ${kind}` }, icon(picture), text);
}

export function stateBadge(state) {
    return badge(states[state], t(`stock.state.${state}`));
}

export function confidenceBadge(bin) {
    return badge(confidences[bin.confidence], t(`stock.confidence.${bin.confidence}`));
}

// What is the matter with a bin whose reading does not count now; null where nothing is.
export function binTrouble(bin) {
    return bin.state === 'stable' ? null : t(`stock.bin.${bin.state}`);
}

export function seen(bin) {
    return bin.seen ? ago(bin.seen) : t('stock.never');
}

// The bar's whole length is a full shelf; the mark on it is the minimum.
export function levelBar(item) {
    const most = Math.max(item.par, item.quantity, item.minimum, 1);
    const bar = h('div', { class: `level ${item.state}`, 'aria-hidden': 'true' },
        h('div', { class: 'level-fill' }), h('div', { class: 'level-minimum' }));
    bar.style.setProperty('--level', item.quantity / most);
    bar.style.setProperty('--minimum', item.minimum / most);
    return bar;
}

export function levelCell(item) {
    return h('div', { class: 'level-cell' },
        h('strong', {}, amount(item.quantity, item.unit)), levelBar(item),
        h('span', { class: 'soft' }, t('stock.level', { minimum: number(item.minimum), par: number(item.par) })));
}

// How fast an item of the restock report is used, and how long what is there lasts.
export function useLines(need) {
    if (need.use_per_day_milli === 0)
        return h('div', { class: 'soft' }, t('stock.use.none'));
    const perDay = number(need.use_per_day_milli / 1000, { maximumFractionDigits: 1 });
    return h('div', {}, t('stock.use.per-day', { count: perDay }),
        need.days_left === undefined ? null : h('div', { class: 'soft' }, tn('stock.days-left', need.days_left)));
}

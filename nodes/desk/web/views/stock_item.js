// One item: all that is known of it, and the form that adds or changes it.
import { field, fill, form, h, icon, table, toast } from '/dom.js';
import { explain, number, t } from '/i18n.js';
import { binsField } from '/views/stock_bins.js';
import { readBins, readScales } from '/views/stock_data.js';
import { refuseParts, refusalOf, stockDialog, whole } from '/views/stock_dialog.js';
import { openAdjust, openCount, openOrder } from '/views/stock_hand.js';
import { amount, binTrouble, confidenceBadge, levelCell, seen, stateBadge } from '/views/stock_level.js';

const TOLD = ['name', 'unit', 'location', 'minimum', 'par', 'bins'];

// ---- looking

function fact(label, value) {
    return [h('dt', {}, label), h('dd', {}, value)];
}

function binsTable(item) {
    if (item.watched.length === 0)
        return h('p', { class: 'soft' }, t('stock.by-hand.long'));
    return table({
        caption: t('stock.bins'),
        rows: item.watched,
        columns: [
            { title: t('stock.bin'), cell: (bin) => bin.bin_id },
            { title: t('stock.scale'), cell: (bin) => t('stock.place', { node: bin.node, channel: bin.channel }) },
            { title: t('stock.quantity'), class: 'number', cell: (bin) => number(bin.quantity) },
            { title: t('stock.state'), cell: (bin) => binTrouble(bin) ?? t('stock.bin.stable') },
            { title: t('stock.confidence'), cell: confidenceBadge },
            { title: t('stock.seen'), cell: seen },
        ],
    });
}

export function openItem({ desk, item, root, key }) {
    const then = (open) => (click) => {
        click.target.closest('dialog').close();
        open({ desk, item, root, key });
    };
    const button = (request, text, picture, open) => (desk.may(request)
        ? h('button', { type: 'button', onclick: then(open) }, icon(picture), t(text)) : null);
    stockDialog({
        title: item.name, root, key, wide: true,
        body: h('div', { class: 'stack' },
            h('div', { class: 'row' }, stateBadge(item.state), levelCell(item)),
            h('dl', { class: 'facts' },
                fact(t('stock.location'), item.location || '–'),
                fact(t('stock.code'), item.item_id),
                fact(t('stock.ordered'), item.ordered > 0 ? amount(item.ordered, item.unit) : '–')),
            h('h3', {}, t('stock.bins')), binsTable(item),
            h('div', { class: 'actions' },
                button('equipment/count', 'stock.count', 'clipboard-check', openCount),
                button('equipment/adjust', 'stock.adjust', 'plus-slash-minus', openAdjust),
                button('equipment/order', 'stock.order', 'truck', openOrder),
                button('equipment/item', 'stock.edit', 'pencil', openEditItem))),
    });
}

// ---- adding and changing

// "Gloves, size M" → "gloves-size-m"; what no letter or digit is left of gets a number.
function codeOf(name) {
    const plain = name.normalize('NFKD').replace(/[^\p{ASCII}]/gu, '').toLowerCase();
    const code = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 34);
    return code || `item-${Date.now().toString(36)}`;
}

function wholeField(label, name, value, hint) {
    return field({ label, name, type: 'number', min: '0', step: '1', inputmode: 'numeric', required: true, value: value === undefined ? '' : String(value), hint });
}

function itemFields(item) {
    return [
        field({ label: t('stock.name'), name: 'name', required: true, maxlength: '80', value: item.name ?? '' }),
        field({ label: t('stock.unit'), name: 'unit', required: true, maxlength: '20', value: item.unit ?? '', hint: t('stock.unit.hint') }),
        field({ label: t('stock.location'), name: 'location', maxlength: '80', value: item.location ?? '' }),
        wholeField(t('stock.minimum'), 'minimum', item.minimum, t('stock.minimum.hint')),
        wholeField(t('stock.par'), 'par', item.par, t('stock.par.hint')),
    ];
}

function refuseItem(values) {
    const missing = ['name', 'unit'].find((name) => !values[name]);
    if (missing)
        return { field: missing, message: t('common.required') };
    const refusal = refuseParts(values, ['minimum', 'par']);
    if (refusal === null && whole(values.par) < whole(values.minimum))
        return { field: 'par', message: t('stock.refused.invalid.field.par') };
    return refusal;
}

// A member of an item, so that it can be compared and said.
function say(item, name) {
    if (name !== 'bins')
        return String(item[name]);
    return item.bins.map(({ node, channel }) => t('stock.place', { node, channel })).join('; ') || '–';
}

// What was changed in the form: the rest is left as others may have made it.
function changesOf(item, entered) {
    const names = TOLD.filter((name) => item.version === undefined || say(item, name) !== say(entered, name));
    return Object.fromEntries(names.map((name) => [name, entered[name]]));
}

function conflictLine({ before, theirs, mine }, name) {
    if (say(theirs, name) === say(before, name))
        return null;
    const values = { field: t(`stock.${name}`), theirs: say(theirs, name) };
    return h('li', {}, mine[name] === undefined ? t('stock.conflict.theirs', values)
        : t('stock.conflict.both', { ...values, mine: say(mine, name) }));
}

// Somebody else was quicker: what they changed, and the choice whose counts.
function conflictNode(versions, { onKeep, onTake }) {
    return h('div', { class: 'card stack conflict', role: 'alert' },
        h('p', {}, icon('exclamation-triangle'), ' ', t('stock.conflict')),
        h('ul', {}, TOLD.map((name) => conflictLine(versions, name))),
        h('div', { class: 'actions' },
            h('button', { type: 'button', onclick: onKeep }, t('stock.conflict.keep')),
            h('button', { type: 'button', onclick: onTake }, t('stock.conflict.take'))));
}

function read(values, bins, itemId) {
    return {
        name: values.name, unit: values.unit, location: values.location ?? '',
        minimum: whole(values.minimum), par: whole(values.par), bins: bins.binsOf(itemId),
    };
}

function itemForm({ desk, item, places, close, reopen }) {
    const isNew = item.version === undefined;
    const conflict = h('div');
    const bins = binsField({ bins: item.bins ?? [], scales: places.scales, watched: places.watched });
    let version = item.version;

    const send = async (itemId, mine) => {
        const data = { item_id: itemId, ...mine, ...(isNew ? {} : { expected_version: version }) };
        const name = mine.name ?? item.name;
        const outcome = await desk.send('equipment/item', data, t(isNew ? 'stock.added' : 'stock.changed', { item: name }));
        if (outcome?.error.code === 'stale_version')
            showConflict({ before: item, theirs: outcome.data.item, mine });
        else if (outcome)
            return refusalOf(outcome.error);
        else
            close();
        return null;
    };
    const showConflict = (versions) => fill(conflict, conflictNode(versions, {
        onKeep: () => { version = versions.theirs.version; fill(conflict); edit.node.requestSubmit(); },
        onTake: () => reopen(versions.theirs),
    }));
    const edit = form({
        fields: [...itemFields(item), bins],
        after: conflict,
        submitLabel: t('common.save'), submitIcon: 'check-lg',
        secondary: h('button', { type: 'button', onclick: () => close() }, t('common.cancel')),
        onSubmit: async (values) => {
            const refusal = refuseItem(values);
            if (refusal)
                return refusal;
            const itemId = item.item_id ?? codeOf(values.name);
            const mine = changesOf(item, read(values, bins, itemId));
            return Object.keys(mine).length === 0 ? close() : send(itemId, mine);
        },
    });
    edit.node.classList.add('columns');
    return edit.node;
}

async function openForm({ desk, item, title, root, key }) {
    const [scales, watched] = await Promise.all([readScales(desk), readBins(desk)]);
    const error = scales.error ?? watched.error;
    if (error) {
        toast(explain(error), 'bad', t('common.close'));
        return;
    }
    const { node } = stockDialog({
        title, root, key, wide: true,
        body: (close) => itemForm({
            desk, item, close, places: { scales: scales.rows, watched: watched.rows },
            reopen: (theirs) => { close(); openEditItem({ desk, item: theirs, root, key }); },
        }),
    });
    node.querySelector('input').focus();
}

export function openNewItem({ desk, root, key }) {
    return openForm({ desk, item: {}, title: t('stock.add'), root, key });
}

export function openEditItem({ desk, item, root, key }) {
    return openForm({ desk, item, title: t('stock.edit.of', { item: item.name }), root, key });
}

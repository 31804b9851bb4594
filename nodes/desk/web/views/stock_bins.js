// Where scales watch an item: a list in the item's form. It behaves as field() of dom.js does.
import { fill, h, icon, newId } from '/dom.js';
import { t } from '/i18n.js';

const CHANNELS = [1, 2, 3, 4];
const BINS_MOST = 16;

function placeOf(bin) {
    return `${bin.node}/${bin.channel}`;
}

// Every load cell of the clinic's scales, with what stands on it.
function listPlaces(scales, watched, own) {
    const places = scales.flatMap((scale) => CHANNELS.map((channel) => ({ node: scale.node, channel })));
    for (const bin of own)
        if (!places.some((place) => placeOf(place) === placeOf(bin)))
            places.push({ node: bin.node, channel: bin.channel });
    return places.map((place) => {
        const other = watched.find((bin) => placeOf(bin) === placeOf(place) && !own.some((mine) => mine.bin_id === bin.bin_id));
        return { ...place, takenBy: other?.name ?? null };
    });
}

function placeOption(place, chosen) {
    const name = t('stock.place', { node: place.node, channel: place.channel });
    return h('option', { value: placeOf(place), selected: placeOf(place) === chosen, disabled: place.takenBy !== null },
        place.takenBy === null ? name : t('stock.place.taken', { place: name, item: place.takenBy }));
}

// A name that no bin of the item has.
function newBinId(itemId, bins) {
    let number = bins.length + 1;
    const nameOf = () => `${itemId.slice(0, 36)}-${number}`;
    while (bins.some((bin) => bin.bin_id === nameOf()))
        number += 1;
    return nameOf();
}

// `bins`: those that the item has. value() is given the item's id, for the names of new ones.
export function binsField({ bins, scales, watched }) {
    const places = listPlaces(scales, watched, bins);
    const rows = bins.map((bin) => ({ bin_id: bin.bin_id, place: placeOf(bin) }));
    const errorId = newId('bins');
    const error = h('p', { id: errorId, class: 'error' });
    const list = h('div', { class: 'stack' });
    const addButton = h('button', { type: 'button', onclick: () => { rows.push({ bin_id: null, place: '' }); show(); focusLast(); } },
        icon('plus-lg'), t('stock.bins.add'));
    const root = h('fieldset', { 'aria-describedby': errorId }, h('legend', {}, t('stock.bins')),
        h('div', { class: 'stack' }, h('p', { class: 'hint' }, t('stock.bins.hint')), list, error, h('div', {}, addButton)));

    function rowNode(row, index) {
        const select = h('select', { 'aria-label': t('stock.bins.place', { number: index + 1 }), onchange: () => { row.place = select.value; } },
            h('option', { value: '' }, t('stock.bins.choose')), places.map((place) => placeOption(place, row.place)));
        return h('div', { class: 'bin-row' }, select,
            h('button', { type: 'button', 'aria-label': t('stock.bins.remove', { number: index + 1 }), onclick: () => { rows.splice(index, 1); show(); addButton.focus(); } },
                icon('trash')));
    }
    function show() {
        fill(list, rows.map(rowNode));
        addButton.disabled = rows.length >= BINS_MOST || places.length === 0;
    }
    function focusLast() {
        list.lastElementChild.querySelector('select').focus();
    }

    show();
    return {
        root, input: addButton, name: 'bins',
        setError: (text) => fill(error, text ? [icon('exclamation-circle'), ' ', text] : []),
        // The form leaves out what is null: an item's bins are told whole, by binsOf().
        value: () => null,
        binsOf: (itemId) => rows.filter((row) => row.place !== '').reduce((told, row) => {
            const [node, channel] = row.place.split('/');
            const binId = row.bin_id ?? newBinId(itemId, [...told, ...bins]);
            return [...told, { bin_id: binId, node, channel: Number(channel) }];
        }, []),
    };
}

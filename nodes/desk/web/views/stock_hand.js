// What staff say of an item by hand: counted, taken or added, ordered.
import { field, h } from '/dom.js';
import { t, today } from '/i18n.js';
import { refuseParts, requestDialog, whole } from '/views/stock_dialog.js';
import { amount } from '/views/stock_level.js';

function quantityField(label, value = '', hint = '') {
    return field({ label, name: 'quantity', type: 'number', min: '0', step: '1', inputmode: 'numeric', required: true, value, hint });
}

function reasonField(value) {
    return field({ label: t('stock.reason'), name: 'reason', required: true, maxlength: '200', value });
}

function known(item) {
    return h('p', { class: 'soft' }, t('stock.known', { amount: amount(item.quantity, item.unit) }));
}

export function openCount({ desk, item, root, key }) {
    requestDialog({
        desk, root, key,
        title: t('stock.count.of', { item: item.name }),
        request: 'equipment/count',
        before: known(item),
        fields: [
            quantityField(t('stock.counted', { unit: item.unit }), '', item.watched?.length > 0 ? t('stock.counted.hint') : ''),
            reasonField(t('stock.reason.count')),
        ],
        submitLabel: t('stock.count.save'),
        doneText: t('stock.count.done', { item: item.name }),
        dataOf: (values) => {
            const refusal = refuseParts(values, ['quantity']) ?? refuseNoReason(values);
            return refusal ? { refusal } : { item_id: item.item_id, quantity: whole(values.quantity), reason: values.reason };
        },
    });
}

function refuseNoReason(values) {
    return values.reason ? null : { field: 'reason', message: t('common.required') };
}

function refuseAdjustment(values, item) {
    const refusal = refuseParts(values, ['quantity'], 1) ?? refuseNoReason(values);
    if (refusal === null && values.direction === 'take' && whole(values.quantity) > item.quantity)
        return { field: 'quantity', message: t('stock.adjust.too-many', { amount: amount(item.quantity, item.unit) }) };
    return refusal;
}

export function openAdjust({ desk, item, root, key }) {
    requestDialog({
        desk, root, key,
        title: t('stock.adjust.of', { item: item.name }),
        request: 'equipment/adjust',
        before: known(item),
        fields: [
            field({
                label: t('stock.adjust.direction'), name: 'direction', type: 'select', value: 'take',
                options: [['take', t('stock.adjust.take')], ['add', t('stock.adjust.add')]],
            }),
            quantityField(t('stock.adjust.quantity', { unit: item.unit })),
            reasonField(t('stock.reason.adjust')),
        ],
        submitLabel: t('common.save'),
        doneText: t('stock.adjust.done', { item: item.name }),
        dataOf: (values) => {
            const refusal = refuseAdjustment(values, item);
            const change = values.direction === 'take' ? -whole(values.quantity) : whole(values.quantity);
            return refusal ? { refusal } : { item_id: item.item_id, change, reason: values.reason };
        },
    });
}

// `suggested`: what the report proposes; without it what is missing for a full shelf.
export function openOrder({ desk, item, root, key }) {
    const missing = item.suggested ?? Math.max(item.par - item.quantity - item.ordered, 0);
    requestDialog({
        desk, root, key,
        title: t('stock.order.of', { item: item.name }),
        request: 'equipment/order',
        before: item.ordered > 0
            ? h('p', { class: 'soft' }, t('stock.order.known', { amount: amount(item.ordered, item.unit) })) : [],
        fields: [
            quantityField(t('stock.order.quantity', { unit: item.unit }), String(item.ordered + missing), t('stock.order.hint')),
            field({ label: t('stock.order.expected'), name: 'expected', type: 'date', min: today(), value: item.expected ?? '' }),
        ],
        submitLabel: t('stock.order.save'),
        doneText: t('stock.order.done', { item: item.name }),
        dataOf: (values) => {
            const refusal = refuseParts(values, ['quantity']);
            const data = { item_id: item.item_id, quantity: whole(values.quantity) };
            if (values.expected)
                data.expected = values.expected;
            return refusal ? { refusal } : data;
        },
    });
}

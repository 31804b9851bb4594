// What staff say of a load cell: what lies there, what it may bear, how pieces differ; and how large boxes are.
import { dialog, field, form, h, icon, toast } from '/dom.js';
import { explain, number, t } from '/i18n.js';
import { refusalOf } from '/views/stock_dialog.js';
import { readChannel } from '/views/scales_data.js';
import { decimalField, GRAM_DIGITS, grams, percent, PERCENT_DIGITS, readDecimals } from '/views/scales_weight.js';

const VARIATION_USUAL = 200; // 2 %
const printers = { capacity_mg: grams, bin_mg: grams, variation_permyriad: percent };
const FIELDS = ['capacity_mg', 'bin_mg', 'variation_permyriad', 'most', 'units_per_box'];

function settingFields(settings) {
    const fields = [
        decimalField({ label: t('scales.capacity'), name: 'capacity_mg', digits: GRAM_DIGITS, required: true, value: settings?.capacity_mg, hint: t('scales.capacity.hint') }),
        decimalField({ label: t('scales.bin'), name: 'bin_mg', digits: GRAM_DIGITS, required: true, value: settings?.bin_mg, hint: t('scales.bin.hint') }),
        decimalField({ label: t('scales.variation'), name: 'variation_permyriad', digits: PERCENT_DIGITS, required: true, value: settings?.variation_permyriad ?? VARIATION_USUAL, hint: t('scales.variation.hint') }),
        decimalField({ label: t('scales.most'), name: 'most', digits: 0, required: true, value: settings?.most, hint: t('scales.most.hint') }),
    ];
    if (settings?.units_per_box > 0 || settings?.box_at_least !== undefined)
        fields.push(boxField(settings));
    return fields;
}

function boxField(settings) {
    return decimalField({
        label: t('scales.box'), name: 'units_per_box', digits: 0, required: true,
        value: settings.units_per_box > 0 ? settings.units_per_box : settings.box_at_least, hint: t('scales.box.hint'),
    });
}

// ---- what lies in the bin

function itemField(view) {
    const names = view.items.map((item) => [item.item_id, item.name]);
    return field({
        label: t('scales.item'), name: 'item', type: 'select', value: placed(view)?.item_id ?? '',
        options: [['', t('scales.item.none')], ...names], hint: t('scales.item.hint'),
    });
}

function isHere(view, bin) {
    return bin.node === view.node && bin.channel === view.channel;
}

function placed(view) {
    return view.items.find((item) => item.bins.some((bin) => isHere(view, bin)));
}

async function setBins(view, item, bins) {
    const data = {
        item_id: item.item_id, expected_version: item.version,
        bins: bins.map(({ bin_id, node, channel }) => ({ bin_id, node, channel })),
    };
    const outcome = await view.desk.request('equipment/item', data);
    if (outcome.kind !== 'accepted')
        return outcome;
    item.version = outcome.data.version;
    item.bins = bins;
    return null;
}

// Takes the bin out of the item that it belonged to, and puts it into the chosen one. Null, or the outcome that ended it.
async function place(view, itemId) {
    const old = placed(view);
    const next = view.items.find((item) => item.item_id === itemId);
    if (old === next)
        return null;
    const bin = old?.bins.find((one) => isHere(view, one))
        ?? { bin_id: `${view.node}-${view.channel}`, node: view.node, channel: view.channel };
    const taken = old ? await setBins(view, old, old.bins.filter((one) => one !== bin)) : null;
    return taken ?? (next ? setBins(view, next, [...next.bins, bin]) : null);
}

// ---- saving

function problemOf(outcome) {
    return outcome.kind === 'queued' ? { message: t('queued') } : refusalOf(outcome.error);
}

function sayOne(settings, name) {
    const print = printers[name] ?? number;
    return t(`scales.short.${name}`, { value: print(settings[name]) });
}

function say(settings) {
    return FIELDS.filter((name) => settings[name] !== undefined).map((name) => sayOne(settings, name)).join(', ');
}

// Sends the settings; null when they hold, else what the form shows. What others changed meanwhile is told, and replaced
// only when it is sent again.
async function save(view, values, learn) {
    const { desk, node, channel, record } = view;
    const data = { node, channel, ...values };
    if (record?.settings)
        data.expected_version = record.version;
    const outcome = await desk.request('equipment/scale', data);
    if (outcome.error?.code === 'stale_version') {
        const fresh = outcome.data.channel;
        learn(fresh);
        return { message: t('scales.conflict', { values: say(fresh.settings ?? {}) }) };
    }
    if (outcome.kind !== 'accepted' && outcome.error?.code !== 'no_change')
        return problemOf(outcome);
    const read = await readChannel(desk, node, channel);
    if (read.record)
        learn(read.record);
    return read.error ? refusalOf(read.error) : null;
}

async function submit(view, { item, fields, learn }) {
    const { values, refusal } = readDecimals(fields);
    if (refusal)
        return refusal;
    const unplaced = item ? await place(view, item.value() ?? '') : null;
    return unplaced ? problemOf(unplaced) : save(view, values, learn);
}

// `done` is called once the settings hold.
export function settingsPanel(view, { learn, done, close }) {
    const item = view.desk.may('equipment/item') ? itemField(view) : null;
    const fields = settingFields(view.record?.settings);
    const settings = form({
        fields: item ? [item, ...fields] : fields,
        submitLabel: t('scales.save'), submitIcon: 'arrow-right',
        secondary: view.record?.settings ? takeOffButton(view, close) : [],
        onSubmit: async () => {
            const problem = await submit(view, { item, fields, learn });
            if (problem === null)
                done();
            return problem;
        },
    });
    settings.node.classList.add('columns');
    return [h('h3', { tabindex: '-1' }, t('scales.step.settings')), settings.node];
}

// ---- boxes

export function boxesForm(view, learn) {
    const { settings } = view.record;
    if (settings.box_at_least === undefined)
        return h('p', {}, t('scales.box.never'));
    const box = boxField(settings);
    const done = h('p', { class: 'ending good', role: 'status' });
    const boxes = form({
        fields: [box], before: h('p', {}, t('scales.box.proposal', { count: number(settings.box_at_least) })),
        submitLabel: t('scales.box.save'), submitIcon: 'box-seam',
        onSubmit: async () => {
            const { values, refusal } = readDecimals([box]);
            const problem = refusal ?? await save(view, values, learn);
            if (problem === null) {
                boxes.node.hidden = true;
                done.append(icon('check-circle'), h('span', {}, t('scales.box.done', { count: number(values.units_per_box) })));
            }
            return problem;
        },
    });
    return h('div', { class: 'stack' }, boxes.node, done);
}

// ---- taking the channel off

function takeOffButton(view, close) {
    return h('button', { type: 'button', onclick: () => askTakeOff(view, close) }, icon('trash'), t('scales.take-off'));
}

function askTakeOff(view, close) {
    const { desk, node, channel } = view;
    const sure = dialog({
        title: t('scales.take-off.of', { node, channel }), closeLabel: t('common.close'),
        body: (closeThis) => h('div', { class: 'stack' }, h('p', {}, t('scales.take-off.text')),
            h('div', { class: 'actions' },
                h('button', { type: 'button', onclick: closeThis }, t('common.cancel')),
                h('button', { type: 'button', class: 'danger', onclick: takeOff }, icon('trash'), t('scales.take-off')))),
    });
    async function takeOff(click) {
        click.currentTarget.disabled = true;
        const data = { node, channel, expected_version: view.record.version, remove: true };
        const outcome = await desk.send('equipment/scale', data, t('scales.taken-off', { node, channel }));
        sure.close();
        if (outcome === null)
            close();
        else
            toast(explain(outcome.error), 'bad', t('common.close'));
    }
}

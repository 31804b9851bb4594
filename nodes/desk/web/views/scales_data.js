// What is known of the load cells of the clinic's scales.
import { readBins, readItems, readScales } from '/views/stock_data.js';

export const CHANNELS = [1, 2, 3, 4];
export const STEPS = ['settings', 'tare', 'calibrate', 'sample'];
export const STEP_MS = 2 * 60 * 1000; // then the gateway gives a step up

export async function readChannel(desk, node, channel) {
    const outcome = await desk.request('equipment/scale-read', { node, channel });
    if (outcome.kind === 'accepted')
        return { record: outcome.data };
    return outcome.error.code === 'not-found' ? { record: null } : { error: outcome.error };
}

async function readScale(desk, scale) {
    const read = await Promise.all(CHANNELS.map((channel) => readChannel(desk, scale.node, channel)));
    const error = read.find((one) => one.error)?.error;
    return { scale: { ...scale, channels: read.map((one) => one.record) }, error };
}

// Every scale with `channels`: a record for each load cell, null where there is none; and the bins by place.
export async function readAllScales(desk) {
    const [scales, bins, items] = await Promise.all([readScales(desk), readBins(desk), readItems(desk)]);
    const error = scales.error ?? bins.error ?? items.error;
    if (error)
        return { error };
    const read = [];
    for (const scale of scales.rows) {
        const one = await readScale(desk, scale);
        if (one.error)
            return { error: one.error };
        read.push(one.scale);
    }
    return { scales: read, bins: bins.rows, items: items.rows };
}

// Pieces would be miscounted too often, and nobody has said yet how large boxes are: nothing is counted.
export function needsBoxes(record) {
    const settings = record?.settings;
    return settings?.box_at_least !== undefined && !(settings.units_per_box > 0);
}

// The steps that the channel has behind it.
export function isDone(record, step) {
    const settings = record?.settings;
    if (settings === undefined)
        return false;
    return {
        settings: true,
        tare: settings.tare_counts !== undefined,
        calibrate: settings.span_counts !== undefined,
        sample: settings.unit_mg !== undefined && !needsBoxes(record),
    }[step];
}

// Null: all of them are done.
export function nextStep(record) {
    return STEPS.find((step) => !isDone(record, step)) ?? null;
}

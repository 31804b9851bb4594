// What the views of the stock read: items, the bins that scales watch, and what the low ones need.

const ROWS_MOST = 1000;

// Rows of a list that is read in pages, each behind the last one's `key`. Returns { rows } or { error }.
export async function readPages(desk, name, member, key) {
    const rows = [];
    for (;;) {
        const outcome = await desk.request(name, rows.length > 0 ? { after: rows.at(-1)[key] } : {});
        if (outcome.kind !== 'accepted')
            return { error: outcome.error };
        rows.push(...outcome.data[member]);
        if (!outcome.data.more || rows.length >= ROWS_MOST)
            return { rows };
    }
}

export function readItems(desk) {
    return readPages(desk, 'equipment/list', 'items', 'item_id');
}

export function readBins(desk) {
    return readPages(desk, 'equipment/bins', 'bins', 'bin_id');
}

export async function readNeeds(desk) {
    const outcome = await desk.request('equipment/restock-report');
    return outcome.kind === 'accepted' ? { rows: outcome.data.items, more: outcome.data.more } : { error: outcome.error };
}

// Every item with `watched`, its bins as equipment/bins tells them, and `need`, its row of the restock report.
export async function readStock(desk) {
    const [items, bins, needs] = await Promise.all([readItems(desk), readBins(desk), readNeeds(desk)]);
    const error = items.error ?? bins.error ?? needs.error;
    if (error)
        return { error };
    const rows = items.rows.map((item) => ({
        ...item,
        watched: bins.rows.filter((bin) => bin.item_id === item.item_id),
        need: needs.rows.find((need) => need.item_id === item.item_id) ?? null,
    }));
    return { rows };
}

// The names of the clinic's scales that are let in. Returns { rows } or { error }.
export async function readScales(desk) {
    const outcome = await desk.request('system/status');
    if (outcome.kind !== 'accepted')
        return { error: outcome.error };
    return { rows: outcome.data.nodes.filter((node) => node.role === 'scale' && !node.is_revoked) };
}

export function isAboutStock(event) {
    return event.type.startsWith('clinic.equipment.');
}

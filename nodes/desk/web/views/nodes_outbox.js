// What this box keeps until the clinic has it, and what the clinic has refused: the rows, never what was entered.
import { dropRejected, on, readOutbox, start } from '/api.js';
import { dialog, fill, h, icon, table, toast } from '/dom.js';
import { dateTime, explain, has, t, tn } from '/i18n.js';
import { focusKey, refill, refresher } from '/refresh.js';
import { refusalOf } from '/views/stock_dialog.js';

function requestName(row) {
    const key = `nodes.request.${row.request.replace('/', '.')}`;
    return has(key) ? t(key) : row.request;
}

function reasonOf(row) {
    return row.request.startsWith('equipment/') ? refusalOf(row.error).message : explain(row.error);
}

function stateCell(row) {
    if (row.state === 'waiting')
        return h('span', { class: 'badge note' }, icon('hourglass-split'), t('nodes.outbox.waiting'));
    return h('div', {}, h('span', { class: 'badge bad' }, icon('x-circle'), t('nodes.outbox.rejected')),
        row.error ? h('div', { class: 'soft' }, reasonOf(row)) : null);
}

function askDrop(row, refresh, root) {
    const drop = async (close) => {
        const isGone = await dropRejected(row.id);
        close();
        toast(t(isGone ? 'nodes.outbox.dropped' : 'code.program.gone'), isGone ? 'good' : 'bad', t('common.close'));
        refresh();
    };
    dialog({
        title: t('nodes.outbox.drop'), closeLabel: t('common.close'),
        onClose: () => focusKey(root, row.id) || focusKey(root, 'outbox'),
        body: (close) => h('div', { class: 'stack' },
            h('p', {}, t('nodes.outbox.drop.text', { request: requestName(row), time: dateTime(row.time) })),
            h('div', { class: 'actions' },
                h('button', { type: 'button', onclick: close }, t('common.cancel')),
                h('button', { type: 'button', class: 'danger', onclick: () => drop(close) }, icon('trash'), t('nodes.outbox.drop')))),
    });
}

function rowsTable(rows, refresh, root) {
    return table({
        caption: t('nodes.outbox.rows'),
        empty: t('nodes.outbox.empty'),
        rows,
        columns: [
            { title: t('nodes.outbox.request'), cell: requestName },
            { title: t('nodes.outbox.time'), cell: (row) => dateTime(row.time) },
            { title: t('nodes.state'), cell: stateCell },
            {
                title: t('nodes.outbox.action'),
                cell: (row) => (row.state === 'rejected'
                    ? h('button', { type: 'button', 'data-key': row.id, onclick: () => askDrop(row, refresh, root) }, icon('trash'), t('nodes.outbox.drop'), h('span', { class: 'visually-hidden' }, ` ${requestName(row)}`))
                    : null),
            },
        ],
    });
}

// { node, stop }
export function outboxCard() {
    const list = h('div', {}, h('p', { class: 'empty' }, t('common.loading')));
    const node = h('section', { class: 'card stack', 'aria-labelledby': 'outbox-title' },
        h('h2', { id: 'outbox-title', tabindex: '-1', 'data-key': 'outbox' }, icon('hdd'), ' ', t('nodes.outbox.title', { node: start.node })),
        list);
    const refresh = refresher(async () => {
        const outbox = await readOutbox();
        if (outbox === null)
            fill(list, h('p', { class: 'problem' }, t('code.program.gone')));
        else
            refill(list, rowsTable(outbox.rows, refresh, node), outbox.more ? h('p', { class: 'soft' }, tn('nodes.outbox.more', outbox.rows.length)) : null);
    });
    const ends = [on('status', refresh), on('custody', refresh)];
    refresh();
    return { node, stop: () => { ends.forEach((end) => end()); refresh.stop(); } };
}

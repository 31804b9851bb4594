// The boxes of the clinic and the way of its data: this box, the gateway, headquarters.
import { fill, h, icon, table } from '/dom.js';
import { ago, date, dateTime, explain, number, t, tn } from '/i18n.js';
import { on } from '/api.js';
import { refill, refresher } from '/refresh.js';
import { outboxCard } from '/views/nodes_outbox.js';

const LOOK_EVERY_MS = 3000; // nobody announces that a box has gone
const DAY_MS = 86400000;
const WARN_DAYS = 30;
const GIGABYTE = 1e9;

const states = { online: ['good', 'check-circle'], offline: ['bad', 'x-circle'], unknown: ['', 'question-circle'] };
const pictures = { desk: 'display', kiosk: 'tablet', scale: 'moisture', board: 'tv', gateway: 'hdd-network' };

function badge(kind, picture, text) {
    return h('span', { class: `badge ${kind}` }, icon(picture), text);
}

// ---- the table of boxes

function stateCell(node) {
    const [kind, picture] = states[node.state];
    return h('div', {}, badge(kind, picture, t(`nodes.state.${node.state}`)),
        node.since ? h('div', { class: 'soft' }, t('nodes.since', { time: dateTime(node.since) })) : null);
}

function certificateCell(node, now) {
    const days = Math.floor((new Date(node.certificate_expires) - now) / DAY_MS);
    if (node.is_revoked)
        return badge('bad', 'shield-x', t('nodes.revoked'));
    if (days < 0)
        return badge('bad', 'exclamation-triangle', t('nodes.expired', { date: date(node.certificate_expires) }));
    if (days <= WARN_DAYS)
        return badge('note', 'exclamation-triangle', tn('nodes.expires-soon', days, { date: date(node.certificate_expires) }));
    return date(node.certificate_expires);
}

function outboxCell(node) {
    if (node.waiting === undefined)
        return h('span', { class: 'soft' }, '–');
    return h('div', { class: 'row tight' }, number(node.waiting),
        node.rejected > 0 ? badge('bad', 'exclamation-triangle', tn('nodes.rejected', node.rejected)) : null);
}

function nodesTable(status) {
    const now = new Date(status.time);
    return table({
        caption: t('nodes.list'),
        rows: status.nodes,
        columns: [
            { title: t('nodes.node'), cell: (node) => h('strong', { class: 'device' }, icon(pictures[node.role] ?? 'hdd'), ' ', node.node) },
            { title: t('nodes.role'), cell: (node) => t(`nodes.role.${node.role}`) },
            { title: t('nodes.state'), cell: stateCell },
            { title: t('nodes.version'), cell: (node) => node.version ?? '–' },
            { title: t('nodes.outbox'), cell: outboxCell },
            { title: t('nodes.certificate'), cell: (node) => certificateCell(node, now) },
        ],
    });
}

// ---- gateway and headquarters

function card(title, picture, lines) {
    return h('section', { class: 'card', 'aria-label': title }, h('h2', {}, icon(picture), ' ', title), lines);
}

function facts(rows) {
    return h('dl', { class: 'facts' }, rows.map(([label, value]) => [h('dt', {}, label), h('dd', {}, value)]));
}

function gatewayCard(status) {
    return card(t('nodes.gateway'), 'hdd-network', [
        status.has_room ? null : h('p', { class: 'problem', role: 'alert' }, t('nodes.no-room')),
        facts([
            [t('nodes.head'), number(status.head)],
            [t('nodes.last-commit'), status.last_commit ? ago(status.last_commit) : t('nodes.not-yet')],
            [t('nodes.free'), number(status.free_bytes / GIGABYTE, { style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 })],
            [t('nodes.version'), status.version],
        ]),
    ]);
}

function upstreamBadge(upstream) {
    return upstream.state === 'online' ? badge('good', 'cloud-check', t('nodes.state.online'))
        : badge('bad', 'cloud-slash', t('nodes.upstream.offline'));
}

function upstreamCard({ upstream }) {
    if (upstream === undefined)
        return card(t('nodes.headquarters'), 'building', h('p', { class: 'soft' }, t('nodes.upstream.none')));
    const isUp = upstream.state === 'online';
    return card(t('nodes.headquarters'), 'building', [
        h('p', {}, upstreamBadge(upstream)),
        isUp ? null : h('p', { class: 'soft' }, upstream.state),
        facts([
            [t('nodes.upstream.position'), number(upstream.position)],
            [t('nodes.upstream.lag'), upstream.lag === 0 ? t('nodes.upstream.nothing') : tn('nodes.upstream.events', upstream.lag)],
            [t('nodes.upstream.oldest'), upstream.oldest ? ago(upstream.oldest) : '–'],
        ]),
    ]);
}

// ---- the view

function open(root, desk) {
    const problem = h('p', { class: 'problem', role: 'alert' });
    const cards = h('div', { class: 'grid' });
    const list = h('div', { 'aria-busy': 'true' }, h('p', { class: 'empty' }, t('common.loading')));
    const outbox = outboxCard();

    const refresh = refresher(async () => {
        const outcome = await desk.request('system/status');
        const isKnown = outcome.kind === 'accepted';
        fill(problem, isKnown ? [] : [icon('exclamation-triangle'), ' ', explain(outcome.error)]);
        if (!isKnown)
            return;
        refill(cards, gatewayCard(outcome.data), upstreamCard(outcome.data));
        refill(list, nodesTable(outcome.data), outcome.data.more ? h('p', { class: 'soft' }, t('nodes.more')) : null);
        list.removeAttribute('aria-busy');
    });

    const timer = setInterval(refresh, LOOK_EVERY_MS);
    const end = on('status', refresh);
    fill(root, problem, cards, outbox.node, list);
    refresh();
    return () => {
        clearInterval(timer);
        end();
        outbox.stop();
        refresh.stop();
    };
}

export const nodes = { id: 'nodes', icon: 'hdd-network', group: 'house', needs: 'system/status', open };

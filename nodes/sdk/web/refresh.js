// Screens that stay true while others change what they show.
import { on } from '/api.js';
import { fill } from '/dom.js';

const GATHER_MS = 100;

// A function that has `load` run soon: once for a burst of calls, never twice at a time. What is asked for while it
// runs is done afterwards. Its member `stop` ends that.
export function refresher(load, waitMs = GATHER_MS) {
    let timer = 0;
    let isRunning = false;
    let isWanted = false;
    let isOver = false;

    async function run() {
        timer = 0;
        isRunning = true;
        isWanted = false;
        try {
            await load();
        } finally {
            isRunning = false;
            if (isWanted)
                refresh();
        }
    }

    function refresh() {
        isWanted = true;
        if (!isRunning && timer === 0 && !isOver)
            timer = setTimeout(run, waitMs);
    }

    refresh.stop = () => {
        isOver = true;
        clearTimeout(timer);
    };
    return refresh;
}

function findKey(root, key) {
    return key ? root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
}

// Focuses what has that data-key now; the element that had it may be a newer one. True if there is one.
export function focusKey(root, key) {
    const found = findKey(root, key);
    found?.focus();
    return found !== null;
}

// As fill(), for what is shown anew while somebody works in it: the focus stays on the element with the same data-key.
export function refill(node, ...children) {
    const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(node, ...children);
    focusKey(node, key);
    return node;
}

const canReach = (status) => status.broker === 'online' && status.gateway_online;
let isReached = true; // as the last status said
on('status', (status) => { isReached = canReach(status); });

// Has `refresh` run when the clinic can be reached again, since nobody has told what changed meanwhile. Also for a screen that
// was opened without a connection.
export function onReturn(listen, refresh) {
    let wasReached = isReached;
    listen('status', (status) => {
        if (canReach(status) && !wasReached)
            refresh();
        wasReached = canReach(status);
    });
}

// Gives a function that brings the children of `parent` in line with a list of items, one child each: what looks as before
// is left alone, so that focus and scroll stay. draw(item) makes an element from the item and from nothing else.
export function keyedRows(parent, keyOf, draw) {
    const shown = new Map(); // key → { text, node }

    function refreshRow(item) {
        const key = keyOf(item);
        const text = JSON.stringify(item);
        const row = shown.get(key);
        if (row?.text === text)
            return row.node;
        const node = draw(item);
        row?.node.replaceWith(node);
        shown.set(key, { text, node });
        return node;
    }

    function removeOthers(items) {
        const wanted = new Set(items.map(keyOf));
        for (const [key, row] of shown)
            if (!wanted.has(key)) {
                row.node.remove();
                shown.delete(key);
            }
    }

    // The same control of the newer row; or, where the row is gone, the first one of the row in its place.
    function refocus(focused, index) {
        const row = parent.children[Math.min(index, parent.children.length - 1)];
        const next = focused.isConnected ? focused : findKey(parent, focused.dataset.key) ?? row?.querySelector('button');
        next?.focus({ preventScroll: true });
    }

    return (items) => {
        const focused = parent.contains(document.activeElement) ? document.activeElement : null;
        const index = [...parent.children].findIndex((child) => child.contains(focused));
        removeOthers(items);
        items.forEach((item, index) => {
            const node = refreshRow(item);
            if (parent.children[index] !== node)
                parent.insertBefore(node, parent.children[index] ?? null);
        });
        if (focused !== null && focused !== document.activeElement)
            refocus(focused, index);
    };
}

// After "show more": the keyboard goes on at the first row that was not there before, and the screen does not jump.
export function focusRow(root, index) {
    root.querySelectorAll('tbody tr')[index]?.querySelector('button')?.focus({ preventScroll: true });
}

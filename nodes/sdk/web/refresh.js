// Screens that stay true while others change what they show.
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
        await load();
        isRunning = false;
        if (isWanted)
            refresh();
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

// Focuses what has that data-key now; the element that had it may be a newer one. True if there is one.
export function focusKey(root, key) {
    const found = key && root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    found?.focus();
    return Boolean(found);
}

// As fill(), for what is shown anew while somebody works in it: the focus stays on the element with the same data-key.
export function refill(node, ...children) {
    const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(node, ...children);
    focusKey(node, key);
    return node;
}

// Has `refresh` run when the clinic can be reached again, since nobody has told what changed meanwhile.
export function onReturn(listen, refresh) {
    let wasOnline = true;
    listen('status', (status) => {
        const isOnline = status.broker === 'online' && status.gateway_online;
        if (isOnline && !wasOnline)
            refresh();
        wasOnline = isOnline;
    });
}

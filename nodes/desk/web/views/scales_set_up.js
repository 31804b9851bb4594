// Setting a load cell up, a step at a time, with whoever stands at the shelf. A step is asked for, the scale measures and
// answers, and the answer comes as an event; the gateway ends a step that no scale answers.
import { on } from '/api.js';
import { fill, h, toast } from '/dom.js';
import { t } from '/i18n.js';
import { refill } from '/refresh.js';
import { needsBoxes, nextStep, readChannel, STEP_MS } from '/views/scales_data.js';
import { endingPanel, stepList, stepPanel, waitingPanel } from '/views/scales_panels.js';
import { settingsPanel } from '/views/scales_settings.js';
import { refusalOf, stockDialog } from '/views/stock_dialog.js';

const TICK_MS = 1000;
const LOOK_AGAIN_TICKS = 5; // an event may have been missed while the stream was down

// ---- what is shown

function showSteps(view) {
    refill(view.steps, stepList(view, (step) => go(view, step)));
}

function choosePanel(view) {
    if (view.waiting)
        return waitingPanel(view);
    if (view.ending)
        return endingPanel(view, { go: (step) => go(view, step), learn: (fresh) => learn(view, fresh) });
    if (view.step === 'settings')
        return settingsPanel(view, { learn: (fresh) => learn(view, fresh), done: () => goOn(view), close: view.close });
    return stepPanel(view, (step, data) => start(view, step, data));
}

function show(view) {
    showSteps(view);
    fill(view.panel, choosePanel(view));
    view.panel.querySelector('h3').focus();
}

function go(view, step) {
    view.step = step;
    view.ending = null;
    show(view);
}

// Behind the settings: to the first step that is not done yet.
function goOn(view) {
    const next = nextStep(view.record);
    if (next !== null) {
        go(view, next);
        return;
    }
    toast(t('scales.saved'), 'good', t('common.close'));
    view.close();
}

// ---- what is learnt

// What an event or a reading says of the channel, unless it is older than what is known.
function merge(known, fresh) {
    if (known && fresh.version < known.version)
        return known;
    return { ...known, settings: fresh.settings, task: fresh.task, last: fresh.last, version: fresh.version };
}

function learn(view, fresh) {
    view.record = merge(view.record, fresh);
    const { task, last } = view.record;
    if (view.waiting && last?.task_id === view.waiting.id)
        finish(view, last);
    else if (task && task.id !== view.waiting?.id)
        wait(view, { id: task.id, step: task.step });
    else if (view.waiting && !view.waiting.isQueued && !task)
        finish(view, { step: view.waiting.step, outcome: 'replaced' });
    else
        showSteps(view);
}

// The event of a step may come before the reply to who asked for it, and may have ended it already.
function wait(view, waiting) {
    if (view.waiting?.id === waiting.id || view.ending?.task_id === waiting.id)
        return;
    view.waiting = { ...waiting, untilMs: Date.now() + STEP_MS };
    view.ending = null;
    view.step = waiting.step;
    show(view);
}

function finish(view, ending) {
    view.waiting = null;
    view.ending = ending;
    show(view);
}

// ---- a step

// Null once the scale has been asked; else what the form shows. The request's id is that of the step.
async function start(view, step, data) {
    const { desk, node, channel } = view;
    const outcome = await desk.request('equipment/scale-set-up', { node, channel, step, ...data });
    if (outcome.kind === 'rejected' || outcome.kind === 'unavailable')
        return refusalOf(outcome.error);
    wait(view, { id: outcome.id, step, isQueued: outcome.kind === 'queued' });
    outcome.settled?.then((late) => takeLate(view, outcome.id, late));
    return null;
}

function takeLate(view, id, late) {
    if (view.waiting?.id !== id)
        return;
    view.waiting.isQueued = false;
    if (late.kind === 'rejected')
        finish(view, { step: view.waiting.step, outcome: 'refused', error: late.error });
    else
        show(view);
}

async function tick(view) {
    if (!view.waiting)
        return;
    view.waiting.onTick();
    view.ticks += 1;
    if (view.ticks % LOOK_AGAIN_TICKS !== 0)
        return;
    const read = await readChannel(view.desk, view.node, view.channel);
    if (read.record)
        learn(view, read.record);
}

export function openSetUp({ desk, root, key, node, channel, record, items, isOnline }) {
    const view = {
        desk, node, channel, record, items, isOnline,
        step: nextStep(record) ?? 'settings', waiting: null, ticks: 0,
        ending: needsBoxes(record) && record.last?.outcome === 'inexact' ? record.last : null,
        steps: h('div'), panel: h('div', { class: 'stack' }),
    };
    const timer = setInterval(() => tick(view), TICK_MS);
    const end = on('event', (event) => {
        if (event.type === 'clinic.equipment.scale-changed' && event.data.node === node && event.data.channel === channel)
            learn(view, event.data);
    });
    const { close } = stockDialog({
        title: t('scales.set-up.of', { node, channel }), root, key, wide: true,
        body: h('div', { class: 'stack' }, view.steps, view.panel),
        onClose: () => { clearInterval(timer); end(); },
    });
    view.close = close;
    show(view);
    if (record?.task)
        wait(view, { id: record.task.id, step: record.task.step });
}

// Setting a load cell up, a step at a time, with whoever stands at the shelf. A step is asked for, the scale measures and
// answers, and the answer comes as an event; the gateway ends a step that no scale answers.
import { on } from '/api.js';
import { fill, h, toast } from '/dom.js';
import { t } from '/i18n.js';
import { refill } from '/refresh.js';
import { readChannel, nextStep, STEP_MS } from '/views/scales_data.js';
import { endingPanel, stepList, stepPanel, waitingPanel } from '/views/scales_panels.js';
import { settingsPanel } from '/views/scales_settings.js';
import { refusalOf, stockDialog } from '/views/stock_dialog.js';

const TICK_MS = 1000;
const LOOK_AGAIN_TICKS = 5; // an event may have been missed while the stream was down

// What an event or a reading says of the channel, unless it is older than what is known.
function merge(known, fresh) {
    if (known && fresh.version < known.version)
        return known;
    return { ...known, settings: fresh.settings, task: fresh.task, last: fresh.last, version: fresh.version };
}

export function openSetUp({ desk, root, key, node, channel, record, items, isOnline }) {
    const view = { desk, node, channel, record, items, isOnline, step: nextStep(record) ?? 'settings', waiting: null, ending: null };
    const steps = h('div');
    const panel = h('div', { class: 'panel stack' });
    let ticks = 0;

    // ---- what is shown

    const showSteps = () => refill(steps, stepList(view, go));
    const show = () => {
        showSteps();
        fill(panel, choosePanel());
        panel.querySelector('h3')?.focus();
    };
    const choosePanel = () => {
        if (view.waiting)
            return waitingPanel(view);
        if (view.ending)
            return endingPanel(view, { go, learn });
        if (view.step === 'settings')
            return settingsPanel(view, { learn, done: goOn, close: shown.close });
        return stepPanel(view, start);
    };
    const go = (step) => {
        view.step = step;
        view.ending = null;
        show();
    };
    const goOn = () => {
        const next = nextStep(view.record);
        if (next !== null)
            return go(next);
        toast(t('scales.saved'), 'good', t('common.close'));
        return shown.close();
    };

    // ---- what is learnt

    const learn = (fresh) => {
        view.record = merge(view.record, fresh);
        const { task, last } = view.record;
        if (view.waiting && last?.task_id === view.waiting.id)
            finish(last);
        else if (task && task.id !== view.waiting?.id)
            wait({ id: task.id, step: task.step });
        else if (view.waiting && !view.waiting.isQueued && !task)
            finish({ step: view.waiting.step, outcome: 'replaced' });
        else
            showSteps();
    };
    const wait = (waiting) => {
        if (view.waiting?.id === waiting.id || view.ending?.task_id === waiting.id)
            return;
        view.waiting = { ...waiting, untilMs: Date.now() + STEP_MS };
        view.ending = null;
        view.step = waiting.step;
        show();
    };
    const finish = (ending) => {
        view.waiting = null;
        view.ending = ending;
        show();
    };

    // Null once the scale has been asked; else what the form shows. The request's id is that of the step.
    const start = async (step, data) => {
        const outcome = await desk.request('equipment/scale-set-up', { node, channel, step, ...data });
        if (outcome.kind === 'rejected' || outcome.kind === 'unavailable')
            return refusalOf(outcome.error);
        wait({ id: outcome.id, step, isQueued: outcome.kind === 'queued' });
        outcome.settled?.then((late) => {
            if (view.waiting?.id !== outcome.id)
                return;
            view.waiting.isQueued = false;
            if (late.kind === 'rejected')
                finish({ step, outcome: 'refused', error: late.error });
        });
        return null;
    };

    const tick = async () => {
        if (!view.waiting)
            return;
        view.waiting.onTick?.();
        ticks += 1;
        if (ticks % LOOK_AGAIN_TICKS !== 0)
            return;
        const read = await readChannel(desk, node, channel);
        if (read.record)
            learn(read.record);
    };

    const timer = setInterval(tick, TICK_MS);
    const end = on('event', (event) => {
        if (event.type === 'clinic.equipment.scale-changed' && event.data.node === node && event.data.channel === channel)
            learn(event.data);
    });
    const shown = stockDialog({
        title: t('scales.set-up.of', { node, channel }), root, key, wide: true,
        body: h('div', { class: 'stack' }, steps, panel),
        onClose: () => { clearInterval(timer); end(); },
    });
    if (record?.task)
        wait({ id: record.task.id, step: record.task.step });
    else
        show();
}

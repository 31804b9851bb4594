// The pages of the assistant that sets a load cell up: what to do at the shelf, the waiting, and what came of it.
import { form, h, icon } from '/dom.js';
import { number, t } from '/i18n.js';
import { isDone, STEPS } from '/views/scales_data.js';
import { boxesForm } from '/views/scales_settings.js';
import { refusalOf } from '/views/stock_dialog.js';
import { decimalField, GRAM_DIGITS, grams, readDecimals } from '/views/scales_weight.js';

const kinds = { done: ['good', 'check-circle'], inexact: ['note', 'exclamation-triangle'] };
const WRONG = ['bad', 'x-circle'];
const measured = ['done', 'inexact'];

function heading(text) {
    return h('h3', { tabindex: '-1' }, text);
}

function permille(value) {
    return number(value / 1000, { style: 'percent', minimumFractionDigits: 1 });
}

// ---- the way through

// A step can be done again at any time, and the next one once those before it are done.
export function stepList(view, go) {
    return h('ol', { class: 'steps' }, STEPS.map((step, index) => {
        const isReady = index === 0 || isDone(view.record, STEPS[index - 1]);
        const mark = isDone(view.record, step) ? icon('check-circle') : h('span', { class: 'step-number', 'aria-hidden': 'true' }, number(index + 1));
        return h('li', {}, h('button', {
            type: 'button', class: 'quiet', 'data-key': step, disabled: !isReady || view.waiting !== null,
            'aria-current': view.step === step ? 'step' : null, onclick: () => go(step),
        }, mark, t(`scales.step.${step}`),
        isDone(view.record, step) ? h('span', { class: 'visually-hidden' }, t('scales.step.is-done')) : null));
    }));
}

// ---- what to do at the shelf

const inputs = {
    tare: () => [],
    calibrate: () => [decimalField({ label: t('scales.mass'), name: 'mass_mg', digits: GRAM_DIGITS, required: true, hint: t('scales.mass.hint') })],
    sample: () => [decimalField({ label: t('scales.count'), name: 'count', digits: 0, required: true, hint: t('scales.count.hint') })],
};

export function stepPanel(view, start) {
    const fields = inputs[view.step]();
    return [
        heading(t(`scales.step.${view.step}`)),
        h('p', { class: 'shelf' }, icon('hand-index'), h('span', {}, t(`scales.shelf.${view.step}`))),
        view.isOnline() ? null : h('p', { class: 'problem' }, icon('cloud-slash'), ' ', t('scales.is-offline')),
        form({
            fields, submitLabel: t('scales.start'), submitIcon: 'stopwatch',
            onSubmit: async () => {
                const { values, refusal } = readDecimals(fields);
                return refusal ?? start(view.step, values);
            },
        }).node,
    ];
}

// ---- waiting

function clock(ms) {
    const seconds = Math.max(Math.ceil(ms / 1000), 0);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function waitingPanel(view) {
    const countdown = h('span', { class: 'countdown', role: 'timer', 'aria-live': 'off' });
    const showLeft = () => { countdown.textContent = clock(view.waiting.untilMs - Date.now()); };
    view.waiting.onTick = showLeft;
    showLeft();
    return [
        heading(t(`scales.waiting.${view.waiting.step}`)),
        h('p', { class: 'shelf', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }),
            h('span', {}, t(view.waiting.isQueued ? 'scales.waiting.queued' : 'scales.waiting'))),
        h('p', {}, t('scales.waiting.left'), ' ', countdown),
    ];
}

// ---- what came of it

function accuracyText(view) {
    const { last, settings } = view.record;
    if (last?.step !== 'sample' || last.accuracy_permille === undefined || settings.unit_mg === undefined)
        return null;
    return h('dl', { class: 'facts' },
        h('dt', {}, t('scales.unit-weight')), h('dd', {}, grams(settings.unit_mg)),
        h('dt', {}, t('scales.accuracy')),
        h('dd', {}, t('scales.accuracy.text', { share: permille(last.accuracy_permille), most: number(settings.most) })));
}

function words(view) {
    const { outcome, step, error } = view.ending;
    if (outcome === 'refused')
        return error.code === 'request.expired' ? t('scales.late') : refusalOf(error).message;
    if (outcome === 'done')
        return t(`scales.outcome.done.${step}`);
    if (outcome === 'inexact')
        return t('scales.outcome.inexact', { share: permille(view.record.last.accuracy_permille ?? 0) });
    return t(`scales.outcome.${outcome}`);
}

function againButton(view, go) {
    return h('button', { type: 'button', onclick: () => go(view.ending.step) }, icon('arrow-repeat'), t('scales.again'));
}

function goodEnding(view, go) {
    const next = STEPS[STEPS.indexOf(view.ending.step) + 1];
    return h('div', { class: 'actions' },
        next ? h('button', { type: 'button', class: 'primary', onclick: () => go(next) }, icon('arrow-right'), t('scales.next', { step: t(`scales.step.${next}`) }))
            : h('button', { type: 'button', class: 'primary', onclick: (click) => click.target.closest('dialog').close() }, icon('check-lg'), t('scales.finish')),
        againButton(view, go));
}

export function endingPanel(view, { go, learn }) {
    const { outcome } = view.ending;
    const [kind, picture] = kinds[outcome] ?? WRONG;
    return [
        heading(t(`scales.ended.${measured.includes(outcome) ? outcome : 'badly'}`)),
        h('p', { class: `ending ${kind}`, role: 'alert' }, icon(picture), h('span', {}, words(view))),
        accuracyText(view),
        outcome === 'inexact' ? boxesForm(view, learn) : null,
        outcome === 'done' ? goodEnding(view, go) : h('div', { class: 'actions' }, againButton(view, go)),
    ];
}

// Somebody who walks away must not leave their data on the screen: after a while without a touch the page asks whether more
// time is needed, and without an answer the turn is over.
import { fill, h } from '/dom.js';
import { t, tn } from '/i18n.js';

const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'wheel', 'touchmove'];
const SECOND_MS = 1000;

function askForMore({ extendMs, onMore, onOver }) {
    const left = h('p', { class: 'countdown', id: 'idle-left' });
    const more = h('button', { type: 'button', class: 'primary', onclick: onMore }, t('kiosk.idle.more'));
    const node = h('dialog', { role: 'alertdialog', 'aria-labelledby': 'idle-title', 'aria-describedby': 'idle-left', class: 'idle' },
        h('h2', { id: 'idle-title' }, t('kiosk.idle.title')), left,
        h('div', { class: 'actions' }, more,
            h('button', { type: 'button', onclick: onOver }, t('kiosk.finish'))));
    const until = performance.now() + extendMs;
    const count = () => {
        const seconds = Math.max(0, Math.ceil((until - performance.now()) / SECOND_MS));
        fill(left, tn('kiosk.idle.left', seconds));
    };
    const timers = [setInterval(count, SECOND_MS), setTimeout(onOver, extendMs)];
    node.addEventListener('cancel', (cancel) => {
        cancel.preventDefault();
        onMore();
    });
    count();
    document.body.append(node);
    node.showModal();
    more.focus();
    return () => {
        timers.forEach(clearTimeout);
        node.remove();
    };
}

// setAsking(false): the screen says its last word, so that the turn ends without a question.
export function watchIdle({ idleMs, extendMs, onOver }) {
    let timer = 0;
    let isAsking = true;
    let takeQuestionAway = null;
    let before = null; // had the focus

    const onIdle = () => {
        if (!isAsking) {
            onOver();
            return;
        }
        before = document.activeElement;
        takeQuestionAway = askForMore({ extendMs, onMore: goOn, onOver });
    };
    const restart = () => {
        if (takeQuestionAway !== null)
            return;
        clearTimeout(timer);
        timer = setTimeout(onIdle, idleMs);
    };
    function goOn() {
        takeQuestionAway?.();
        takeQuestionAway = null;
        before?.focus();
        restart();
    }
    SIGNS_OF_LIFE.forEach((name) => addEventListener(name, restart, { passive: true, capture: true }));
    restart();
    return {
        setAsking(value) {
            isAsking = value;
            goOn();
        },
        stop() {
            clearTimeout(timer);
            takeQuestionAway?.();
            SIGNS_OF_LIFE.forEach((name) => removeEventListener(name, restart, { capture: true }));
            before = null;
        },
    };
}

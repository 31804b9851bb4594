// The line of a view that says why it cannot show what it should, with a way to try again.
import { fill, h, icon } from '/dom.js';
import { explain, t } from '/i18n.js';

// Returns { root, show(error, note) }; null takes the line away.
export function problemLine(retry) {
    const root = h('div', { class: 'problem spread', role: 'alert' });
    return {
        root,
        show(error, note = '') {
            fill(root, error ? [
                h('span', {}, icon('exclamation-triangle'), ' ', explain(error), note === '' ? '' : ` ${note}`),
                h('button', { type: 'button', onclick: retry }, t('common.retry')),
            ] : []);
        },
    };
}

// The line for what is shown anew as a whole: it goes with the next try.
export function problemNow(error, retry) {
    const line = problemLine(retry);
    line.show(error);
    return line.root;
}

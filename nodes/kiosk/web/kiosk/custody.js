// Where something is that was entered here: on this box, in the clinic, at headquarters.
import * as api from '/api.js';
import { fill, h, icon } from '/dom.js';
import { t } from '/i18n.js';

const STEPS = ['here', 'clinic', 'headquarters'];

let upstream; // undefined: this clinic has no headquarters, or nothing is known of it

api.on('status', (status) => { upstream = status.upstream; });

// A line for the request that `outcome` tells of; it follows what happens as long as the screen stands.
export function custodyLine(turn, outcome) {
    const node = h('ol', { class: 'custody', 'aria-label': t('kiosk.custody') });
    let { sequence } = outcome;
    let isAbove = false;

    const show = () => {
        const isUp = isAbove || (sequence !== undefined && upstream >= sequence);
        const reached = isUp ? 2 : Number(sequence !== undefined);
        const known = upstream === undefined && !isUp ? STEPS.slice(0, 2) : STEPS;
        fill(node, known.map((step, place) => h('li', { class: place <= reached ? 'done' : 'open', 'data-step': step },
            icon(place <= reached ? 'check-circle' : 'circle'), ' ', t(`custody.${step}`),
            place <= reached ? null : h('span', { class: 'visually-hidden' }, ` (${t('kiosk.custody.open')})`))));
    };
    turn.on('custody', (news) => {
        if (news.id !== outcome.id)
            return;
        sequence = news.sequence ?? sequence;
        isAbove = news.custody === 'headquarters';
        show();
    });
    turn.on('status', show);
    show();
    return node;
}

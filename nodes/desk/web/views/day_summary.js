// How the day stands, in a line: who is expected, who waits and since when, who is next.
import { fill, h, icon } from '/dom.js';
import { t, tn } from '/i18n.js';
import { byTurn, minutesSince } from '/views/day_rows.js';

export function daySummary() {
    const root = h('div', { class: 'row day-summary', role: 'group', 'aria-label': t('day.summary') });
    return {
        root,
        show(rows, isToday) {
            const inState = (state) => rows.filter((row) => row.state === state);
            const waiting = inState('arrived').sort(byTurn);
            const longest = Math.max(0, ...waiting.filter((row) => row.arrived).map((row) => minutesSince(row.arrived)));
            const part = (name, picture, ...text) => h('span', { 'data-summary': name }, icon(picture), ' ', text);
            fill(root,
                part('expected', 'calendar-event', tn('day.expected', inState('booked').length)),
                isToday ? part('waiting', 'people', h('strong', {}, tn('day.waiting', waiting.length)),
                    waiting.length > 0 ? `, ${t('day.longest', { minutes: longest })}` : null) : null,
                isToday && waiting.length > 0 ? part('next', 'arrow-right', t('day.next-up', { number: waiting[0].queue_number })) : null,
                isToday ? part('in-rooms', 'door-open', tn('day.in-rooms', inState('in-room').length)) : null);
        },
    };
}

// A patient's visits of all days, newest first, a page at a time.
import { h, table } from '/dom.js';
import { dateTime, explain, t } from '/i18n.js';
import { refill } from '/refresh.js';
import { stateBadge, visitButtons } from '/visit.js';

const PAGE_ROWS = 10;

function columns(desk, doctors) {
    const nameOf = (id) => doctors.find((doctor) => doctor.doctor_id === id)?.name ?? '';
    return [
        { title: t('visit.time'), cell: (row) => dateTime(row.start) },
        { title: t('visit.doctor'), cell: (row) => nameOf(row.doctor_id) },
        { title: t('visit.state'), cell: (row) => stateBadge(row.state) },
        { title: t('visit.actions'), cell: (row) => visitButtons(desk, row) },
    ];
}

// Returns { root, load }: `load` reads again what is shown.
export function patientVisits(desk, patientId) {
    const root = h('div', { class: 'stack' }, h('p', { class: 'soft' }, t('common.loading')));
    let shown = PAGE_ROWS;

    async function load() {
        const [outcome, doctors] = await Promise.all([
            desk.request('appointment/list', { patient_id: patientId, limit: Math.min(shown, 60) }), desk.doctors()]);
        if (outcome.kind !== 'accepted') {
            refill(root, h('p', { class: 'problem', role: 'alert' }, explain(outcome.error)));
            return;
        }
        const more = () => {
            shown += PAGE_ROWS;
            load();
        };
        refill(root,
            table({ caption: t('patients.visits'), columns: columns(desk, doctors), rows: outcome.data.appointments, empty: t('patients.visits.none') }),
            outcome.data.more && shown < 60
                ? h('div', {}, h('button', { type: 'button', 'data-key': 'more-visits', onclick: more }, t('common.more'))) : null);
    }

    return { root, load };
}

// Searching patients as somebody types. What counts is the last text: answers to earlier ones are dropped.
import { h } from '/dom.js';
import { day, t } from '/i18n.js';

const PAUSE_MS = 200;
const LENGTH_LEAST = 2;

// onResult({ text, isBusy, patients, more, error }) is called whenever something is known. Returns { type(text): searches soon;
// search(text): at once, and resolves with the result }.
export function patientSearch(desk, onResult) {
    let timer = 0;
    let newest = 0;

    async function search(text) {
        clearTimeout(timer);
        const wanted = text.trim();
        newest += 1;
        const own = newest;
        let result = { text: wanted, isBusy: false, patients: [], more: false, error: null };
        if (wanted.length >= LENGTH_LEAST) {
            onResult({ ...result, isBusy: true });
            const outcome = await desk.request('patient/find', { text: wanted });
            result = { ...result, ...outcome.data, error: outcome.error ?? null };
        }
        if (own === newest)
            onResult(result);
        return result;
    }

    function type(text) {
        clearTimeout(timer);
        timer = setTimeout(search, PAUSE_MS, text);
    }

    return { type, search };
}

// A patient in one line: name, birth date and member ID. `patient` may be a row of patient/find or a record.
export function patientLine(patient) {
    return h('span', { class: 'patient-line' },
        h('strong', {}, patient.name),
        h('span', { class: 'soft' }, day(patient.birth_date)),
        h('span', { class: 'soft' }, patient.member_id),
        patient.provisional ? h('span', { class: 'badge note' }, t('patients.provisional')) : null);
}

// A report as it is, in any of its versions, and what can be done with it: go on writing, release, withdraw.
import { attachmentList } from '/attachment_list.js';
import { dialog, field, fill, form, h, icon, toast } from '/dom.js';
import { dateTime, explain, number, t } from '/i18n.js';
import { problemNow } from '/problem.js';

const statusLooks = {
    'draft': ['note', 'pencil'],
    'final': ['good', 'check-circle'],
    'amended': ['good', 'check-circle'],
    'entered-in-error': ['bad', 'x-circle'],
};

// What may follow on a newest version.
const steps = {
    'draft': { edit: 'reports.edit', isReleasable: true, isWithdrawable: true },
    'final': { edit: 'reports.amend', isReleasable: false, isWithdrawable: true },
    'amended': { edit: 'reports.amend', isReleasable: false, isWithdrawable: true },
    'entered-in-error': { edit: null, isReleasable: false, isWithdrawable: false },
};

export function statusBadge(status) {
    const [kind, picture] = statusLooks[status];
    return h('span', { class: `badge ${kind}` }, icon(picture), t(`reports.status.${status}`));
}

// ---- release and withdrawal

// A dialog with one step that changes the report. What somebody else wrote meanwhile is shown before it can be done again.
function stepDialog(reading, { title, text, fields = [], label, isDangerous = false, request, doneText }) {
    const { desk, report } = reading;
    const opened = dialog({
        title, closeLabel: t('common.close'),
        body: (close) => {
            const step = form({
                fields, submitLabel: label, before: h('p', {}, text),
                secondary: h('button', { type: 'button', onclick: close }, t('common.cancel')),
                onSubmit: async (values) => {
                    const asked = { report_id: report.report_id, expected_version: report.version, ...values };
                    const outcome = await desk.send(request, asked, doneText);
                    if (outcome !== null && outcome.error.code !== 'stale_version')
                        return { message: explain(outcome.error) };
                    close();
                    if (outcome !== null)
                        toast(t('reports.stale.step'), 'bad', t('common.close'));
                    reading.load();
                    return null;
                },
            });
            if (isDangerous)
                step.node.querySelector('[type=submit]').className = 'danger';
            return step.node;
        },
    });
    opened.node.querySelector('input, [type=submit]').focus();
}

function release(reading) {
    const isAmendment = reading.report.released !== undefined;
    const toDo = field({
        label: t('reports.release.to-do'), name: 'has_instructions', type: 'checkbox', hint: t('reports.release.to-do.hint'),
    });
    stepDialog(reading, {
        title: t('reports.release.title'),
        text: t(isAmendment ? 'reports.release.amendment' : 'reports.release.first'),
        fields: isAmendment ? [toDo] : [],
        label: t('reports.release'), request: 'report/release', doneText: t('reports.release.done'),
    });
}

function withdraw(reading) {
    stepDialog(reading, {
        title: t('reports.withdraw.title'), text: t('reports.withdraw.text'), label: t('reports.withdraw'), isDangerous: true,
        request: 'report/withdraw', doneText: t('reports.withdraw.done'),
    });
}

// ---- what is shown

function versionBar({ report, load }) {
    const step = (by, label, picture) => h('button', {
        type: 'button', class: 'no-print', onclick: () => load(report.version + by), 'data-key': `version${by}`,
        disabled: report.version + by < 1 || report.version + by > report.newest,
    }, icon(picture), label);
    return h('div', { class: 'row', role: 'group', 'aria-label': t('reports.history') },
        step(-1, t('reports.older'), 'chevron-left'),
        h('span', {}, t('reports.version-of', { version: number(report.version), newest: number(report.newest) })),
        step(1, t('reports.newer'), 'chevron-right'));
}

// What the patient has of it, in a line.
function patientLine(report) {
    if (report.status === 'entered-in-error')
        return t('reports.seen.withdrawn');
    return report.released ? t('reports.seen.version', { version: number(report.released) }) : t('reports.seen.none');
}

function actions(reading) {
    const { report } = reading;
    if (report.version !== report.newest)
        return h('p', { class: 'hint' }, icon('clock-history'), ' ', t('reports.old-version'));
    const button = (key, picture, label, onclick, isPrimary = false) => h('button', {
        type: 'button', 'data-key': key, class: isPrimary ? 'primary' : null, onclick,
    }, icon(picture), label);
    const { edit, isReleasable, isWithdrawable } = steps[report.status];
    return h('div', { class: 'actions no-print' },
        edit ? button('edit', 'pencil', t(edit), () => reading.onEdit(report), !isReleasable) : null,
        isReleasable ? button('release', 'send-check', t('reports.release'), () => release(reading), true) : null,
        isWithdrawable ? button('withdraw', 'x-circle', t('reports.withdraw'), () => withdraw(reading)) : null,
        button('print', 'printer', t('common.print'), () => print()));
}

function show(reading, doctors) {
    const { report, desk } = reading;
    const doctor = doctors.find((one) => one.doctor_id === report.doctor_id);
    const heading = h('h2', { tabindex: '-1' }, report.title);
    fill(reading.root, h('article', { class: 'card stack even' },
        h('div', { class: 'spread' }, heading, statusBadge(report.status)),
        h('p', { class: 'soft' }, t('reports.byline', {
            kind: t(`reports.kind.${report.kind}`), doctor: doctor?.name ?? t('reports.doctor.unknown'), time: dateTime(report.time),
        })),
        h('p', { class: 'no-print' }, icon('person'), ' ', patientLine(report)),
        versionBar(reading),
        report.text === '' ? h('p', { class: 'soft' }, t('reports.text.none')) : h('p', { class: 'report-text' }, report.text),
        h('section', { class: 'stack' }, h('h3', {}, t('reports.files')), attachmentList({ desk, report })),
        actions(reading)));
    return heading;
}

// The version that was asked for, or the newest. `isQuiet`: nobody asked, and the focus stays where it is.
async function readVersion(reading, version, isQuiet) {
    const { root, desk } = reading;
    reading.turn += 1;
    const own = reading.turn;
    const asked = { report_id: reading.reportId, ...(version ? { version } : {}) };
    const [outcome, doctors] = await Promise.all([desk.request('report/read', asked), desk.doctors()]);
    if (own !== reading.turn || !root.isConnected)
        return;
    if (outcome.kind !== 'accepted') {
        fill(root, problemNow(outcome.error, () => reading.load(version)));
        return;
    }
    const hasFocus = root.contains(document.activeElement);
    const key = hasFocus ? document.activeElement.dataset.key : null;
    reading.report = outcome.data.report;
    const heading = show(reading, doctors);
    const kept = key && root.querySelector(`[data-key="${key}"]:not(:disabled)`);
    if (hasFocus || !isQuiet)
        (kept || heading).focus();
}

// Shows a report in `root`. onEdit(report) is asked for when somebody wants to write on. Returns { refresh(): reads again
// what is shown, isBehind(version): whether somebody has written one that is not known here }.
export function readReport(root, { desk, reportId, onEdit }) {
    const reading = { root, desk, reportId, onEdit, report: null, turn: 0 };
    reading.load = (version) => readVersion(reading, version, false);
    fill(root, h('p', { class: 'empty' }, t('common.loading')));
    reading.load();
    return {
        refresh() {
            const { report } = reading;
            return readVersion(reading, report && report.version < report.newest ? report.version : undefined, true);
        },
        isBehind: (version) => reading.report !== null && version > reading.report.newest,
    };
}

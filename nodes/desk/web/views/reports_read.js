// A report as it is, in any of its versions, and what can be done with it: go on writing, release, withdraw.
import { attachmentList } from '/attachment_list.js';
import { dialog, field, fill, form, h, icon, toast } from '/dom.js';
import { dateTime, explain, number, t } from '/i18n.js';

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
    stepDialog(reading, {
        title: t('reports.release.title'),
        text: t(isAmendment ? 'reports.release.amendment' : 'reports.release.first'),
        fields: isAmendment ? [field({ label: t('reports.release.to-do'), name: 'has_instructions', type: 'checkbox', hint: t('reports.release.to-do.hint') })] : [],
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
        type: 'button', onclick: () => load(report.version + by), 'data-key': `version${by}`,
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
    const possible = steps[report.status];
    if (report.version !== report.newest)
        return h('p', { class: 'hint' }, icon('clock-history'), ' ', t('reports.old-version'));
    return h('div', { class: 'actions no-print' },
        possible.edit ? h('button', { type: 'button', class: possible.isReleasable ? null : 'primary', 'data-key': 'edit', onclick: () => reading.onEdit(report) },
            icon('pencil'), t(possible.edit)) : null,
        possible.isReleasable ? h('button', { type: 'button', class: 'primary', 'data-key': 'release', onclick: () => release(reading) }, icon('send-check'), t('reports.release')) : null,
        possible.isWithdrawable ? h('button', { type: 'button', 'data-key': 'withdraw', onclick: () => withdraw(reading) }, icon('x-circle'), t('reports.withdraw')) : null,
        h('button', { type: 'button', onclick: () => print() }, icon('printer'), t('common.print')));
}

async function show(reading, doctors) {
    const { report, desk } = reading;
    const doctor = doctors.find((one) => one.doctor_id === report.doctor_id);
    const heading = h('h2', { tabindex: '-1' }, report.title);
    fill(reading.root, h('article', { class: 'card stack even' },
        h('div', { class: 'spread' }, heading, statusBadge(report.status)),
        h('p', { class: 'soft' }, t('reports.byline', {
            kind: t(`reports.kind.${report.kind}`), doctor: doctor?.name ?? t('reports.doctor.unknown'), time: dateTime(report.time),
        })),
        h('p', {}, icon('person'), ' ', patientLine(report)),
        versionBar(reading),
        report.text === '' ? h('p', { class: 'soft' }, t('reports.text.none')) : h('p', { class: 'report-text' }, report.text),
        h('section', { class: 'stack' }, h('h3', {}, t('reports.files')), attachmentList({ desk, report })),
        actions(reading)));
    return heading;
}

// Shows a report in `root`. onEdit(report) is asked for when somebody wants to write on. Returns { reload(): what
// somebody else did to it becomes visible }.
export function readReport(root, { desk, reportId, onEdit }) {
    const reading = { root, desk, onEdit, report: null };
    const fail = (error) => fill(root, h('div', { class: 'problem', role: 'alert' }, explain(error), ' ',
        h('button', { type: 'button', onclick: () => reading.load() }, t('common.retry'))));
    reading.load = async (version) => {
        const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
        const outcome = await desk.request('report/read', version ? { report_id: reportId, version } : { report_id: reportId });
        if (outcome.kind !== 'accepted') {
            fail(outcome.error);
            return;
        }
        reading.report = outcome.data.report;
        const heading = await show(reading, await desk.doctors());
        const kept = key && root.querySelector(`[data-key="${key}"]:not(:disabled)`);
        (kept || heading).focus();
    };
    fill(root, h('p', { class: 'empty' }, t('common.loading')));
    reading.load();
    return { reload: () => reading.load() };
}

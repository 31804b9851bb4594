// What patients say: an inbox for who answers, the analysis, and a form for who enters what was said at the desk.
import { dialog, field, fill, h, icon, table } from '/dom.js';
import { dateTime, t } from '/i18n.js';
import { problemNow } from '/problem.js';
import { focusRow, onReturn, refill, refresher } from '/refresh.js';
import { showAnalysis } from '/views/feedback_analysis.js';
import { showFeedbackForm } from '/views/feedback_form.js';
import { openFeedback } from '/views/feedback_read.js';
import { answeredBadge, doctorName, kindBadge, ratingText } from '/views/feedback_words.js';

const PAGE_ROWS = 20;

// ---- the inbox

function columns(scene, doctors) {
    const open = (row) => openFeedback(scene.desk, row.feedback_id, { begun: scene.begun, onAnswered: scene.refresh });
    const text = (row) => (row.text === undefined ? h('span', { class: 'soft' }, t('feedback.erased'))
        : h('div', { class: 'feedback-text' }, row.text || '–'));
    const button = (row) => h('button', { type: 'button', 'data-key': row.feedback_id, onclick: () => open(row) },
        icon('envelope-open'), t('feedback.read'));
    return [
        { title: t('feedback.time'), class: 'nowrap', cell: (row) => dateTime(row.time) },
        { title: t('feedback.rating'), cell: (row) => ratingText(row.rating) },
        { title: t('feedback.kind'), cell: kindBadge },
        { title: t('feedback.doctor'), cell: (row) => doctorName(doctors, row.doctor_id) },
        { title: t('feedback.text'), cell: text },
        ...(scene.isOpenOnly ? [] : [{ title: t('feedback.state'), cell: answeredBadge }]),
        { title: t('feedback.read'), cell: button },
    ];
}

// As many rows as are shown, page by page.
async function fetchRows(scene) {
    const filter = { ...(scene.doctorId ? { doctor_id: scene.doctorId } : {}), only_unanswered: scene.isOpenOnly };
    const rows = [];
    for (;;) {
        const outcome = await scene.desk.request('feedback/list', { ...filter, skip: rows.length, limit: PAGE_ROWS });
        if (outcome.kind !== 'accepted')
            return { error: outcome.error };
        rows.push(...outcome.data.feedback);
        if (!outcome.data.more || rows.length >= scene.shownRows)
            return { rows, hasMore: outcome.data.more };
    }
}

async function showInbox(scene) {
    const { list } = scene;
    const [found, doctors] = await Promise.all([fetchRows(scene), scene.desk.doctors()]);
    if (!list.isConnected)
        return;
    if (found.error) {
        fill(list, problemNow(found.error, () => showInbox(scene)));
        return;
    }
    const more = async () => {
        scene.shownRows += PAGE_ROWS;
        await showInbox(scene);
        focusRow(list, found.rows.length);
    };
    refill(list,
        table({
            caption: t('feedback.title'), columns: columns(scene, doctors), rows: found.rows,
            empty: t(scene.isOpenOnly ? 'feedback.none-open' : 'feedback.none'),
        }),
        found.hasMore ? h('div', {}, h('button', { type: 'button', onclick: more }, t('common.more'))) : null);
}

// ---- above it

function openForm(desk) {
    const place = h('div', {});
    const { close } = dialog({ title: t('feedback.enter'), closeLabel: t('common.close'), body: place });
    showFeedbackForm(place, desk, () => close());
}

async function toolbar(scene) {
    const { desk } = scene;
    const doctors = await desk.doctors();
    const which = field({
        label: t('feedback.which'), name: 'which', type: 'select',
        options: [['open', t('feedback.which.open')], ['all', t('feedback.which.all')]],
    });
    const doctor = field({
        label: t('feedback.doctor'), name: 'doctor', type: 'select',
        options: [['', t('feedback.all-doctors')], ...doctors.map((one) => [one.doctor_id, one.name])],
    });
    const change = () => {
        Object.assign(scene, { isOpenOnly: which.input.value === 'open', doctorId: doctor.input.value, shownRows: PAGE_ROWS });
        scene.refresh();
        scene.showAnalysis();
    };
    which.input.addEventListener('change', change);
    doctor.input.addEventListener('change', change);
    return h('div', { class: 'toolbar no-print' }, which.root, doctor.root,
        desk.may('feedback/submit') ? h('button', { type: 'button', onclick: () => openForm(desk) }, icon('plus-lg'), t('feedback.enter')) : null);
}

// Drawn when somebody opens it, and anew for another doctor.
function analysisPart(scene) {
    const place = h('div', { class: 'stack' });
    const details = h('details', { class: 'card' }, h('summary', {}, h('h2', {}, t('feedback.analysis'))), place);
    scene.showAnalysis = async () => {
        scene.endAnalysis();
        if (details.open)
            scene.endAnalysis = await showAnalysis(place, scene.desk, scene.doctorId);
    };
    details.addEventListener('toggle', scene.showAnalysis);
    return details;
}

async function showAll(scene, root) {
    const bar = await toolbar(scene);
    fill(root, bar, scene.list, analysisPart(scene));
    showInbox(scene);
}

// ---- the view

function openInbox(root, desk) {
    const list = h('div', { class: 'stack' }, h('p', { class: 'empty', role: 'status' }, t('common.loading')));
    const scene = {
        desk, list, isOpenOnly: true, doctorId: '', shownRows: PAGE_ROWS,
        begun: new Map(), // feedback_id → an answer that is not sent yet
        endAnalysis: () => {}, showAnalysis: () => {},
    };
    scene.refresh = refresher(() => showInbox(scene));
    desk.listen('event', (event) => {
        if (event.type.startsWith('clinic.feedback.'))
            scene.refresh();
    });
    onReturn(desk.listen, scene.refresh);
    showAll(scene, root);
    return () => {
        scene.refresh.stop();
        scene.endAnalysis();
    };
}

// The reception enters feedback and reads none.
function openEntry(root, desk) {
    const place = h('div', { class: 'card narrow' });
    fill(root, place);
    const again = () => showFeedbackForm(place, desk, again);
    again();
    return () => {};
}

function open(root, desk) {
    return desk.may('feedback/list') ? openInbox(root, desk) : openEntry(root, desk);
}

export const feedback = { id: 'feedback', icon: 'chat-square-text', group: 'care', needs: ['feedback/list', 'feedback/submit'], open };

// A report's files on the screen: choosing them, how far each has come, saving and looking at them.
import { acceptedEndings, BYTES_MAX, download, mediaOfName, mediaOfType, upload } from '/attachment.js';
import { announce, dialog, fill, h, icon, newId } from '/dom.js';
import { explain, number, t } from '/i18n.js';

const MEGABYTE = 1000 * 1000;

export function sizeText(bytes) {
    const [value, unit] = bytes < MEGABYTE ? [bytes / 1000, 'kilobyte'] : [bytes / MEGABYTE, 'megabyte'];
    return number(value, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

function mediaText(mediaType) {
    const media = mediaOfType(mediaType);
    return media ? t(media.name) : mediaType;
}

// ---- one transfer

// A line with a bar and a button that stops it. `run(way)` is the transfer; resolves with how it ended, after which
// the line is gone, or says what went wrong.
async function follow({ desk, place, label, bytes, run }) {
    const stopper = new AbortController();
    const bar = h('progress', { max: String(bytes), value: 0, 'aria-label': label });
    const state = h('span', { class: 'soft' });
    const line = h('div', { class: 'transfer' }, h('span', {}, label), bar, state,
        h('button', { type: 'button', onclick: () => stopper.abort() }, icon('x-lg'), t('reports.stop')));
    const onProgress = (done) => {
        if (!line.isConnected) // nobody is there any more
            stopper.abort();
        bar.value = done;
        fill(state, number(done / bytes, { style: 'percent' }));
    };
    place.append(line);
    onProgress(0);
    const end = await run({ desk, signal: stopper.signal, onProgress, onWaiting: () => fill(state, t('reports.transfer.waiting')) });
    line.remove();
    if (end.kind === 'failed')
        place.append(failureLine(label, end.error));
    return end;
}

function failureLine(label, error) {
    const line = h('div', { class: 'transfer' },
        h('p', { class: 'error', role: 'alert' }, icon('exclamation-circle'), ' ', label, ': ', explain(error)),
        h('button', { type: 'button', onclick: () => line.remove() }, icon('x-lg'), t('common.close')));
    return line;
}

// ---- choosing

function refusalOf(file) {
    if (!mediaOfName(file.name))
        return t('reports.file.kind');
    if (file.size > BYTES_MAX)
        return t('reports.file.large', { size: sizeText(file.size), most: sizeText(BYTES_MAX) });
    return file.size === 0 ? t('reports.file.empty') : '';
}

async function send({ desk, patientId, place, file, onAttachment }) {
    const refusal = refusalOf(file);
    if (refusal !== '') {
        place.append(failureLine(file.name, { code: '', message: refusal }));
        return;
    }
    const wanted = { patientId, file, mediaType: mediaOfName(file.name).type };
    const end = await follow({ desk, place, label: file.name, bytes: file.size, run: (way) => upload(way, wanted) });
    if (end.kind !== 'done')
        return;
    announce(t('reports.file.sent', { name: file.name }));
    onAttachment(end.attachment);
}

// An input for files; onAttachment is called for each that has arrived at the clinic.
export function fileChooser({ desk, patientId, onAttachment }) {
    const id = newId('file');
    const place = h('div', { class: 'stack' });
    const input = h('input', {
        id, type: 'file', multiple: true, accept: acceptedEndings, class: 'visually-hidden', 'aria-describedby': `${id}-hint`,
    });
    input.addEventListener('change', async () => {
        const files = [...input.files];
        input.value = '';
        for (const file of files)
            await send({ desk, patientId, place, file, onAttachment });
    });
    return h('div', { class: 'field file-choice' }, input,
        h('div', {}, h('label', { for: id, class: 'button' }, icon('upload'), t('reports.file.add'))),
        h('p', { id: `${id}-hint`, class: 'hint' }, t('reports.file.hint', { most: sizeText(BYTES_MAX) })), place);
}

// ---- looking

function save(blob, name) {
    const url = URL.createObjectURL(blob);
    const link = h('a', { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function show(blob, title) {
    const url = URL.createObjectURL(blob);
    dialog({
        title, closeLabel: t('common.close'), wide: true, onClose: () => URL.revokeObjectURL(url),
        body: h('div', {}, h('img', { class: 'preview', src: url, alt: title })),
    });
}

function attachmentLine({ desk, report, attachment, place, onRemove }, index) {
    const label = t('reports.file.name', { number: number(index + 1), kind: mediaText(attachment.media_type) });
    const fetchThen = async (use) => {
        const wanted = { reportId: report.report_id, attachment };
        const end = await follow({ desk, place, label, bytes: attachment.bytes, run: (way) => download(way, wanted) });
        if (end.kind === 'done')
            use(end.blob);
    };
    const media = mediaOfType(attachment.media_type);
    const ending = media ? media.endings[0] : 'bin';
    return h('li', { class: 'spread' },
        h('span', {}, icon('paperclip'), ' ', label, ' ', h('span', { class: 'soft' }, sizeText(attachment.bytes))),
        h('span', { class: 'row no-print' },
            media?.isShown ? h('button', { type: 'button', 'aria-label': t('reports.file.show.one', { name: label }),
                onclick: () => fetchThen((blob) => show(blob, label)) }, icon('image'), t('reports.file.show')) : null,
            h('button', { type: 'button', 'aria-label': t('reports.file.save.one', { name: label }),
                onclick: () => fetchThen((blob) => save(blob, `${report.kind}-${index + 1}.${ending}`)) }, icon('download'), t('reports.file.save')),
            onRemove ? h('button', { type: 'button', 'aria-label': t('reports.file.remove.one', { name: label }),
                onclick: () => onRemove(attachment) }, icon('trash'), t('reports.file.remove')) : null));
}

// The files that `report` (of report/read) names. With onRemove(attachment) each can be taken off it.
export function attachmentList({ desk, report, attachments = report.attachments, onRemove = null }) {
    if (attachments.length === 0)
        return h('p', { class: 'soft' }, t('reports.file.none'));
    const place = h('div', { class: 'stack' });
    return h('div', { class: 'stack' },
        h('ul', { class: 'files' }, attachments.map((attachment, index) => attachmentLine({ desk, report, attachment, place, onRemove }, index))),
        place);
}

// Files of reports on their way: up and down in chunks, each asked for by itself. The gateway says where to go on, so
// what was interrupted goes on there, whatever was in between; what has arrived is believed by its digest only.
// Nothing of this is shown here: attachment_list.js does that.

export const BYTES_MAX = 64 * 1024 * 1024;

const CHUNK_BYTES = 32 * 1024;
const TEXT_SLICE = 8 * 1024; // arguments of one call
const RETRY_MS = 500;
// While the gateway takes the digest of what it has, it sends us back to the last chunk; for ever it must not.
const STEPS_BACK_MAX = 40;
const OFFLINE = ['offline', 'unavailable', 'timeout', 'program.gone'];
const LATER = ['rate.limited', 'busy'];
const LATER_MAX = 60;

// What may be attached: kinds that show or hold findings, none that a program would run. `name` is a text's key.
const mediaTypes = [
    { type: 'application/pdf', name: 'reports.media.pdf', endings: ['pdf'] },
    { type: 'image/jpeg', name: 'reports.media.jpeg', endings: ['jpg', 'jpeg'], isShown: true },
    { type: 'image/png', name: 'reports.media.png', endings: ['png'], isShown: true },
    { type: 'image/webp', name: 'reports.media.webp', endings: ['webp'], isShown: true },
    { type: 'image/tiff', name: 'reports.media.tiff', endings: ['tif', 'tiff'] },
    { type: 'application/dicom', name: 'reports.media.dicom', endings: ['dcm', 'dicom'] },
    { type: 'text/plain', name: 'reports.media.text', endings: ['txt'] },
];

export const acceptedEndings = mediaTypes.flatMap((media) => media.endings).map((ending) => `.${ending}`).join(',');

// The row for a file's name; undefined: it cannot be attached.
export function mediaOfName(fileName) {
    const ending = fileName.toLowerCase().split('.').pop();
    return mediaTypes.find((media) => media.endings.includes(ending));
}

export function mediaOfType(type) {
    return mediaTypes.find((media) => media.type === type);
}

// ---- bytes and text

async function digestOf(bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function encode(bytes) {
    let text = '';
    for (let start = 0; start < bytes.length; start += TEXT_SLICE)
        text += String.fromCharCode(...bytes.subarray(start, start + TEXT_SLICE));
    return btoa(text);
}

function decode(text) {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

// ---- asking until there is an answer

function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

function failed(code) {
    return { kind: 'failed', error: { code, field: '', message: '' } };
}

// Asks again while there is no connection, for as long as nobody stops it. Returns the reply's data, or how it ended.
async function askOn({ desk, signal, onWaiting }, name, data) {
    for (let later = 0; later < LATER_MAX;) {
        if (signal.aborted)
            return { end: { kind: 'stopped' } };
        const outcome = await desk.request(name, data);
        if (outcome.kind === 'accepted')
            return { data: outcome.data };
        const isOffline = OFFLINE.includes(outcome.error.code);
        if (!isOffline && !LATER.includes(outcome.error.code))
            return { end: { kind: 'failed', error: outcome.error } };
        later += isOffline ? 0 : 1;
        if (isOffline)
            onWaiting();
        await pause(RETRY_MS);
    }
    return { end: failed('busy') };
}

// ---- up and down

// How a transfer ends: { kind: 'done', … }, { kind: 'stopped' } or { kind: 'failed', error }. `way` is
// { desk, signal (of an AbortController), onProgress(bytes), onWaiting() }: the latter whenever there is no connection.

// Sends a file. When it is done: `attachment`, as a report names it.
export async function upload(way, { patientId, file, mediaType }) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const attachment = { sha256: await digestOf(bytes), bytes: bytes.length, media_type: mediaType };
    let offset = 0;
    for (let stepsBack = 0; stepsBack <= STEPS_BACK_MAX;) {
        const { data, end } = await askOn(way, 'report/upload', {
            patient_id: patientId, ...attachment, offset, chunk: encode(bytes.subarray(offset, offset + CHUNK_BYTES)),
        });
        if (end)
            return end;
        if (data.complete)
            return { kind: 'done', attachment };
        stepsBack += data.next <= offset ? 1 : 0;
        offset = data.next;
        way.onProgress(offset);
    }
    return failed('attachment.mismatch');
}

// Fetches a report's file. When it is done: `blob`, which has the digest that the report names.
export async function download(way, { reportId, attachment }) {
    const bytes = new Uint8Array(attachment.bytes);
    for (let offset = 0; offset < bytes.length;) {
        const { data, end } = await askOn(way, 'report/download', { report_id: reportId, sha256: attachment.sha256, offset });
        if (end)
            return end;
        const chunk = decode(data.chunk);
        if (chunk.length === 0 || data.next !== offset + chunk.length || data.next > bytes.length)
            return failed('attachment.mismatch');
        bytes.set(chunk, offset);
        offset = data.next;
        way.onProgress(offset);
    }
    if (await digestOf(bytes) !== attachment.sha256)
        return failed('attachment.mismatch');
    return { kind: 'done', blob: new Blob([bytes], { type: attachment.media_type }) };
}

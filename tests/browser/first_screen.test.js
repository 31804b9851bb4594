// How soon a kiosk can be used, and how much its page and its program weigh. With sanitizers only the page is judged; the whole is in
// the benchmarks, on a release.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { KIOSK_SCREEN } from './browser.js';
import { isReady, screen } from './kiosk_page.js';
import { setStage } from './stage.js';

const PAGE_BYTES = 300 * 1024;
const PROGRAM_KIB = 8 * 1024;
const USABLE_WITHIN_MS = 1000;

const { test, clinic, open } = await setStage({ desks: ['desk-1'], kiosks: ['kiosk-1'] });

const procFile = (name, file) => readFileSync(`/proc/${clinic.pid(name)}/${file}`, 'utf8');
const isSanitized = procFile('kiosk-1', 'maps').includes('libasan');

// Bytes that come over the wire, headers included, until the page has all that it asks for.
async function weigh(box, isThere) {
    const page = await open(box, { path: null, viewport: KIOSK_SCREEN });
    const session = await page.context().newCDPSession(page);
    let bytes = 0;
    await session.send('Network.enable');
    session.on('Network.responseReceived', ({ response }) => { bytes += response.encodedDataLength; });
    session.on('Network.dataReceived', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await page.goto(clinic.url(box));
    await isThere(page);
    return bytes;
}

test('the kiosk’s first screen weighs at most 300 KiB', async (t) => {
    const bytes = await weigh('kiosk-1', isReady);
    t.diagnostic(`${Math.ceil(bytes / 1024)} KiB`);
    assert.ok(bytes > 10 * 1024, 'something was measured');
    assert.ok(bytes <= PAGE_BYTES, `${bytes} bytes`);
});

test('the desk’s first screen weighs at most 300 KiB, and does not wait for its charts', async (t) => {
    const asked = [];
    const bytes = await weigh('desk-1', async (page) => {
        page.on('request', (request) => asked.push(request.url()));
        await page.locator('.sign-in').waitFor();
    });
    t.diagnostic(`${Math.ceil(bytes / 1024)} KiB`);
    assert.ok(bytes <= PAGE_BYTES, `${bytes} bytes`);
    assert.ok(!asked.some((url) => url.endsWith('/chart.js')));
});

test('the kiosk’s first screen can be used within a second after its program starts', { skip: isSanitized }, async (t) => {
    const page = await open('kiosk-1', { path: null, viewport: KIOSK_SCREEN });
    await clinic.stop('kiosk-1');
    const began = performance.now();
    await clinic.start('kiosk-1');
    await page.goto(clinic.url('kiosk-1'));
    await screen(page, 'attract');
    await page.locator('.languages button').first().click({ trial: true });
    const ms = Math.round(performance.now() - began);
    t.diagnostic(`${ms} ms`);
    assert.ok(ms < USABLE_WITHIN_MS, `${ms} ms`);
});

test('the kiosk’s program takes at most 8 MiB while it serves', { skip: isSanitized }, async (t) => {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await isReady(page);
    const [, kib] = procFile('kiosk-1', 'smaps_rollup').match(/^Pss:\s+(\d+) kB/m);
    t.diagnostic(`${kib} KiB`);
    assert.ok(Number(kib) <= PROGRAM_KIB, `${kib} KiB`);
});

// Who walks away leaves nothing behind: not on the screen, in the browser, in the address, in a log.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { begin, choose, expecting, isReady, screen, scan, text, typeBirthDate, typeMemberId } from './kiosk_page.js';
import { setStage } from './stage.js';

const IDLE_S = 3;
const EXTEND_S = 3;
const { test, clinic, open } = await setStage({
    desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': { kiosk: { idle_s: IDLE_S, extend_s: EXTEND_S } } },
});
const expectPatient = expecting(clinic);

async function openKiosk() {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await isReady(page);
    return page;
}

// What a page can keep: runs in the page.
async function listTraces() {
    const databases = await indexedDB.databases();
    return {
        text: document.documentElement.textContent,
        values: [...document.querySelectorAll('input, textarea')].map((input) => input.value).join(' '),
        storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, document.cookie, await caches.keys()]),
        address: location.href,
        history: `${history.length} ${JSON.stringify(history.state)} ${document.title}`,
    };
}

async function expectNothingOf(page, patient) {
    const secrets = [patient.member_id, patient.birth_date, patient.phone_end, 'Lefèvre', 'Brandt', 'gluten'];
    const traces = await page.evaluate(listTraces);
    for (const [where, found] of Object.entries(traces))
        for (const secret of secrets)
            assert.ok(!found.includes(secret), `${secret} in ${where}`);
    assert.equal(traces.storage, '[{},{},[],"",[]]');
    assert.equal(traces.history.split(' ')[0], '2', 'the blank page and this one');
}

test('a patient who walks away is asked, and then forgotten', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    assert.match(await text(page), /Brandt/);
    await page.locator('dialog.idle').waitFor();
    assert.equal(await page.locator('dialog.idle').getAttribute('role'), 'alertdialog');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Yes, more time');
    assert.match(await text(page, 'dialog.idle'), /cleared in [123] second/);
    await screen(page, 'attract');
    assert.equal(await page.locator('dialog').count(), 0);
    await expectNothingOf(page, patient);

    await page.goBack().catch(() => null);
    await page.goForward().catch(() => null);
    await screen(page, 'attract');
    await expectNothingOf(page, patient);
});

test('who needs more time gets it, and finds everything as it was', async () => {
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'register');
    await page.locator('input[name=name]').fill('Zoë Lefèvre');
    await page.locator('dialog.idle').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.locator('dialog.idle').waitFor({ state: 'detached' });
    await page.locator('input[name=name]:focus').waitFor();
    assert.equal(await page.locator('input[name=name]').inputValue(), 'Zoë Lefèvre');
    await page.locator('dialog.idle').waitFor();
    await expectLargeText(page);
    await page.keyboard.press('Escape');
    await page.locator('dialog.idle').waitFor({ state: 'detached' });
    await page.locator('dialog.idle').waitFor();
    await page.locator('dialog.idle button', { hasText: 'Finish' }).click();
    await screen(page, 'attract');
});

test('a number goes away by itself, without a question', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    for (const name of ['confirm', 'contact', 'consents']) {
        await screen(page, name);
        await page.locator('.actions .primary').click();
    }
    await screen(page, 'number');
    await screen(page, 'attract');
    await expectNothingOf(page, patient);
});

test('what was entered goes with who entered it, and no address or log has it', async () => {
    const patient = await expectPatient();
    const addresses = [];
    const page = await openKiosk();
    page.on('request', (request) => addresses.push(request.url()));
    await begin(page);
    await choose(page, 'visits');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, patient.birth_date);
    await page.keyboard.press('Enter');
    await screen(page, 'record');
    await page.locator('button.finish').click();
    await begin(page);
    await choose(page, 'register');
    assert.equal(await page.locator('input[name=name]').getAttribute('autocomplete'), 'off');
    await page.locator('input[name=name]').fill('Zoë Lefèvre');
    await page.locator('button.finish').click();
    await screen(page, 'attract');
    await expectNothingOf(page, patient);
    const said = addresses.join(' ') + clinic.logs();
    for (const secret of [patient.member_id, patient.birth_date, 'Lef'])
        assert.ok(!said.includes(secret), secret);
});

test('an answer that comes after the end is shown to nobody', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    clinic.pause('gateway');
    await scan(page, patient.member_id);
    await page.locator('form[aria-busy=true]').waitFor();
    await page.locator('button.finish').click();
    await screen(page, 'attract');
    clinic.resume('gateway');
    // The next one's question is answered behind it.
    await scan(page, '100042177');
    await screen(page, 'reception');
    assert.ok(!(await text(page, 'body')).includes('Brandt'));
});

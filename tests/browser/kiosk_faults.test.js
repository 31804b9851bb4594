// The kiosk while something breaks under somebody's hands: broker, gateway, its own program, an update.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { KIOSK_SCREEN } from './browser.js';
import {
    begin, checkedIn, choose, confirmAll, expecting, FAST, goOn, identifyMember, isReady, scan, screen, text,
} from './kiosk_page.js';
import { setStage } from './stage.js';

const BACK_WITHIN_MS = 40000;
const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const expectPatient = expecting(clinic);

async function openKiosk() {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await isReady(page);
    return page;
}

async function becomes(page, name) {
    await page.locator(`[data-screen="${name}"]`).waitFor({ timeout: BACK_WITHIN_MS });
}

test('the broker dies in the middle of a check-in and comes back: one number, no duplicate', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    await clinic.kill('broker');
    await confirmAll(page);
    await screen(page, 'ticket');
    await clinic.start('broker');
    await becomes(page, 'number');
    assert.equal((await checkedIn(clinic, patient)).length, 1);
    await goOn(page);
    await isReady(page);
    await scan(page, patient.member_id);
    await page.locator('h1', { hasText: 'already' }).waitFor();
    assert.equal((await checkedIn(clinic, patient)).length, 1);
});

test('a gateway that hangs keeps nobody waiting', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    clinic.pause('gateway');
    await confirmAll(page);
    await screen(page, 'ticket');
    clinic.resume('gateway');
    await becomes(page, 'number');
    assert.equal((await checkedIn(clinic, patient)).length, 1);
});

test('who has gone back while the gateway was thinking stays there', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Nadia Haddad' });
    const patient = await expectPatient();
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    clinic.pause('gateway');
    await identifyMember(page, patient.member_id);
    await page.locator('form[aria-busy=true]').waitFor();
    await page.locator('.actions button', { hasText: 'Back' }).click();
    await screen(page, 'menu');
    clinic.resume('gateway');
    // What is asked now is answered behind it.
    await choose(page, 'feedback');
    await page.locator('select[name=doctor_id] option', { hasText: doctor.name }).waitFor({ state: 'attached' });
    await screen(page, 'feedback');
    assert.equal((await checkedIn(clinic, patient)).length, 0);
});

// The kernel chose the page's port; the browser looks for the program where it was.
function keepPort() {
    const path = join(clinic.nodeFolder('kiosk-1'), 'node.ini');
    const { port } = new URL(clinic.url('kiosk-1'));
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^port = 0$/m, `port = ${port}`));
}

test("the kiosk's program dies behind a ticket, and the page finds the number by itself", async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    keepPort();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    clinic.pause('gateway');
    await confirmAll(page);
    await screen(page, 'ticket');
    await clinic.kill('kiosk-1');
    clinic.resume('gateway');
    await clinic.start('kiosk-1');
    await becomes(page, 'number');
    assert.equal((await checkedIn(clinic, patient)).length, 1);
});

test("without the kiosk's program turns begin and end all the same, in any language, and nothing is lost of the page", async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    keepPort();
    await begin(page, 'de');
    await clinic.kill('kiosk-1');
    await page.locator('button.finish').click();
    await page.locator('.cut-off:not(:empty)').waitFor();
    await begin(page, 'fr');
    assert.equal(await text(page, 'h1'), 'Que souhaitez-vous faire ?');
    await choose(page, 'check-in');
    await identifyMember(page, patient.member_id);
    await screen(page, 'reception');
    await clinic.start('kiosk-1');
    await page.locator('html[data-connection=up]').waitFor({ timeout: BACK_WITHIN_MS });
    await page.locator('.actions button').nth(1).click();
    await identifyMember(page, patient.member_id);
    await screen(page, 'confirm');
});

test('a page whose program was updated takes itself anew, once nobody is here', async () => {
    const page = await openKiosk();
    keepPort();
    await page.route('**/api/start', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...await response.json(), version: '99.0.0' } });
    });
    await begin(page);
    await page.evaluate(() => { globalThis.isOld = true; });
    await clinic.kill('kiosk-1');
    await page.locator('html[data-connection=down]').waitFor();
    await clinic.start('kiosk-1');
    await page.locator('html[data-connection=up]').waitFor({ timeout: BACK_WITHIN_MS });
    assert.equal(await page.evaluate(() => globalThis.isOld), true);
    await page.locator('button.finish').click();
    await page.waitForFunction(() => globalThis.isOld === undefined);
    await isReady(page);
});

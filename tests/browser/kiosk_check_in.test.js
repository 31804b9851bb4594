// Checking in at the kiosk, from the first touch to the number, and what is no way to a number.
import assert from 'node:assert/strict';

import { KIOSK_SCREEN } from './browser.js';
import {
    begin, checkedIn, choose, confirmAll, expecting, FAST, goOn, identifyMember, isReady, numberOf, scan, screen, tabTo, text,
    typeBirthDate, typeMemberId,
} from './kiosk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const expectPatient = expecting(clinic);
const arrivals = (patient) => checkedIn(clinic, patient);

async function openKiosk() {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await isReady(page);
    return page;
}

test('a patient checks in by member ID and gets a number', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    await identifyMember(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    assert.match(await numberOf(page), /^[A-Z]\d\d$/);
    assert.match(await text(page), /Nobody is before you|before you/);
    const [event] = await arrivals(patient);
    assert.equal(event.data.queue_number, await numberOf(page));
    assert.ok(!('ticket' in event.data)); // the number came at once
    assert.ok(!('contact_changed' in event.data));
    await page.locator('.custody [data-step=clinic].done').waitFor();
});

test('the whole way needs no touch', async () => {
    const patient = await expectPatient({ email: 'zoe@example.org' });
    const page = await openKiosk();
    await page.keyboard.press('Enter');
    await page.locator('[data-screen=languages] h1:focus').waitFor();
    await tabTo(page, '[lang=en]');
    await page.keyboard.press('Enter');
    await page.locator('[data-screen=menu] h1:focus').waitFor();
    await tabTo(page, '[data-choice=check-in]');
    await page.keyboard.press('Space');
    await page.locator('input[name=member_id]:focus').waitFor();
    await page.keyboard.type(patient.member_id);
    await page.keyboard.press('Enter');
    for (const name of ['confirm', 'contact']) {
        await page.locator(`[data-screen=${name}] h1:focus`).waitFor();
        await tabTo(page, '.actions .primary');
        await page.keyboard.press('Enter');
    }
    await page.locator('[data-screen=consents] h1:focus').waitFor();
    await tabTo(page, 'input[name=email_consent]');
    await page.keyboard.press('Space');
    await tabTo(page, '.actions .primary');
    await page.keyboard.press('Enter');
    await page.locator('[data-screen=number] h1:focus').waitFor();
    assert.equal((await arrivals(patient)).length, 1);
    await tabTo(page, '.actions .primary');
    await page.keyboard.press('Enter');
    await screen(page, 'attract');
});

test('a code that is scanned on the first screen is enough', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
});

test('slow digits in which somebody corrects one are typed, not scanned', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    await page.locator('input[name=member_id]:focus').waitFor();
    await page.keyboard.type(`${patient.member_id.slice(0, 8)}x`);
    await page.keyboard.press('Backspace');
    assert.equal(await page.locator('input[name=member_id]').inputValue(), patient.member_id.slice(0, 7));
    await page.keyboard.type(patient.member_id.slice(7));
    await page.keyboard.press('Enter');
    await screen(page, 'confirm');
});

test('a code with a word before the digits is scanned on any screen that asks who it is', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    await page.locator('form .actions button', { hasText: 'I do not have' }).click();
    await screen(page, 'identify-born');
    await scan(page, `CLINIC:${patient.member_id}`);
    await screen(page, 'confirm');
});

test('birth date and the end of the phone number are enough, on the pad', async () => {
    const patient = await expectPatient({ birth_date: '1950-12-05' });
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    await page.locator('form .actions button', { hasText: 'I do not have' }).click();
    await screen(page, 'identify-born');
    for (const digit of `05121950${patient.phone_end}`)
        await page.locator(`.keypad button[aria-label="${digit}"]`).click();
    assert.equal(await page.locator('input[name=phone_end]').inputValue(), patient.phone_end);
    await page.locator('.keypad button').last().click();
    assert.equal(await page.locator('input[name=phone_end]').inputValue(), patient.phone_end.slice(0, 3));
    await page.locator(`.keypad button[aria-label="${patient.phone_end.at(-1)}"]`).click();
    await page.locator('form button[type=submit]').click();
    await confirmAll(page);
    await screen(page, 'number');
    assert.equal((await arrivals(patient)).length, 1);
});

test('what cannot be right is said without asking anybody', async () => {
    const page = await openKiosk();
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await begin(page);
    await choose(page, 'check-in');
    await identifyMember(page, '100042171');
    await page.locator('.error', { hasText: 'not a member ID' }).waitFor();
    assert.equal(await page.locator('input[name=member_id]').getAttribute('aria-invalid'), 'true');
    await page.locator('form .actions button', { hasText: 'I do not have' }).click();
    await typeBirthDate(page, '1987-02-30');
    await page.locator('form button[type=submit]').click();
    await page.locator('.error', { hasText: 'date of birth' }).waitFor();
    await page.locator('.error', { hasText: 'four digits' }).waitFor();
    assert.deepEqual(asked.filter((path) => path.startsWith('/api/appointment')), []);
});

test('somebody unknown and somebody without a visit are told the same', async () => {
    const patient = await clinic.registerPatient();
    const page = await openKiosk();
    const told = [];
    for (const memberId of ['100042177', patient.member_id]) {
        await begin(page);
        await choose(page, 'check-in');
        await identifyMember(page, memberId);
        await screen(page, 'reception');
        told.push(await text(page, '#page'));
        await goOn(page);
    }
    assert.equal(told[0], told[1]);
    assert.match(told[0], /Please see the reception/);
    assert.ok(!told[1].includes('Zoë'));
});

test('who is checked in already sees the same number again', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    const number = await numberOf(page);
    await goOn(page);
    await screen(page, 'attract');
    await scan(page, patient.member_id);
    await page.locator('h1', { hasText: 'already' }).waitFor();
    assert.equal(await numberOf(page), number);
    assert.equal((await arrivals(patient)).length, 1);
});

test('the next one need not wait until the number before has gone', async () => {
    const [first, second] = [await expectPatient(), await expectPatient()];
    const page = await openKiosk();
    await begin(page, 'fr');
    await choose(page, 'check-in');
    await identifyMember(page, first.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    const number = await numberOf(page);
    await scan(page, second.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    assert.notEqual(await numberOf(page), number);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.equal((await arrivals(second)).length, 1);
});

test('a phone number that is no longer right is for the reception', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    await goOn(page);
    await screen(page, 'contact');
    const shown = await text(page);
    assert.ok(!shown.includes(patient.phone_end), shown);
    await page.locator('.actions button').nth(1).click();
    await screen(page, 'consents');
    await goOn(page);
    await page.locator('.note-line', { hasText: 'tell the reception' }).waitFor();
    const [event] = await arrivals(patient);
    assert.equal(event.data.contact_changed, true);
});

test('a consent that is changed is kept, and one that is not is not sent', async () => {
    const patient = await expectPatient({ email: 'zoe@example.org', email_consent: 'given' });
    const page = await openKiosk();
    const asked = [];
    page.on('request', (request) => {
        if (request.url().endsWith('/api/patient/consent'))
            asked.push(request.postDataJSON().data);
    });
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    await goOn(page);
    await goOn(page);
    await screen(page, 'consents');
    assert.equal(await page.locator('input[name=email_consent]').isChecked(), true);
    await page.locator('input[name=sms_consent]').check();
    await goOn(page);
    await screen(page, 'number');
    assert.deepEqual(asked, [{ member_id: patient.member_id, sms_consent: 'given' }]);
    const { patient: record } = await clinic.ask('patient/read', { patient_id: patient.patient_id });
    assert.equal(record.sms_consent, 'given');
    assert.equal(record.email_consent, 'given');
});

test('the wrong visit is for the reception', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await screen(page, 'confirm');
    await page.locator('.actions button').nth(1).click();
    await screen(page, 'reception');
    assert.equal((await arrivals(patient)).length, 0);
});

test('paper shows the clinic, the number and nothing of the patient', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await scan(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    await page.evaluate(() => { globalThis.print = () => { globalThis.isPrinted = true; }; });
    await page.locator('.actions button', { hasText: 'Print' }).click();
    assert.equal(await page.evaluate(() => globalThis.isPrinted), true);
    await page.emulateMedia({ media: 'print' });
    const seen = await text(page, 'body');
    assert.match(seen, new RegExp(`^Clinic ${await numberOf(page)} `));
    assert.ok(!seen.includes('Zoë') && !seen.includes(patient.member_id) && !seen.includes('Finish'), seen);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const [, width] = pdf.match(/\/MediaBox ?\[0 0 ([\d.]+)/);
    assert.ok(Math.abs(Number(width) - 80 / 25.4 * 72) < 2, `${width} pt wide`);
});

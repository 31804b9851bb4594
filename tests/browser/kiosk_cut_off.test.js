// The kiosk while the clinic cannot be reached, and when it can be reached again: what was entered arrives, once.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import {
    begin, checkedIn, choose, expecting, FAST, goOn, identifyMember, isReady, numberOf, scan, screen, text, typeBirthDate, typeMemberId,
} from './kiosk_page.js';
import { setStage } from './stage.js';

const BACK_WITHIN_MS = 40000;
const WRONG = '100042177'; // well-formed, and nobody's
const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const expectPatient = expecting(clinic);

async function openKiosk() {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await screen(page, 'attract');
    return page;
}

async function becomes(page, name) {
    await page.locator(`[data-screen="${name}"]`).waitFor({ timeout: BACK_WITHIN_MS });
}

async function submit(page) {
    await page.locator('form button[type=submit]').click();
}

// A ticket, and the patient walks away with it.
async function takeTicket(page, patient) {
    await scan(page, patient.member_id);
    await screen(page, 'ticket');
    const ticket = await numberOf(page);
    await goOn(page);
    await screen(page, 'attract');
    return ticket;
}

async function untilBoard(isSo) {
    const until = Date.now() + BACK_WITHIN_MS;
    for (;;) {
        const board = await clinic.ask('appointment/board', {}, { as: null });
        if (isSo(board))
            return;
        assert.ok(Date.now() < until, JSON.stringify(board));
    }
}

test('29 cut off, check-ins get tickets, and when the clinic is back each becomes one number', async () => {
    const [stays, leaves] = [await expectPatient(), await expectPatient()];
    const page = await openKiosk();
    const wrong = await openKiosk();
    await isReady(page);
    await clinic.kill('broker');
    await page.locator('.cut-off', { hasText: 'check in all the same' }).waitFor();
    const left = await takeTicket(page, leaves);
    await begin(page);
    await choose(page, 'check-in');
    await identifyMember(page, stays.member_id);
    await screen(page, 'ticket');
    const ticket = await numberOf(page);
    assert.match(ticket, /^P\d+$/);
    assert.notEqual(ticket, left);
    assert.match(await text(page), /cannot reach the clinic’s system right now.*which number your ticket becomes/);
    assert.deepEqual(await page.locator('.custody .done').evaluateAll((steps) => steps.map((step) => step.dataset.step)), ['here']);
    await expectAccessible(page);
    await expectLargeText(page);
    await scan(wrong, WRONG);
    await screen(wrong, 'ticket');

    await clinic.start('broker');
    await becomes(page, 'number');
    assert.match(await numberOf(page), /^[A-Z]\d\d$/);
    assert.match(await text(page), new RegExp(`replaces your ticket ${ticket}`));
    await becomes(wrong, 'reception');
    await untilBoard((board) => [ticket, left].every((one) => board.tickets.some((row) => row.ticket === one)));
    assert.deepEqual((await checkedIn(clinic, stays)).map((event) => event.data.ticket), [ticket]);
    assert.deepEqual((await checkedIn(clinic, leaves)).map((event) => event.data.ticket), [left]);
});

async function failToLook(page) {
    await begin(page);
    await choose(page, 'visits');
    await typeMemberId(page, WRONG);
    await typeBirthDate(page, '1987-03-14');
    await submit(page);
    await screen(page, 'reception');
    assert.match(await text(page), /cannot reach/);
    await goOn(page);
}

// With a name it cannot be done, which is said, and not a word is lost.
async function giveFeedback(page) {
    await begin(page);
    await choose(page, 'feedback');
    await page.locator('input[name=rating]').nth(1).check();
    await page.locator('textarea').fill('Cold waiting room');
    await page.locator('select[name=who]').selectOption('named');
    await submit(page);
    await screen(page, 'identify-both');
    await typeMemberId(page, WRONG);
    await typeBirthDate(page, '1987-03-14');
    await submit(page);
    await page.locator('.problem', { hasText: 'without your name' }).waitFor();
    assert.equal(await page.locator('textarea').inputValue(), 'Cold waiting room');
    await page.locator('select[name=who]').selectOption('nobody');
    await submit(page);
    await screen(page, 'thanks');
    await goOn(page);
}

async function register(page) {
    await begin(page);
    await choose(page, 'register');
    await page.locator('input[name=name]').fill('Noor Al-Hakim');
    await typeBirthDate(page, '1999-05-17');
    await submit(page);
    await screen(page, 'register-reach');
    await submit(page);
    await screen(page, 'register-messages');
    await submit(page);
    await screen(page, 'registered');
}

test('cut off, who is new and who has something to say is heard later, once', async () => {
    const page = await openKiosk();
    await isReady(page);
    await clinic.kill('broker');
    await failToLook(page);
    await giveFeedback(page);
    await register(page);
    assert.equal(await page.locator('.member-id').count(), 0);

    await clinic.start('broker');
    await page.locator('.member-id').waitFor({ timeout: BACK_WITHIN_MS });
    const { patients } = await clinic.ask('patient/provisional', {});
    assert.deepEqual(patients.map((patient) => patient.name), ['Noor Al-Hakim']);
    const feedback = await clinic.events('clinic.feedback.submitted', { personal: true });
    assert.deepEqual(feedback.map((event) => event.data.text), ['Cold waiting room']);
});

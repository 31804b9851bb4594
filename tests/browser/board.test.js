// The waiting room's screen: numbers and rooms, at once, and by itself again when something was broken.
import assert from 'node:assert/strict';

import { expectAccessible, expectCalm, expectWhole } from './accessible.js';
import { checkedIn, expecting } from './kiosk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const WALL = { width: 1920, height: 1080 };
const { test, clinic, open } = await setStage({
    desks: [], kiosks: ['kiosk-1'], boards: LANGUAGES.map((language) => `board-${language}`),
    settings: Object.fromEntries(LANGUAGES.map((language) => [`board-${language}`, { kiosk: { first_language: language, name: 'Clinic by the Park' } }])),
});
const expectPatient = expecting(clinic);

async function openBoard(name = 'board-en') {
    const page = await open(name, { viewport: WALL });
    await page.locator('.line:not(.bad)').waitFor({ timeout: 40000 });
    return page;
}

// A visit whose patient is in the waiting room: { appointment_id, number }.
async function arrive(ticket = null) {
    const patient = await expectPatient();
    const { appointments } = await clinic.ask('appointment/list', { patient_id: patient.patient_id });
    const [{ appointment_id: id }] = appointments;
    await clinic.ask('appointment/check-in', { appointment_id: id, ...(ticket === null ? {} : { ticket }) });
    const [event] = await checkedIn(clinic, patient);
    return { id, number: event.data.queue_number };
}

async function call(visit, room) {
    await clinic.ask('appointment/call', { appointment_id: visit.id, room });
}

const latest = (page) => page.locator('.latest .queue-number');

test('a call is on the screen within a second, and is said', async () => {
    const visit = await arrive();
    const page = await openBoard();
    await page.locator('.waiting', { hasText: /\d|Nobody/ }).waitFor();
    await call(visit, '3');
    const began = Date.now();
    await latest(page).filter({ hasText: visit.number }).waitFor();
    assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
    await page.locator('.latest.new .room', { hasText: '3' }).waitFor();
    assert.equal(await page.locator('[aria-live]').first().textContent(), `Number ${visit.number}, room 3`);
    await clinic.ask('appointment/close', { appointment_id: visit.id, outcome: 'fulfilled' });
    await page.locator('.latest', { hasNotText: visit.number }).waitFor();
});

test('the newest call stands first, those before below it, and nobody by name', async () => {
    const [first, second] = [await arrive(), await arrive()];
    const page = await openBoard();
    await call(first, 'Blue');
    await latest(page).filter({ hasText: first.number }).waitFor();
    await call(second, '2');
    await latest(page).filter({ hasText: second.number }).waitFor();
    await page.locator('.others li', { hasText: first.number }).filter({ hasText: 'Blue' }).waitFor();
    assert.ok(!/Zoë|Lefèvre|Brandt/.test(await page.content()));
    await call(first, '9');
    await latest(page).filter({ hasText: first.number }).waitFor();
    assert.match(await page.locator('.latest').innerText(), /9/);
});

test('a ticket is shown with the number that it has become, until the call', async () => {
    const visit = await arrive('P77');
    const page = await openBoard();
    await page.locator('.tickets li', { hasText: 'P77' }).filter({ hasText: visit.number }).waitFor();
    await call(visit, '4');
    await page.locator('.tickets li', { hasText: 'P77' }).waitFor({ state: 'detached' });
});

test('cut off it says so and keeps what it knows; afterwards it is up to date by itself', async () => {
    const [before, during] = [await arrive(), await arrive()];
    const page = await openBoard();
    await call(before, '5');
    await latest(page).filter({ hasText: before.number }).waitFor();
    await clinic.kill('broker');
    await page.locator('.line.bad', { hasText: 'No connection' }).waitFor();
    assert.equal(await latest(page).textContent(), before.number);
    await clinic.start('broker');
    await call(during, '6');
    await latest(page).filter({ hasText: during.number }).waitFor({ timeout: 40000 });
    await page.locator('.line:not(.bad)').waitFor({ timeout: 40000 });
});

test('a board serves nothing but the screen', async () => {
    const get = (path) => fetch(clinic.url('board-en') + path);
    assert.equal((await get('board')).status, 200);
    assert.equal((await get('kiosk/kiosk.js')).status, 404);
    const { role, requests } = await (await get('api/start')).json();
    assert.equal(role, 'board');
    assert.deepEqual(Object.keys(requests), ['appointment/board']);
});

test('a kiosk has the screen too', async () => {
    const page = await open('kiosk-1', { path: 'board', viewport: WALL });
    await page.locator('.waiting').waitFor();
});

for (const language of LANGUAGES)
    test(`the screen can be read: ${language}`, async () => {
        const visits = [await arrive(), await arrive('P88')];
        const page = await openBoard(`board-${language}`);
        await call(visits[0], '7');
        await latest(page).filter({ hasText: visits[0].number }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        await expectAccessible(page);
        await expectWhole(page);
        await expectCalm(page);
        const height = await latest(page).evaluate((node) => node.getBoundingClientRect().height);
        assert.ok(height >= 0.15 * WALL.height, `${height} px`);
    });

test('on a busy day all that is shown fits, since nobody can scroll', async () => {
    const page = await openBoard();
    for (const room of ['1', '2', 'X-ray', '4', 'Laboratory 2'])
        await call(await arrive(), room);
    for (let ticket = 101; ticket < 112; ticket++)
        await arrive(`P${ticket}`);
    await page.locator('.aside', { hasText: '1 / 2' }).waitFor();
    await page.locator('.latest', { hasText: 'Laboratory 2' }).waitFor();
    assert.equal(await page.locator('.others li').count(), 4);
    await page.locator('.tickets li').nth(8).waitFor();
    await expectWhole(page);
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollHeight), WALL.height);
    // Each ticket has its turn.
    for (const ticket of ['P101', 'P111', 'P101'])
        await page.locator('.tickets li', { hasText: ticket }).waitFor();
});

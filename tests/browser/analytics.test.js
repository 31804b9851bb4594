// The analytics at the front desk: their numbers are those of what happened, as pictures, as tables and as a file.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { expectAccessible, expectLargeText } from './accessible.js';
import { goTo, signIn } from './desk_page.js';
import { until } from './program.js';
import { LOCALES, setStage } from './stage.js';

// A box waits longer for the broker the longer that one has been away.
const RETURN_WITHIN_MS = 60000;

const { test, clinic, open, takeProblems } = await setStage({ desks: ['desk-1'] });

// Seven patients; six bookings, of which two are canceled, both late; one took place; one item ran low, then out.
const doctor = await clinic.hireDoctor();
const patients = [];
for (let number = 0; number < 7; number++)
    patients.push(await clinic.registerPatient());
const [zoe] = patients;
const first = await clinic.book(zoe, doctor, clinic.local(20));
await clinic.ask('appointment/check-in', { appointment_id: first.appointment_id });
await clinic.ask('appointment/call', { appointment_id: first.appointment_id, room: '1' });
await clinic.ask('appointment/close', { appointment_id: first.appointment_id, outcome: 'fulfilled' });
for (let number = 1; number < 5; number++) {
    const { appointment_id } = await clinic.book(patients[number], doctor, clinic.local(40 + 20 * number));
    if (number > 2)
        await clinic.ask('appointment/cancel', { appointment_id, by: 'patient' });
}
await clinic.book(zoe, doctor, clinic.local(300)); // of a patient who is known by now
await clinic.ask('equipment/item', { item_id: 'gloves', name: 'Gloves', minimum: 10, par: 40, unit: 'box', location: 'Room 2' });
for (const quantity of [20, 5, 0])
    await clinic.ask('equipment/count', { item_id: 'gloves', quantity, reason: 'shelf check' });
await clinic.ask('feedback/submit', { feedback_id: randomUUID(), rating: 4 });

async function openAnalytics(options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, 'mara');
    await goTo(page, 'analytics');
    await page.locator('figure').first().waitFor();
    return page;
}

// The last row of a chart's table, which is today's.
async function todayOf(page, title) {
    const figure = page.locator('figure', { hasText: title }).first();
    const cells = await figure.locator('tbody tr').last().locator('td').allTextContents();
    return cells.slice(1).map(Number);
}

async function sentenceOf(page, title) {
    return page.locator('figure', { hasText: title }).first().locator('h3').textContent();
}

test('the tables of the charts hold what happened', async () => {
    const page = await openAnalytics();
    assert.deepEqual(await todayOf(page, 'New patients'), [7]);
    assert.deepEqual(await todayOf(page, 'Bookings and cancellations'), [6, 2, 2]);
    assert.deepEqual(await todayOf(page, 'Visits and no-shows'), [1, 0]);
    assert.deepEqual(await todayOf(page, 'New and known patients'), [1, 5]);
    assert.deepEqual(await todayOf(page, 'Low stock'), [1, 1]);
    assert.equal(await sentenceOf(page, 'New patients'), '7 new patients, 7 more than in the time before');
    assert.equal(await sentenceOf(page, 'Bookings and cancellations'), '6 bookings, 6 more than in the time before; 2 canceled, 2 of them less than a day before');
    assert.equal(await sentenceOf(page, 'Visits and no-shows'), 'Nobody came to 0 of 1 visits (0%)');
    assert.deepEqual((await page.locator('.key-number').allTextContents()).filter((_, index) => index !== 1), ['7', '4']);
});

test('the pictures draw the numbers of the tables, told apart by more than colour', async () => {
    const page = await openAnalytics();
    const drawn = () => page.evaluate(() => [...document.querySelectorAll('canvas')].map((canvas) => {
        const chart = globalThis.Chart?.getChart(canvas);
        return chart && {
            today: chart.data.datasets.map((one) => one.data.at(-1)),
            dashes: chart.data.datasets.map((one) => String(one.borderDash)),
            isStill: chart.options.animation === false,
        };
    }));
    const charts = await until('the charts are drawn', async () => {
        const found = await drawn();
        return found.every(Boolean) && found;
    });
    assert.deepEqual(charts.map((chart) => chart.today), [[7], [6, 2, 2], [1, 0], [1, 5], [1, 1]]);
    assert.equal(new Set(charts[1].dashes).size, 3);
    assert.ok(charts.every((chart) => chart.isStill), 'who asked for less motion sees none');
});

test('the library of the charts is loaded by this view alone', async () => {
    const page = await open('desk-1');
    await signIn(page, 'mara');
    assert.equal(await page.locator('script[src="/chart.js"]').count(), 0);
    await goTo(page, 'analytics');
    await page.locator('script[src="/chart.js"]').waitFor({ state: 'attached' });
    await goTo(page, 'patients');
    await goTo(page, 'analytics');
    await page.locator('figure').first().waitFor();
    assert.equal(await page.locator('script[src="/chart.js"]').count(), 1);
});

test('without the library the numbers are there as tables', async () => {
    const page = await open('desk-1');
    await page.route('**/chart.js', (route) => route.abort());
    await signIn(page, 'mara');
    await goTo(page, 'analytics');
    await page.getByText('The picture could not be drawn.').first().waitFor();
    await page.locator('figure details[open] tbody tr').last().waitFor();
    assert.deepEqual(await todayOf(page, 'Bookings and cancellations'), [6, 2, 2]);
    assert.equal(takeProblems().length, 1, 'all charts ask for it once');
});

test('every time that can be chosen adds up to the same, and is a file', async () => {
    const page = await openAnalytics();
    const rows = { 7: 7, 30: 30, 90: 13, year: 12 };
    for (const [range, count] of Object.entries(rows)) {
        await page.locator('select[name=range]').selectOption(range);
        await page.waitForFunction((wanted) => document.querySelector('figure tbody')?.rows.length === wanted, count);
        assert.deepEqual(await todayOf(page, 'Bookings and cancellations'), [6, 2, 2], range);
        const coming = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Download as CSV' }).click();
        const lines = readFileSync(await (await coming).path(), 'utf8').replace('\uFEFF', '').trim().split('\r\n');
        assert.equal(lines.length, count + 1);
        assert.deepEqual(lines.at(-1).split(',').slice(1), [clinic.today(), '7', '6', '2', '2', '1', '0', '1', '5', '1', '1'].map(String));
    }
});

test('what happens meanwhile is counted on the screen', async () => {
    const page = await openAnalytics();
    await page.locator('figure summary').first().click();
    assert.deepEqual(await todayOf(page, 'New patients'), [7]);
    await clinic.registerPatient();
    await until('the new patient is counted', async () => (await todayOf(page, 'New patients'))[0] === 8, 4000);
    assert.ok(await page.locator('figure details').first().evaluate((details) => details.open), 'the table stays open');
    assert.equal(await page.locator('.key-number').first().textContent(), '8');
});

test('without a connection it says so, and goes on by itself when there is one again', async () => {
    const page = await openAnalytics();
    await clinic.kill('broker');
    await page.getByText('No connection to the clinic').waitFor();
    await page.locator('select[name=range]').selectOption('7');
    await page.getByRole('alert').filter({ hasText: 'connection' }).waitFor();
    await clinic.start('broker');
    await page.locator('figure').first().waitFor({ timeout: RETURN_WITHIN_MS });
    assert.equal(await page.locator('figure').first().locator('tbody tr').count(), 7);
});

test('only the management sees it', async () => {
    const page = await open('desk-1');
    await signIn(page, 'dora');
    assert.equal(await page.locator('nav [data-view="analytics"], nav [data-view="audit"]').count(), 0);
    assert.equal((await clinic.attempt('analytics/read', { from: clinic.today(), to: clinic.today() }, { as: 'dora' })).error.code, 'forbidden');
});

test('the analytics keep nobody out, in any language', async () => {
    for (const locale of LOCALES) {
        const page = await openAnalytics({ locale });
        await page.locator('figure summary').first().click();
        await expectAccessible(page);
        if (locale === 'de-DE')
            await expectLargeText(page); // its words are the longest
    }
});

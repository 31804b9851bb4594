// The staff room's screen: what the gateway tells all staff, without anybody signed in and without anybody's name.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { expectAccessible, expectCalm, expectLargeText } from './accessible.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'], kiosks: ['kiosk-1'] });
const SOON_MS = 2000;

let itemNumber = 0;

async function addItem(quantity) {
    itemNumber += 1;
    const item = { item_id: `item-${itemNumber}`, name: `Gloves ${itemNumber}`, unit: 'pair', location: 'Shelf 1', minimum: 10, par: 40 };
    await clinic.ask('equipment/item', item);
    await count(item, quantity);
    return item;
}

async function count(item, quantity) {
    await clinic.ask('equipment/count', { item_id: item.item_id, quantity, reason: 'counted' });
}

async function openAlerts(options = {}) {
    const page = await open('desk-1', { path: 'alerts.html', ...options });
    await page.locator('.connection .badge.good').waitFor();
    return page;
}

const alerts = (page) => page.locator('.alert');

test('an item that falls low, and one that is used up, is on the screen at once, newest first, and announced', async () => {
    const first = await addItem(25);
    const second = await addItem(12);
    const page = await openAlerts();
    await page.getByText('Nothing to do right now.').waitFor();
    await count(first, 4);
    await page.getByText(`Please restock ${first.name}: 4 pair left`).first().waitFor({ timeout: SOON_MS });
    await count(second, 0);
    await alerts(page).filter({ hasText: `${second.name}: none left.` }).waitFor({ timeout: SOON_MS });
    assert.match(await alerts(page).last().textContent(), /Low stockPlease restock Gloves 1.*\d\d:\d\d/);
    assert.match(await page.locator('[role=alert]').textContent(), /Gloves 2/);
});

test('what has been restocked is shown as done', async () => {
    const item = await addItem(25);
    const page = await openAlerts();
    await count(item, 3);
    await alerts(page).filter({ hasText: item.name }).getByText('Low stock').waitFor();
    await count(item, 40);
    await alerts(page).filter({ hasText: item.name }).getByText('Restocked').waitFor({ timeout: SOON_MS });
});

test('nobody is named, and what is for a doctor is not shown', async () => {
    const page = await openAlerts();
    const doctor = await clinic.hireDoctor();
    const patient = await clinic.registerPatient({ name: 'Ottoline Fitzgerald-Quux' });
    await clinic.book(patient, doctor, clinic.local(30));
    await clinic.ask('feedback/submit', { feedback_id: randomUUID(), patient_id: patient.patient_id, rating: 2, text: 'Quux waited' });
    await alerts(page).getByText('There is new general feedback.').waitFor();
    assert.equal(await alerts(page).count(), 1);
    const text = await page.locator('body').textContent();
    for (const word of ['Ottoline', 'Quux', doctor.name, patient.member_id])
        assert.equal(text.includes(word), false, word);
});

test('it is read from across the room', async () => {
    const item = await addItem(25);
    const page = await openAlerts({ viewport: { width: 1920, height: 1080 } });
    await count(item, 4);
    await alerts(page).first().waitFor();
    const px = await page.locator('.alert-text').first().evaluate((node) => parseFloat(getComputedStyle(node).fontSize));
    assert.ok(px >= 40, `${px} px`);
});

test('a lost connection is said, and what comes after it is shown', async () => {
    const item = await addItem(25);
    const page = await openAlerts();
    await clinic.kill('gateway');
    await page.getByText('gateway is not running').waitFor();
    await clinic.start('gateway');
    await page.locator('.connection .badge.good').waitFor();
    await count(item, 4);
    await alerts(page).filter({ hasText: item.name }).waitFor();
});

test('the screen keeps nobody out, in any language', async () => {
    for (const locale of LOCALES) {
        const item = await addItem(25);
        const page = await openAlerts({ locale });
        await expectAccessible(page);
        await count(item, 0);
        await alerts(page).first().waitFor();
        await count(await addItem(25), 5);
        await alerts(page).nth(1).waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
        await expectCalm(page);
        await page.close();
    }
});

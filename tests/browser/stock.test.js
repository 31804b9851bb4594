// The stock at the front desk: levels that two desks see at once, counts by hand, orders, and the report on paper.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { goTo, signIn } from './desk_page.js';
import { until } from './program.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'], nodes: [['scale-1', 'scale']] });
const LIVE_MS = 1000;

let itemNumber = 0;

async function addItem(quantity, data = {}) {
    itemNumber += 1;
    const item = { item_id: `item-${itemNumber}`, name: `Gloves ${itemNumber}`, unit: 'pair', location: 'Shelf 1', minimum: 10, par: 40, ...data };
    await clinic.ask('equipment/item', item);
    await clinic.ask('equipment/count', { item_id: item.item_id, quantity, reason: 'the beginning' });
    return item;
}

async function openView(desk, name, view = 'stock') {
    const page = await open(desk);
    await signIn(page, name);
    await goTo(page, view);
    return page;
}

const rowOf = (page, item) => page.locator('tbody tr').filter({ hasText: item.name });
const dialogOf = (page) => page.locator('dialog[open]');

async function fillIn(page, values) {
    for (const [name, value] of Object.entries(values)) {
        const input = dialogOf(page).locator(`[name=${name}]`);
        if (await input.evaluate((node) => node.tagName === 'SELECT'))
            await input.selectOption(value);
        else
            await input.fill(value);
    }
}

async function submit(page) {
    await dialogOf(page).locator('button[type=submit]').click();
}

async function count(page, item, quantity) {
    await page.getByRole('button', { name: `Count ${item.name}` }).click();
    await fillIn(page, { quantity: String(quantity) });
    await submit(page);
    await dialogOf(page).waitFor({ state: 'detached' });
}

test('an item that is added at one desk is on the shelf of both', async () => {
    const [page, other] = await Promise.all([openView('desk-1', 'sam'), openView('desk-2', 'rosa')]);
    await page.getByRole('button', { name: 'Add item' }).first().click();
    await fillIn(page, { name: 'Drill 008', unit: 'piece', location: 'Drawer 3', minimum: '5', par: '60' });
    await submit(page);
    for (const one of [page, other])
        await rowOf(one, { name: 'Drill 008' }).waitFor();
    assert.match(await rowOf(other, { name: 'Drill 008' }).textContent(), /0 piece.*minimum 5 · full 60/);
    const [event] = await clinic.events('clinic.equipment.item-changed');
    assert.equal(event.data.item_id, 'drill-008');
});

test('a count below the minimum is low on both desks within a second', async () => {
    const item = await addItem(25);
    const [page, other] = await Promise.all([openView('desk-1', 'rosa'), openView('desk-2', 'dora')]);
    for (const one of [page, other])
        await rowOf(one, item).getByText('Enough').waitFor();
    await count(page, item, 4);
    await Promise.all([page, other].map((one) => rowOf(one, item).getByText('Low', { exact: true }).waitFor({ timeout: LIVE_MS })));
    assert.match(await rowOf(other, item).textContent(), /4 pair/);
});

test('what nobody can have taken is refused in words', async () => {
    const item = await addItem(6);
    const page = await openView('desk-1', 'rosa');
    await page.getByRole('button', { name: `Take or add ${item.name}` }).click();
    await fillIn(page, { direction: 'take', quantity: '7' });
    await submit(page);
    await dialogOf(page).getByText('Only 6 pair are known to be there. Count them instead.').waitFor();
    await fillIn(page, { quantity: '6' });
    await submit(page);
    await rowOf(page, item).getByText('Used up').waitFor();
});

test('who keeps typing loses nothing while others change the shelf', async () => {
    const item = await addItem(25);
    const page = await openView('desk-1', 'rosa');
    await page.getByRole('button', { name: `Count ${item.name}` }).click();
    await fillIn(page, { quantity: '12', reason: 'half a word' });
    await clinic.ask('equipment/adjust', { item_id: item.item_id, change: -1, reason: 'somebody else' });
    await rowOf(page, item).getByText('24 pair').waitFor();
    assert.equal(await dialogOf(page).locator('[name=reason]').inputValue(), 'half a word');
    await submit(page);
    await rowOf(page, item).getByText('12 pair').waitFor();
    await page.locator(`[data-key="count-${item.item_id}"]:focus`).waitFor();
});

test('two who edit one item: the second sees what the first has changed, and decides', async () => {
    const item = await addItem(25);
    const page = await openView('desk-1', 'sam');
    await page.getByRole('button', { name: item.name, exact: true }).click();
    await dialogOf(page).getByRole('button', { name: 'Edit' }).click();
    await fillIn(page, { location: 'Cellar', par: '50' });
    await clinic.ask('equipment/item', { item_id: item.item_id, expected_version: 1, minimum: 12, par: 45 });
    await submit(page);
    await dialogOf(page).getByText('Minimum: now “12”').waitFor();
    await dialogOf(page).getByText('Full: now “45”, yours “50”').waitFor();
    await expectAccessible(page);
    await dialogOf(page).getByRole('button', { name: 'Save mine' }).click();
    await rowOf(page, item).getByText('Cellar').waitFor();
    assert.match(await rowOf(page, item).textContent(), /minimum 12 · full 50/);
});

test('the restock report says what to order, and an order is noted', async () => {
    const item = await addItem(3);
    const page = await openView('desk-1', 'sam', 'restock');
    assert.match(await rowOf(page, item).textContent(), /Low.*3 pair.*37 pair/);
    await page.getByRole('button', { name: `Note as ordered ${item.name}` }).click();
    assert.equal(await dialogOf(page).locator('[name=quantity]').inputValue(), '37');
    await fillIn(page, { expected: clinic.today() });
    await submit(page);
    await rowOf(page, item).getByText('expected').waitFor();
    const report = await clinic.ask('equipment/restock-report');
    assert.deepEqual(report.items.filter((row) => row.item_id === item.item_id).map((row) => [row.ordered, row.suggested]), [[37, 0]]);
});

test('the restock report is printed on A4 with its title and date, without the menu', async () => {
    const item = await addItem(2);
    const page = await openView('desk-1', 'rosa', 'restock');
    await rowOf(page, item).waitFor();
    await page.emulateMedia({ media: 'print' });
    for (const away of ['nav', 'header.top', '.no-print'])
        assert.equal(await page.locator(away).first().isVisible(), false, away);
    assert.equal(await page.getByRole('heading', { name: 'Restock report' }).isVisible(), true);
    assert.match(await page.locator('.view-restock').textContent(), /As of \d+ \w+ 2\d{3}/);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.match(pdf, /\/MediaBox \[0 0 84[12](\.\d+)? 59[45](\.\d+)?\]/); // points: 297 by 210 mm
});

test('the supply room sees stock, and nothing of a patient; the reception does not change items', async () => {
    await addItem(25);
    const sam = await openView('desk-1', 'sam');
    const places = await sam.locator('nav [data-view]').evaluateAll((entries) => entries.map((entry) => entry.dataset.view));
    assert.deepEqual(places.filter((view) => ['patients', 'day', 'messages', 'reports', 'audit'].includes(view)), []);
    assert.deepEqual(places.filter((view) => ['stock', 'restock', 'scales', 'nodes'].includes(view)), ['stock', 'restock', 'scales', 'nodes']);
    const rosa = await openView('desk-2', 'rosa');
    await rosa.locator('tbody tr').first().waitFor();
    assert.equal(await rosa.getByRole('button', { name: 'Add item' }).count(), 0);
    assert.equal(await rosa.getByRole('button', { name: /^Count / }).first().isVisible(), true);
});

test('the shelf is searched and filtered', async () => {
    const item = await addItem(0, { name: 'Écarteur Ω', location: 'Tiroir 7' });
    const page = await openView('desk-1', 'rosa');
    await page.getByLabel('Search items').fill('tiroir éca');
    await until('one row', async () => await page.locator('tbody tr').count() === 1);
    await page.getByRole('button', { name: /^Enough/ }).click();
    await page.getByText('No item matches.').waitFor();
    await page.getByRole('button', { name: /^Used up/ }).click();
    await rowOf(page, item).waitFor();
});

test('a count while the gateway is away is kept, and reaches the other desk later', async () => {
    const item = await addItem(25);
    const page = await openView('desk-1', 'rosa');
    await rowOf(page, item).waitFor();
    await clinic.kill('gateway');
    await page.getByText('gateway is not running').waitFor();
    await page.getByRole('button', { name: `Count ${item.name}` }).click();
    await fillIn(page, { quantity: '8' });
    await submit(page);
    await page.getByText('Saved on this device. It goes out').waitFor();
    await clinic.start('gateway');
    await rowOf(page, item).getByText('8 pair').waitFor({ timeout: 20000 });
    const counts = (await clinic.events('clinic.equipment.stock-changed')).filter((event) => event.data.item_id === item.item_id);
    assert.equal(counts.filter((event) => event.data.quantity === 8).length, 1);
});

test('stock, its dialogs and the report keep nobody out, in any language', async () => {
    const item = await addItem(4, { bins: [{ bin_id: 'bin-a', node: 'scale-1', channel: 1 }] });
    for (const locale of LOCALES) {
        const page = await open('desk-1', { locale });
        await signIn(page, 'ada');
        await goTo(page, 'restock');
        await rowOf(page, item).waitFor();
        await expectAccessible(page);
        await goTo(page, 'stock');
        await rowOf(page, item).waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
        await page.locator(`[data-key="item-${item.item_id}"]`).click();
        await dialogOf(page).waitFor();
        await expectAccessible(page);
        await dialogOf(page).locator('.actions button').last().click();
        await dialogOf(page).locator('form').waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
        await page.close();
    }
});

// Setting a scale up from the desk, with the firmware as it ships on simulated hardware: each step to its end.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { ANSWER_MS, dialogOf, fillIn, measure, next, showScales, submit } from './scales_page.js';
import { startShelf } from './shelf.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ nodes: [['scale-1', 'scale'], ['scale-2', 'scale']] });
const shelf = await startShelf(clinic, 'scale-1', ['--units', '0']);

await clinic.ask('equipment/item', { item_id: 'gloves-m', name: 'Gloves M', unit: 'pair', location: 'Shelf 1', minimum: 10, par: 40 });

test('a scale is set up at the shelf, a step at a time, and counts from then on', async () => {
    const page = await showScales(await open('desk-1'));
    await page.getByRole('button', { name: 'Add cell 1 scale-1' }).click();
    await dialogOf(page).locator('[name=item]').selectOption('gloves-m');
    await fillIn(page, { capacity_mg: '5000', bin_mg: '100', variation_permyriad: '2', most: '100' });
    await submit(page);

    await dialogOf(page).getByText('Put the empty bin on the scale.').waitFor();
    await expectAccessible(page);
    assert.match(await measure(page), /knows the empty bin/);
    await next(page);

    shelf.people('mass 1000');
    assert.match(await measure(page, { mass_mg: '1000.0' }), /is calibrated/);
    await next(page);

    shelf.people('mass 0');
    shelf.people('add 25');
    assert.match(await measure(page, { count: '25' }), /counts from now on/);
    assert.match(await dialogOf(page).locator('dl').textContent(), /One unit weighs[78]\.\d+ gAccuracy(99|100)(\.\d)?% of counts of 100 units/);
    await expectAccessible(page);
    await dialogOf(page).getByRole('button', { name: 'Finish' }).click();

    const row = page.locator('tbody tr').filter({ hasText: 'Gloves M' });
    await row.getByText('set up', { exact: true }).waitFor();
    await row.getByRole('cell', { name: '25', exact: true }).waitFor({ timeout: ANSWER_MS });
    await row.getByText('reliable', { exact: true }).waitFor();
    const [event] = (await clinic.events('clinic.equipment.scale-changed')).filter(({ data }) => data.settings?.capacity_mg);
    assert.deepEqual([event.data.settings.capacity_mg, event.data.settings.bin_mg, event.data.settings.variation_permyriad], [5000000, 100000, 200]);
});

test('weights are taken exactly, and what can be read in two ways is asked for again', async () => {
    const page = await showScales(await open('desk-1'));
    await page.getByRole('button', { name: 'Add cell 1 scale-2' }).click();
    await dialogOf(page).waitFor();
    for (const [typed, told] of [['1,500', 'two ways'], ['1.2345', 'more exact'], ['much', 'Enter a number'], ['', 'Please fill this in.']]) {
        await fillIn(page, { capacity_mg: typed, bin_mg: '0', most: '10' });
        await submit(page);
        await dialogOf(page).locator('.error:not(:empty)').getByText(told).waitFor();
    }
    await fillIn(page, { capacity_mg: '2000,5', bin_mg: '0.001' });
    await submit(page);
    await dialogOf(page).getByText('This scale is not connected now.').waitFor();
    const { settings } = await clinic.ask('equipment/scale-read', { node: 'scale-2', channel: 1 });
    assert.deepEqual([settings.capacity_mg, settings.bin_mg], [2000500, 1]);
});

test('the scales keep nobody out, in any language', async () => {
    for (const locale of LOCALES) {
        const page = await showScales(await open('desk-1', { locale }));
        await expectAccessible(page);
        await expectLargeText(page);
        await page.locator('[data-key="set-up-scale-1-1"]').click();
        await dialogOf(page).locator('form').waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
        await page.close();
    }
});

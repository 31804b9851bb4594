// What goes wrong while a scale is set up: hands, lifted bins, units that differ, a scale that is gone.
import assert from 'node:assert/strict';

import { expectAccessible } from './accessible.js';
import { again, dialogOf, fillIn, measure, next, showScales, submit } from './scales_page.js';
import { startShelf } from './shelf.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'], nodes: [['scale-1', 'scale']] });
const shelf = await startShelf(clinic, 'scale-1', ['--units', '0']);

// Units that differ by so much cannot be counted one by one.
await clinic.ask('equipment/scale', {
    node: 'scale-1', channel: 1, capacity_mg: 5000000, bin_mg: 100000, variation_permyriad: 4000, most: 500,
});

async function openSetUp(desk) {
    const page = await showScales(await open(desk));
    await page.getByRole('button', { name: 'Set up scale-1, cell 1' }).click();
    await dialogOf(page).waitFor();
    return page;
}

test('what the scale could not measure is said in words and measured again, as far as boxes instead of pieces', async () => {
    const page = await openSetUp('desk-1');
    shelf.people('steps 500 for 20s');
    assert.match(await measure(page), /did not stand still. Keep hands and drafts off/);
    await expectAccessible(page);
    await again(page);
    assert.match(await measure(page), /knows the empty bin/);
    await next(page);

    shelf.people('lift');
    assert.match(await measure(page, { mass_mg: '1000' }), /does not stand on the scale/);
    shelf.people('return');
    shelf.people('mass 1000');
    await again(page);
    assert.match(await measure(page, { mass_mg: '1000' }), /is calibrated/);
    await next(page);

    shelf.people('mass 0');
    shelf.people('add 25');
    assert.match(await measure(page, { count: '25' }), /differ too much to be counted one by one: only \d+\.\d% of its counts/);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Set up scale-1, cell 1' }).click(); // the proposal waits
    const { settings } = await clinic.ask('equipment/scale-read', { node: 'scale-1', channel: 1 });
    assert.equal(await dialogOf(page).locator('[name=units_per_box]').inputValue(), String(settings.box_at_least));
    await fillIn(page, { units_per_box: '2' });
    await submit(page);
    await dialogOf(page).getByText('Boxes that small would be miscounted too often.').waitFor();
    await fillIn(page, { units_per_box: String(settings.box_at_least) });
    await submit(page);
    await dialogOf(page).getByText(`The scale counts boxes of ${settings.box_at_least} units from now on.`).waitFor();
});

test('a scale that is gone is waited for with a countdown, also by who looks on from another desk', async () => {
    await shelf.kill();
    const page = await openSetUp('desk-1');
    await dialogOf(page).getByRole('button', { name: 'Empty bin' }).click();
    await dialogOf(page).getByText('This scale is not connected now.').waitFor();
    await submit(page);
    await dialogOf(page).getByText(/^1:5\d$/).waitFor();
    const other = await openSetUp('desk-2');
    await dialogOf(other).getByText('Measuring the empty bin').waitFor();
    await expectAccessible(other);
    await shelf.start();
    await dialogOf(page).locator('.ending[role=alert]').waitFor({ timeout: 40000 });
    await dialogOf(other).locator('.ending[role=alert]').waitFor();
});

test('a cell is taken off after a question that says what that means', async () => {
    const page = await openSetUp('desk-1');
    await dialogOf(page).getByRole('button', { name: 'Settings' }).click();
    await dialogOf(page).getByRole('button', { name: 'Take off' }).click();
    const question = page.locator('dialog[open]').last();
    await question.getByText('The scale forgets this load cell').waitFor();
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Take off' }).click();
    await page.getByText('No load cell is set up yet.').waitFor();
});

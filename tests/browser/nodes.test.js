// The clinic's devices and the way of its data, as staff see them: who is there, what waits, whose certificate ends, what
// headquarters has.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { expectAccessible, expectLargeText } from './accessible.js';
import { goTo, signIn } from './desk_page.js';
import { addHeadquarters } from './headquarters.js';
import { mustRun } from './program.js';
import { startShelf } from './shelf.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ nodes: [['scale-1', 'scale'], ['lost-1', 'kiosk']] });
const shelf = await startShelf(clinic, 'scale-1');
const broker = join(process.env.CLINIC_BIN, 'clinic-broker');

async function openNodes(options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, 'rosa');
    await goTo(page, 'nodes');
    await rowOf(page, 'scale-1').waitFor();
    return page;
}

const rowOf = (page, node) => page.locator('tbody tr').filter({ has: page.locator('strong', { hasText: node }) });
const cardOf = (page, name) => page.getByRole('region', { name });

test('a device that is killed is offline, and online when it is back', async () => {
    const page = await openNodes();
    await rowOf(page, 'scale-1').getByText('Online', { exact: true }).waitFor();
    await shelf.kill();
    await rowOf(page, 'scale-1').getByText('Offline', { exact: true }).waitFor();
    await shelf.start();
    await rowOf(page, 'scale-1').getByText('Online', { exact: true }).waitFor();
    assert.match(await rowOf(page, 'desk-1').textContent(), /Front desk.*Online.*since/);
    assert.match(await rowOf(page, 'lost-1').textContent(), /Kiosk.*Never heard from/);
});

test('a certificate that ends soon, and one that was revoked, is told', async () => {
    await mustRun(broker, ['add', 'short-1', '--role', 'board', '--days', '12', '--dir', join(clinic.folder, 'broker')]);
    await mustRun(broker, ['revoke', 'lost-1', '--dir', join(clinic.folder, 'broker')]);
    const page = await openNodes();
    await rowOf(page, 'short-1').getByText(/^Expires in 1[12] days, on/).waitFor();
    await rowOf(page, 'lost-1').getByText('Revoked').waitFor();
    assert.match(await rowOf(page, 'desk-1').textContent(), /\d [A-Z][a-z]+ 2\d{3}$/);
});

test('what waits on this device is listed, and what was refused is told and forgotten', async () => {
    await clinic.ask('equipment/item', { item_id: 'gloves', name: 'Gloves', unit: 'pair', location: '', minimum: 1, par: 9 });
    await clinic.ask('equipment/count', { item_id: 'gloves', quantity: 5, reason: 'counted' });
    const page = await openNodes();
    await page.getByText('Nothing waits here: the clinic has everything.').waitFor();
    await goTo(page, 'stock');
    await page.locator('tbody tr').first().waitFor();
    await clinic.kill('gateway');
    await page.getByText('gateway is not running').waitFor();
    for (const reason of ['the first', 'the second']) {
        await page.getByRole('button', { name: 'Take or add Gloves' }).click();
        await page.locator('dialog[open] [name=quantity]').fill('4');
        await page.locator('dialog[open] [name=reason]').fill(reason);
        await page.locator('dialog[open] button[type=submit]').click();
        await page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    await goTo(page, 'nodes');
    const kept = page.getByRole('region', { name: 'Kept on this device (desk-1)' });
    await kept.getByText('Waits to be sent').nth(1).waitFor();
    assert.equal((await kept.textContent()).includes('the second'), false);

    await page.reload(); // nobody is there any more who waits for the answers
    await clinic.start('gateway');
    await signIn(page, 'rosa');
    await goTo(page, 'nodes');
    await kept.getByText('Not accepted').waitFor();
    await kept.getByText('So many are not known to be there. Count them instead.').waitFor();
    await expectAccessible(page);
    await kept.getByRole('button', { name: /Forget it/ }).click();
    await page.locator('dialog[open]').getByText('Taken or added by hand').waitFor();
    await expectAccessible(page);
    await page.locator('dialog[open] .danger').click();
    await kept.getByText('Nothing waits here: the clinic has everything.').waitFor();
});

// ---- headquarters

test('a clinic of its own says so; one with headquarters says what they have, and what they lack', async () => {
    const page = await openNodes();
    await cardOf(page, 'Headquarters').getByText('This clinic sends nothing to headquarters.').waitFor();
    const headquarters = await addHeadquarters(clinic);
    await clinic.stop('gateway');
    await clinic.start('gateway');
    await cardOf(page, 'Headquarters').getByText('nothing, all is there').waitFor();
    await cardOf(page, 'Headquarters').getByText('Online', { exact: true }).waitFor();
    await headquarters.end('SIGKILL');
    await cardOf(page, 'Headquarters').getByText('Nothing arrives there').waitFor();
    await clinic.ask('equipment/count', { item_id: 'gloves', quantity: 8, reason: 'counted' });
    await cardOf(page, 'Headquarters').getByText(/^\d+ entr/).waitFor();
    await expectAccessible(page);
});

test('the devices keep nobody out, in any language', async () => {
    for (const locale of LOCALES) {
        const page = await openNodes({ locale });
        await expectAccessible(page);
        await expectLargeText(page);
        await page.close();
    }
});

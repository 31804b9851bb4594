// Where a check-in is: on the box, in the clinic, at headquarters. A patient may see it arrive.
import assert from 'node:assert/strict';

import { expectAccessible } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { addHeadquarters } from './headquarters.js';
import { confirmAll, expecting, FAST, goOn, isReady, scan, screen } from './kiosk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const expectPatient = expecting(clinic);

async function checkIn(page) {
    const patient = await expectPatient();
    await isReady(page);
    await scan(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
}

const step = (page, name) => page.locator(`.custody [data-step=${name}]`);
const arrived = (page, name) => page.locator(`.custody [data-step=${name}].done`).waitFor({ timeout: 40000 });

test('a clinic of its own keeps it, one with headquarters brings it there, and not before they are there', async () => {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await checkIn(page);
    await arrived(page, 'clinic');
    assert.equal(await step(page, 'headquarters').count(), 0);
    await goOn(page);

    const headquarters = await addHeadquarters(clinic);
    await clinic.stop('gateway');
    await clinic.start('gateway');
    await checkIn(page);
    await arrived(page, 'headquarters');
    await goOn(page);

    await headquarters.end('SIGKILL');
    await checkIn(page);
    await arrived(page, 'clinic');
    assert.match(await step(page, 'headquarters').innerText(), /not yet/);
    await expectAccessible(page);
    await headquarters.start();
    await arrived(page, 'headquarters');
});

// Guessing at the kiosk.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { begin, checkedIn, choose, expecting, FAST, goOn, isReady, scan, screen, text, typeBirthDate, typeMemberId } from './kiosk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1', 'kiosk-2'], settings: { 'kiosk-1': FAST, 'kiosk-2': FAST } });

async function openKiosk(name) {
    const page = await open(name, { viewport: KIOSK_SCREEN });
    await isReady(page);
    return page;
}

test('five wrong guesses lock this kiosk for a minute, over a reload too, and no other', async () => {
    const patient = await expecting(clinic)();
    const page = await openKiosk('kiosk-1');
    for (let guess = 0; guess < 5; guess++) {
        await scan(page, '100042177');
        await screen(page, 'reception');
        await goOn(page);
        await screen(page, 'attract');
    }
    await scan(page, patient.member_id);
    await screen(page, 'locked');
    assert.match(await text(page), /try again in (60|5\d) seconds/);
    assert.match(await text(page), /reception/);
    assert.equal(await page.locator('.actions button').nth(1).isDisabled(), true);
    await page.locator('.countdown', { hasText: /in 5[0-8] seconds/ }).waitFor();
    await expectAccessible(page);
    await expectLargeText(page);

    // Whoever is next is told what is left, also by another way in.
    await goOn(page);
    await begin(page);
    await choose(page, 'visits');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, patient.birth_date);
    await page.keyboard.press('Enter');
    await screen(page, 'locked');
    assert.match(await text(page), /in [345]\d seconds/);

    await page.reload();
    await isReady(page);
    await scan(page, patient.member_id);
    await screen(page, 'locked');
    assert.equal((await checkedIn(clinic, patient)).length, 0);

    const other = await openKiosk('kiosk-2');
    await scan(other, patient.member_id);
    await screen(other, 'confirm');
});

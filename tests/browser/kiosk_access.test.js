// Every screen of the kiosk in every language: for who cannot see well, cannot touch, or needs large text.
import assert from 'node:assert/strict';

import { expectAccessible, expectCalm, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { begin, choose, expecting, FAST, goOn, identifyMember, isReady, screen, typeBirthDate, typeMemberId } from './kiosk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const expectPatient = expecting(clinic);

for (const language of LANGUAGES)
    test(`checking in is for everybody: ${language}`, async () => {
        const patient = await expectPatient({ email: 'zoe@example.org' });
        const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
        await isReady(page);
        const look = async (name) => {
            await screen(page, name);
            await expectAccessible(page);
            await expectLargeText(page);
        };
        await look('attract');
        await page.locator('.touch').click();
        await look('languages');
        await page.locator(`.menu [lang="${language}"]`).click();
        await look('menu');
        assert.equal(await page.locator('html').getAttribute('lang'), language);
        await choose(page, 'check-in');
        await page.locator('form button[type=submit]').click();
        await look('identify-member');
        await page.locator('form .actions button').nth(1).click();
        await page.locator('form button[type=submit]').click();
        await look('identify-born');
        await page.locator('form .actions button').nth(1).click();
        await identifyMember(page, patient.member_id);
        for (const name of ['confirm', 'contact', 'consents']) {
            await look(name);
            await goOn(page);
        }
        await look('number');
        await expectCalm(page);
        await goOn(page);
        await begin(page, language);
        await choose(page, 'check-in');
        await typeMemberId(page, '100042177');
        await page.keyboard.press('Enter');
        await look('reception');
    });

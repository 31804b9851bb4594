// The frame of the front desk's page: coming and going, who sees what, and its languages.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expectAccessible, expectCalm, expectLargeText } from './accessible.js';
import { signIn } from './desk_page.js';
import { setStage } from './stage.js';

const IDLE_S = 2;
const { test, clinic, open } = await setStage({
    desks: ['desk-1', 'desk-2'],
    settings: { 'desk-2': { page: { idle_s: IDLE_S } } },
});

const problem = (page) => page.locator('.problem:not(:empty)');

test('name and PIN open the desk', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    assert.match(await page.locator('.who').textContent(), /rosa · Reception/);
    assert.match(await page.title(), /Front desk/);
});

test('signing in needs no mouse', async () => {
    const page = await open('desk-1');
    await page.locator('input[name=name]:focus').waitFor();
    await page.keyboard.type('rosa');
    await page.keyboard.press('Tab');
    await page.keyboard.type(clinic.staff.rosa.pin);
    await page.keyboard.press('Enter');
    await page.locator('#main h1:focus').waitFor();
});

test('what is missing is said at its field, and a wrong PIN in words', async () => {
    const page = await open('desk-1');
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=name][aria-invalid=true]:focus').waitFor();
    await page.locator('input[name=name]').fill('rosa');
    await page.locator('input[name=pin]').fill('0000');
    await page.locator('button[type=submit]').click();
    await problem(page).waitFor();
    assert.match(await problem(page).textContent(), /name or the PIN is wrong/);
    assert.equal(await page.locator('input[name=pin]').inputValue(), '');
    await expectAccessible(page);
});

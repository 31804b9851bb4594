// Accounts of staff: an admin makes them, and nobody else is offered to.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, signIn } from './desk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const { test, open } = await setStage({ desks: ['desk-1'] });

async function openStaff(options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, 'ada');
    await goTo(page, 'staff');
    return page;
}

async function create(page, { name, role = 'reception', newPin = '4815162', pin = staff.ada.pin }) {
    await page.locator('.view-staff input[name=name]').fill(name);
    await page.locator('.view-staff select[name=role]').selectOption(role);
    await page.locator('.view-staff input[name=new_pin]').fill(newPin);
    await page.locator('.view-staff input[name=pin]').fill(pin);
    await page.locator('.view-staff button[type=submit]').click();
}

test('an account is created, its PINs leave the page, and its owner signs in', async () => {
    const page = await openStaff();
    await create(page, { name: 'nina', role: 'manager' });
    await page.getByText('The account “nina” (Manager) was created.').waitFor();
    assert.equal(await page.locator('.view-staff input[name=new_pin]').inputValue(), '');
    assert.equal(await page.locator('.view-staff input[name=pin]').inputValue(), '');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('input[name=name]').fill('nina');
    await page.locator('input[name=pin]').fill('4815162');
    await page.locator('form button[type=submit]').click();
    await page.locator('.who').filter({ hasText: 'nina · Manager' }).waitFor();
});

test('a name that is taken, a weak PIN and a wrong PIN of one’s own are explained at their field', async () => {
    const page = await openStaff();
    await create(page, { name: 'Rosa' });
    await page.getByText('There is an account of this name').waitFor();
    await create(page, { name: 'olga', newPin: '7777777' });
    await page.getByText('Choose another PIN').waitFor();
    await create(page, { name: 'olga', pin: '99999' });
    await page.getByText('This is not your PIN. No account was created.').waitFor();
    assert.equal(await page.locator('.view-staff input[name=name]').inputValue(), 'olga');
});

test('only an admin is offered accounts', async () => {
    for (const name of ['rosa', 'mara']) {
        const page = await open('desk-1');
        await signIn(page, name);
        assert.equal(await page.locator('nav [data-view=staff]').count(), 0, name);
    }
});

test('the form keeps nobody out, in any language and with large text', async () => {
    for (const locale of LANGUAGES) {
        const page = await openStaff({ locale });
        await expectAccessible(page);
        await expectLargeText(page);
    }
});

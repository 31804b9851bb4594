// Messages: what became of them, and those that staff must see to.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { goTo, signIn } from './desk_page.js';
import { LOCALES, setStage } from './stage.js';


const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const doctor = await clinic.hireDoctor();

const rows = (page) => page.locator('.view-messages tbody tr');
const list = (page, name) => page.getByRole('group', { name: 'Which messages' }).getByRole('button', { name, exact: true });

async function openMessages(name, options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, name);
    await goTo(page, 'messages');
    return page;
}

test('what nobody could send is on the work-list with the reason, until somebody has seen to it', async () => {
    const page = await openMessages('rosa');
    await page.locator('.empty', { hasText: 'No message needs you' }).waitFor();
    const patient = await clinic.registerPatient({ name: 'Quinn Nochannel' }); // has agreed to nothing
    const row = rows(page).filter({ hasText: 'Quinn' });
    await row.waitFor();
    assert.match(await row.textContent(), /Welcome.*By hand.*agreed to no channel/);
    await row.locator('[data-action=handle]').click();
    await row.waitFor({ state: 'detached' });
    await page.locator('.empty', { hasText: 'No message needs you' }).waitFor();
    await list(page, 'All').click();
    await row.waitFor();
    assert.match(await row.textContent(), /Seen to/);
    await row.getByRole('button', { name: 'Patient’s record' }).click();
    await page.locator('dialog .facts', { hasText: patient.member_id }).waitFor();
});

test('older messages are fetched a page at a time', async () => {
    const patient = await clinic.registerPatient({ name: 'Rae Often', email: 'rae@example.org', email_consent: 'given' });
    for (let i = 0; i < 12; i++) // a message to the patient and one to the doctor each
        await clinic.book(patient, doctor, clinic.local(30 + 10 * i));
    const page = await openMessages('rosa');
    await list(page, 'All').click();
    await rows(page).nth(19).waitFor();
    assert.equal(await rows(page).count(), 20);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await rows(page).nth(24).waitFor();
    assert.match(await rows(page).filter({ hasText: doctor.name }).first().textContent(), /Visit booked/);
    const texts = await rows(page).evaluateAll((all) => all.map((row) => row.textContent));
    assert.equal(new Set(texts.filter((text) => text.includes('Rae'))).size, texts.filter((text) => text.includes('Rae')).length, 'none twice');
});

test('without a connection the page says so, and reads again by itself when it is back', async () => {
    const page = await openMessages('rosa');
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await goTo(page, 'patients');
    await goTo(page, 'messages');
    await list(page, 'All').click();
    await page.locator('.view-messages .problem', { hasText: 'no connection' }).waitFor();
    await clinic.start('broker');
    await rows(page).first().waitFor();
    assert.equal(await page.locator('.view-messages .problem').textContent(), '');
});

for (const locale of LOCALES)
    test(`messages keep nobody out (${locale})`, async () => {
        await clinic.registerPatient({ name: 'Sol Manylanguages' });
        const page = await openMessages('mara', { locale });
        await rows(page).first().waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
    });

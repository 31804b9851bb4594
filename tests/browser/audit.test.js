// The audit trail at the front desk: who did and who saw what, narrowed, page by page.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, signIn } from './desk_page.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });

async function openAudit(options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, 'mara');
    await goTo(page, 'audit');
    await page.locator('.view-audit tbody tr').first().waitFor();
    return page;
}

async function narrow(page, values) {
    for (const [name, value] of Object.entries(values))
        await page.locator(`.filter input[name=${name}]`).fill(value);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
}

const rows = (page) => page.locator('.view-audit tbody tr');
const rowTexts = async (page) => (await rows(page).allTextContents());

test('the trail shows the readings that were just made, and those that were refused', async () => {
    const patient = await clinic.registerPatient();
    await clinic.ask('patient/read', { patient_id: patient.patient_id }, { as: 'rosa' });
    await clinic.ask('patient/update', { patient_id: patient.patient_id, expected_version: 1, phone: '+33639980999' }, { as: 'rosa' });
    const refused = await clinic.attempt('report/list', { patient_id: patient.patient_id }, { as: 'rosa' });
    assert.equal(refused.error.code, 'forbidden');
    const page = await openAudit();
    await narrow(page, { person: 'rosa' });
    await page.waitForFunction(() => [...document.querySelectorAll('.view-audit tbody tr')].every((row) => row.cells[1].textContent === 'rosa'));
    const texts = await rowTexts(page);
    assert.match(texts[0], /Read a list of reports.*Refused.*forbidden/);
    assert.match(texts[1], /Changed a patient’s record.*telephone/);
    assert.match(texts[2], /Read a patient’s record/);
    assert.equal(await rows(page).first().evaluate((row) => row.className), 'refused');
    assert.doesNotMatch(texts.join(), /639980999/, 'no value of a record is in the trail');
});

test('it is narrowed by what it shows, and by a patient who is chosen', async () => {
    const patient = await clinic.registerPatient({ name: 'Thandeka Nwosu' });
    await clinic.ask('patient/read', { patient_id: patient.patient_id }, { as: 'dora' });
    const page = await openAudit();
    await page.getByRole('button', { name: 'Choose a patient' }).click();
    await page.locator('dialog input[role=combobox]').fill('Thandeka');
    await page.locator('[role=option]').click();
    await page.waitForFunction(() => document.querySelectorAll('.view-audit tbody tr').length === 2);
    assert.equal(await page.locator('.filter input[name=subject]').inputValue(), `patient/${patient.patient_id}`);
    const [newest, oldest] = await rowTexts(page);
    assert.match(newest, /dora.*Read a patient’s record/);
    assert.match(oldest, /ada.*Registered a patient/);
    await rows(page).first().getByRole('button', { name: 'Only dora' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.view-audit tbody tr').length === 1);
    assert.equal(await page.locator('dialog').count(), 0, 'a name in the trail opens nothing');
    await page.getByRole('button', { name: 'No filter' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.view-audit tbody tr').length > 2);
});

test('its pages follow one another without a gap, newest first', async () => {
    const patient = await clinic.registerPatient({ name: 'Gao Xiulan' });
    const subject = `patient/${patient.patient_id}`;
    for (let number = 0; number < 118; number++)
        await clinic.ask('patient/read', { patient_id: patient.patient_id }, { as: number % 2 ? 'dora' : 'rosa' });
    const page = await openAudit();
    await narrow(page, { subject });
    await page.waitForFunction((wanted) => [...document.querySelectorAll('.view-audit tbody tr')].every((row) => row.cells[3].querySelector('button')?.title === wanted), subject);
    assert.equal(await rows(page).count(), 50);
    const more = page.getByRole('button', { name: 'Show more' });
    for (let before = 50; await more.count() > 0;) {
        await more.click();
        await page.waitForFunction((count) => document.querySelectorAll('.view-audit tbody tr').length > count, before);
        before = await rows(page).count();
    }
    const people = (await rowTexts(page)).map((text) => text.match(/dora|rosa|ada/)[0]);
    const wanted = [...Array.from({ length: 118 }, (_, index) => ((117 - index) % 2 ? 'dora' : 'rosa')), 'ada'];
    assert.deepEqual(people, wanted);
});

test('days are those of the clinic', async () => {
    await clinic.registerPatient();
    const page = await openAudit();
    const yesterday = new Date(Date.parse(`${clinic.today()}T12:00:00Z`) - 86400000).toISOString().slice(0, 10);
    await narrow(page, { to: yesterday });
    await page.getByText('Nothing of this is recorded.').waitFor();
    await narrow(page, { from: clinic.today(), to: clinic.today() });
    await rows(page).first().waitFor();
});

test('the audit trail keeps nobody out, in any language', async () => {
    const patient = await clinic.registerPatient();
    await clinic.attempt('patient/delete', { patient_id: patient.patient_id, member_id: patient.member_id, pin: staff.sam.pin, reason: 'error' }, { as: 'sam' });
    for (const locale of LOCALES) {
        const page = await openAudit({ locale });
        await page.locator('.filter input[name=person]').fill('sam');
        await page.locator('.filter [type=submit]').click();
        await page.waitForFunction(() => [...document.querySelectorAll('.view-audit tbody tr')].every((row) => row.cells[1].textContent === 'sam'));
        await expectAccessible(page);
        if (locale === 'de-DE')
            await expectLargeText(page); // its words are the longest
    }
});

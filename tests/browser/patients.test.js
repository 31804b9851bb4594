// Patients: finding and registering them, completing who registered at a kiosk, and their card.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { expectAccessible, expectLargeText } from './accessible.js';
import { requireFrom } from './browser.js';
import { postAs } from './desk_page.js';
import { button, dialog, found, goToPatients, input, openRecord, search, submit, toast } from './patients_page.js';
import { LOCALES, setStage } from './stage.js';

const SEEN_WITHIN_MS = 1000;

const { test, clinic, open } = await setStage({ desks: ['desk-1'], kiosks: ['kiosk-1'] });
const doctor = await clinic.hireDoctor();
let minutes = 90;

test('a patient is found by the beginnings of names, member ID, birth date, phone and e-mail', async () => {
    const patient = await clinic.registerPatient({ name: 'Ágota Szabó-Fekete', birth_date: '1971-05-06', email: 'agota@example.org' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    for (const text of ['szab ago', patient.member_id, '1971-05-06', patient.phone, 'agota@example.org']) {
        await search(page, text);
        await found(page, patient.name).waitFor();
        await search(page, '');
        await found(page, patient.name).waitFor({ state: 'hidden' });
    }
    await search(page, 'nobody of this name');
    await page.locator('[role=status]', { hasText: 'Nobody found' }).waitFor();
});

test('a scanned member ID opens the record, and that it was read is in the audit trail', async () => {
    const patient = await clinic.registerPatient({ name: 'Scan Me', preconditions: ['asthma'] });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await page.locator('input[name=search]').fill(patient.member_id);
    await page.keyboard.press('Enter');
    await dialog(page).locator('.facts', { hasText: 'asthma' }).waitFor();
    assert.match(await dialog(page).textContent(), /noted in the audit trail/);
    const { rows } = await clinic.ask('audit/read', { subject: `patient/${patient.patient_id}` });
    assert.ok(rows.some((one) => one.action === 'patient/read' && one.person === 'rosa'));
});

test('a patient is registered, and what is missing or wrong is said at its field', async () => {
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await search(page, 'Nora Newcomer');
    await page.getByRole('button', { name: 'New patient' }).click();
    assert.equal(await input(page, 'name').inputValue(), 'Nora Newcomer');
    await submit(page);
    await dialog(page).locator('[name=birth_date][aria-invalid=true]:focus').waitFor();
    await input(page, 'birth_date').fill('1999-09-09');
    await input(page, 'phone').fill('12');
    await submit(page);
    await dialog(page).locator('[name=phone][aria-invalid=true]:focus').waitFor();
    assert.match(await dialog(page).textContent(), /whole number/);
    await input(page, 'phone').fill('06 39 98 22 22');
    await input(page, 'sms_consent').selectOption('given');
    await button(page, 'Add one').click();
    await input(page, 'preconditions').fill('hay fever');
    await submit(page);
    await toast(page, 'Member ID').waitFor();
    await dialog(page).locator('.facts', { hasText: '+33639982222' }).waitFor();
    assert.match(await dialog(page).textContent(), /hay fever/);
});

test('somebody alike is shown before there are two records, and staff decide', async () => {
    const patient = await clinic.registerPatient({ name: 'Twin Arbogast', birth_date: '2010-10-10' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await page.getByRole('button', { name: 'New patient' }).click();
    await input(page, 'name').fill('Twyn Arbogast');
    await input(page, 'birth_date').fill('2010-10-10');
    await submit(page);
    const similar = dialog(page).locator('.notice', { hasText: patient.member_id });
    await similar.waitFor();
    await expectAccessible(page);
    await similar.getByRole('button', { name: 'It is this one' }).click();
    await dialog(page).locator('.facts', { hasText: patient.member_id }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'another person' }).click();
    await toast(page, 'Member ID').waitFor();
    const { patients } = await clinic.ask('patient/find', { text: '2010-10-10' });
    assert.equal(patients.length, 2);
});

test('who registered at a kiosk is counted, and completed by reception', async () => {
    const kiosk = await open('kiosk-1');
    const page = await goToPatients(await open('desk-1'), 'rosa');
    const patientId = crypto.randomUUID();
    const tab = page.getByRole('button', { name: 'To be completed: 1' });
    await postAs(kiosk, undefined, 'patient/create', { patient_id: patientId, name: 'Kim Kiosk', birth_date: '1980-08-08', phone: '+33639983333' });
    await tab.waitFor({ timeout: SEEN_WITHIN_MS });
    await tab.click();
    await found(page, 'Kim Kiosk').click();
    await button(page, 'Complete the record').click();
    await input(page, 'email').fill('kim@example.org');
    await submit(page);
    await toast(page, 'saved').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'To be completed: 0' }).waitFor();
    await page.locator('.empty', { hasText: 'Nobody waits' }).waitFor();
    const { patient } = await clinic.ask('patient/read', { patient_id: patientId });
    assert.deepEqual([patient.provisional, patient.email], [false, 'kim@example.org']);
});

// What a scanner sees: the code as it is drawn, eight dots a module.
async function scan(page) {
    await page.evaluate(readFileSync(requireFrom.resolve('jsqr/dist/jsQR.js'), 'utf8'));
    return page.locator('svg.card-code').evaluate((svg) => {
        const size = 8 * svg.viewBox.baseVal.width;
        const pen = Object.assign(document.createElement('canvas'), { width: size, height: size }).getContext('2d');
        pen.fillStyle = '#fff';
        pen.fillRect(0, 0, size, size);
        pen.fillStyle = '#000';
        pen.scale(8, 8);
        pen.fill(new Path2D(svg.querySelector('path').getAttribute('d')));
        return globalThis.jsQR(pen.getImageData(0, 0, size, size).data, size, size)?.data;
    });
}

test('a member card is printed whose code a scanner reads', async () => {
    const patient = await clinic.registerPatient({ name: 'Carla Card' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await page.evaluate(() => { window.print = () => { window.isPrinted = true; }; });
    await openRecord(page, patient);
    await button(page, 'Member card').click();
    await page.locator('svg.card-code').waitFor();
    assert.equal(await scan(page), patient.member_id);
    await expectAccessible(page);
    await expectLargeText(page);
    await button(page, 'Print').click();
    assert.equal(await page.evaluate(() => window.isPrinted), true);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.member-card').isVisible(), true);
    assert.equal(await page.locator('.facts, #page, dialog button').filter({ visible: true }).count(), 0, 'nothing but the card');
});

test('from the search to the changed record there is a way for the keyboard alone', async () => {
    const patient = await clinic.registerPatient({ name: 'Kit Keyboard' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await page.locator('input[name=search]').focus();
    await page.keyboard.type('Kit Keyb');
    await found(page, patient.name).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    while (!await found(page, patient.name).evaluate((node) => node === document.activeElement))
        await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog(page).locator('.facts').waitFor();
    while (!await button(page, 'Change').evaluate((node) => node === document.activeElement))
        await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog(page).locator('[name=name]:focus').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type(' II');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'Kit Keyboard II' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await found(page, 'Kit Keyboard II').and(page.locator(':focus')).waitFor();
});

for (const locale of LOCALES)
    test(`the screens of patients keep nobody out (${locale})`, async () => {
        const patient = await clinic.registerPatient({ name: 'Wilhelmina Featherstonehaugh-Cholmondeley', preconditions: ['allergy to penicillin'] });
        minutes += 10;
        await clinic.book(patient, doctor, clinic.local(minutes));
        const page = await goToPatients(await open('desk-1', { locale }), 'ada');
        await expectLargeText(page);
        await openRecord(page, patient);
        await dialog(page).locator('table').waitFor();
        await expectAccessible(page); // and the list behind it
        await expectLargeText(page);
        await dialog(page).locator('.actions button').nth(1).click();
        await expectAccessible(page);
        await expectLargeText(page);
        await dialog(page).locator('form .actions button').nth(1).click();
        await dialog(page).locator('.actions button').last().click();
        await expectAccessible(page);
        await expectLargeText(page);
    });

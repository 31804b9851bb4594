// What is entered about patients while there is no connection.
import assert from 'node:assert/strict';

import { button, dialog, found, goToPatients, input, openRecord, search, submit, toast } from './patients_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });

async function eventsOf(type, patientId) {
    const events = await clinic.events(type);
    return events.filter((event) => event.data.patient_id === patientId);
}

test('a registration without a connection is kept, said to be kept, and goes out once when the broker is back', async () => {
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await search(page, 'Olga');
    await page.locator('.view-patients .problem:visible', { hasText: 'no connection' }).waitFor();
    await page.getByRole('button', { name: 'New patient' }).click();
    await input(page, 'name').fill('Olga Offline');
    await input(page, 'birth_date').fill('1977-07-07');
    await submit(page);
    await toast(page, 'Saved on this device').waitFor();
    await page.locator('.connection', { hasText: '1 entry waits' }).waitFor();
    await clinic.start('broker');
    await toast(page, 'What waited was registered').waitFor();
    const { patients } = await clinic.ask('patient/find', { text: 'Olga Offline' });
    assert.equal(patients.length, 1);
    await found(page, 'Olga Offline').waitFor();
});

test('a registration that was kept and then turns out to be a double comes back to be decided', async () => {
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await clinic.registerPatient({ name: 'Paula Double', birth_date: '1966-06-06' });
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await page.getByRole('button', { name: 'New patient' }).click();
    await input(page, 'name').fill('Paula Double');
    await input(page, 'birth_date').fill('1966-06-06');
    await submit(page);
    await toast(page, 'Saved on this device').waitFor();
    await clinic.start('broker');
    await dialog(page).locator('.notice', { hasText: 'Paula Double' }).waitFor();
    assert.equal(await input(page, 'birth_date').inputValue(), '1966-06-06');
    await page.getByRole('button', { name: 'another person' }).click();
    await toast(page, 'Member ID').waitFor();
    const { patients } = await clinic.ask('patient/find', { text: '1966-06-06' });
    assert.equal(patients.length, 2);
});

test('a change that was kept, and is out of date when it goes out, comes back to be decided', async () => {
    const patient = await clinic.registerPatient({ name: 'Quentin Kept', email: 'old@example.org' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await openRecord(page, patient);
    await button(page, 'Change').click();
    await input(page, 'email').fill('kept@example.org');
    await clinic.ask('patient/update', { patient_id: patient.patient_id, expected_version: 1, email: 'quicker@example.org' });
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await submit(page);
    await toast(page, 'Saved on this device').waitFor();
    await clinic.start('broker');
    const notice = dialog(page).locator('.notice tr', { hasText: 'E-mail' });
    assert.match(await notice.textContent(), /quicker@example\.org.*kept@example\.org/);
    assert.equal(await input(page, 'email').inputValue(), 'kept@example.org');
    await submit(page);
    await dialog(page).locator('.facts', { hasText: 'kept@example.org' }).waitFor();
});

test('a deletion that was kept with a wrong PIN is told to have been refused', async () => {
    const patient = await clinic.registerPatient({ name: 'Ronja Remains' });
    const page = await goToPatients(await open('desk-1'), 'ada');
    await openRecord(page, patient);
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await button(page, 'Delete').click();
    await input(page, 'member_id').fill(patient.member_id);
    await dialog(page).locator('input[value=duplicate]').check();
    await input(page, 'pin').fill('00000000');
    await submit(page);
    await toast(page, 'Saved on this device').waitFor();
    await clinic.start('broker');
    await toast(page, 'was not accepted. This PIN is wrong').waitFor();
    assert.equal((await eventsOf('clinic.patient.deleted', patient.patient_id)).length, 0);
});

// Changing and erasing patients, at two desks at once.
import assert from 'node:assert/strict';

import { expectAccessible } from './accessible.js';
import { goTo, postAs } from './desk_page.js';
import { button, dialog, found, goToPatients, input, openRecord, search, submit, toast } from './patients_page.js';
import { setStage } from './stage.js';

const SEEN_WITHIN_MS = 1000;

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
const doctor = await clinic.hireDoctor();

async function eventsOf(type, patientId) {
    const events = await clinic.events(type);
    return events.filter((event) => event.data.patient_id === patientId);
}

test('only what was changed is sent, and an emptied field is taken away', async () => {
    const patient = await clinic.registerPatient({ name: 'Pat Patch', email: 'pat@example.org', preconditions: ['asthma', 'gout'] });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await openRecord(page, patient);
    await button(page, 'Change').click();
    await input(page, 'email').fill('');
    await dialog(page).getByRole('button', { name: 'Remove this condition' }).first().click();
    const sent = page.waitForRequest((request) => request.url().endsWith('/patient/update'));
    await submit(page);
    const { data } = (await sent).postDataJSON();
    assert.deepEqual(data, { patient_id: patient.patient_id, expected_version: 1, email: null, preconditions: ['gout'] });
    await dialog(page).locator('.facts', { hasText: 'gout' }).waitFor();
    assert.deepEqual((await eventsOf('clinic.patient.updated', patient.patient_id))[0].data.changed.sort(), ['email', 'preconditions']);
});

test('two desks change one record: the second sees both values and decides', async () => {
    const patient = await clinic.registerPatient({ name: 'Dual Desk', email: 'old@example.org' });
    const [first, second] = [await goToPatients(await open('desk-1'), 'rosa'), await goToPatients(await open('desk-2'), 'mara')];
    for (const page of [first, second]) {
        await openRecord(page, patient);
        await button(page, 'Change').click();
    }
    await input(first, 'email').fill('first@example.org');
    await input(first, 'name').fill('Dual First');
    await input(second, 'email').fill('second@example.org');
    await submit(first);
    await toast(first, 'saved').waitFor();

    await submit(second);
    const notice = dialog(second).locator('.notice');
    await notice.waitFor();
    assert.match(await notice.locator('tr', { hasText: 'E-mail' }).textContent(), /first@example\.org.*second@example\.org/);
    assert.equal(await input(second, 'name').inputValue(), 'Dual First', 'what only the other changed is taken over');
    assert.equal(await input(second, 'email').inputValue(), 'second@example.org', 'what was typed is still there');
    await expectAccessible(second);
    await submit(second);
    await toast(second, 'saved').waitFor();
    await dialog(first).locator('.facts', { hasText: 'second@example.org' }).waitFor({ timeout: SEEN_WITHIN_MS });
    const { patient: record } = await clinic.ask('patient/read', { patient_id: patient.patient_id });
    assert.deepEqual([record.name, record.email, record.version], ['Dual First', 'second@example.org', 3]);
});

test('of two changes the value of the record can be taken', async () => {
    const patient = await clinic.registerPatient({ name: 'Take Theirs', email: 'old@example.org' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await openRecord(page, patient);
    await button(page, 'Change').click();
    await clinic.ask('patient/update', { patient_id: patient.patient_id, expected_version: 1, email: 'theirs@example.org' });
    await input(page, 'email').fill('mine@example.org');
    await submit(page);
    await dialog(page).getByRole('button', { name: 'Take the record’s' }).click();
    assert.equal(await input(page, 'email').inputValue(), 'theirs@example.org');
    await submit(page);
    await dialog(page).locator('.facts', { hasText: 'theirs@example.org' }).waitFor();
    assert.equal((await eventsOf('clinic.patient.updated', patient.patient_id)).length, 1);
});

test('an admin erases a patient with the member ID, the PIN and a reason; nothing less will do', async () => {
    const patient = await clinic.registerPatient({ name: 'Gone Girlish' });
    const booking = await clinic.book(patient, doctor, clinic.local(60));
    const [page, other] = [await goToPatients(await open('desk-1'), 'ada'), await goToPatients(await open('desk-2'), 'rosa')];
    await search(other, 'Gone Girlish');
    await found(other, patient.name).waitFor();
    await openRecord(page, patient);
    await button(page, 'Delete').click();
    await dialog(page).locator('.notice', { hasText: '1 coming visit will be canceled' }).waitFor();
    await expectAccessible(page);

    await input(page, 'member_id').fill('000000001');
    await submit(page);
    assert.match(await dialog(page).textContent(), /choose a reason/);
    await dialog(page).locator('input[value=request]').check();
    await input(page, 'pin').fill(clinic.staff.ada.pin);
    await submit(page);
    await dialog(page).locator('[name=member_id][aria-invalid=true]:focus').waitFor();
    assert.match(await dialog(page).textContent(), /not the member ID/);

    await input(page, 'member_id').fill(patient.member_id);
    await input(page, 'pin').fill('00000000');
    await submit(page);
    await dialog(page).locator('[name=pin][aria-invalid=true]:focus').waitFor();
    assert.equal((await eventsOf('clinic.patient.deleted', patient.patient_id)).length, 0);

    await input(page, 'pin').fill(clinic.staff.ada.pin);
    await submit(page);
    await toast(page, 'erased').waitFor();
    await found(other, patient.name).waitFor({ state: 'hidden', timeout: SEEN_WITHIN_MS });

    await goTo(other, 'day');
    await other.locator('[data-filter=all]').click();
    const row = other.locator(`tr[data-appointment="${booking.appointment_id}"]`);
    await row.waitFor();
    assert.match(await row.textContent(), /Erased patient.*Canceled/);
});

test('who has a visit in progress cannot be erased, and the page says what to do', async () => {
    const patient = await clinic.registerPatient({ name: 'Still Here' });
    const booking = await clinic.book(patient, doctor, clinic.local(80));
    await clinic.ask('appointment/check-in', { appointment_id: booking.appointment_id });
    const page = await goToPatients(await open('desk-1'), 'ada');
    await openRecord(page, patient);
    await button(page, 'Delete').click();
    await input(page, 'member_id').fill(patient.member_id);
    await dialog(page).locator('input[value=error]').check();
    await input(page, 'pin').fill(clinic.staff.ada.pin);
    await submit(page);
    await dialog(page).locator('.problem', { hasText: 'End it on the day board first' }).waitFor();
});

test('reception has no way to erase anybody, and the gateway refuses it to who tries all the same', async () => {
    const patient = await clinic.registerPatient({ name: 'Safe From Rosa' });
    const page = await goToPatients(await open('desk-1'), 'rosa');
    const asked = page.waitForRequest((request) => request.url().endsWith('/patient/find'));
    await openRecord(page, patient);
    assert.equal(await button(page, 'Delete').count(), 0);
    const { session } = (await asked).postDataJSON();
    const answered = await postAs(page, session, 'patient/delete',
        { patient_id: patient.patient_id, member_id: patient.member_id, pin: clinic.staff.rosa.pin, reason: 'request' });
    assert.deepEqual([answered.http, answered.body.error.code], [409, 'forbidden']);
});

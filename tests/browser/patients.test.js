// Patients: finding, registering, changing and erasing them, at two desks at once, and with the connection gone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { expectAccessible, expectLargeText } from './accessible.js';
import { requireFrom } from './browser.js';
import { goTo, postAs, signIn } from './desk_page.js';
import { setStage } from './stage.js';

const SEEN_WITHIN_MS = 1000;
const LANGUAGES = ['en-GB', 'de-DE', 'es-ES', 'fr-FR'];

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'], kiosks: ['kiosk-1'] });
const doctor = await clinic.hireDoctor();
let minutes = 90;

const dialog = (page) => page.locator('dialog').last();
const toast = (page, text) => page.locator('.toast', { hasText: text });
const button = (page, name) => dialog(page).getByRole('button', { name, exact: true });
const submit = (page) => dialog(page).locator('button[type=submit]').click();
const input = (page, name) => dialog(page).locator(`[name=${name}]`);

async function openPatients(desk, name, options = {}) {
    const page = await open(desk, options);
    await signIn(page, name);
    await goTo(page, 'patients');
    return page;
}

async function search(page, text) {
    await page.locator('input[name=search]').fill(text);
}

const found = (page, name) => page.locator('.view-patients tbody button', { hasText: name });

async function openRecord(page, patient) {
    await search(page, patient.member_id);
    await found(page, patient.name).click();
    await dialog(page).locator('.facts').waitFor();
}

async function eventsOf(type, patientId) {
    const events = await clinic.events(type);
    return events.filter((event) => event.data.patient_id === patientId);
}

test('a patient is found by the beginnings of names, member ID, birth date, phone and e-mail', async () => {
    const patient = await clinic.registerPatient({ name: 'Ágota Szabó-Fekete', birth_date: '1971-05-06', email: 'agota@example.org' });
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'rosa');
    await page.locator('input[name=search]').fill(patient.member_id);
    await page.keyboard.press('Enter');
    await dialog(page).locator('.facts', { hasText: 'asthma' }).waitFor();
    assert.match(await dialog(page).textContent(), /noted in the audit trail/);
    const { rows } = await clinic.ask('audit/read', { subject: `patient/${patient.patient_id}` });
    assert.ok(rows.some((one) => one.action === 'patient/read' && one.person === 'rosa'));
});

test('a patient is registered, and what is missing or wrong is said at its field', async () => {
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'rosa');
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

test('only what was changed is sent, and an emptied field is taken away', async () => {
    const patient = await clinic.registerPatient({ name: 'Pat Patch', email: 'pat@example.org', preconditions: ['asthma', 'gout'] });
    const page = await openPatients('desk-1', 'rosa');
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
    const [first, second] = [await openPatients('desk-1', 'rosa'), await openPatients('desk-2', 'mara')];
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
    const page = await openPatients('desk-1', 'rosa');
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
    const [page, other] = [await openPatients('desk-1', 'ada'), await openPatients('desk-2', 'rosa')];
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
    const page = await openPatients('desk-1', 'ada');
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
    const page = await openPatients('desk-1', 'rosa');
    const asked = page.waitForRequest((request) => request.url().endsWith('/patient/find'));
    await openRecord(page, patient);
    assert.equal(await button(page, 'Delete').count(), 0);
    const { session } = (await asked).postDataJSON();
    const answered = await postAs(page, session, 'patient/delete',
        { patient_id: patient.patient_id, member_id: patient.member_id, pin: clinic.staff.rosa.pin, reason: 'request' });
    assert.deepEqual([answered.http, answered.body.error.code], [409, 'forbidden']);
});

test('who registered at a kiosk is counted, and completed by reception', async () => {
    const kiosk = await open('kiosk-1');
    const page = await openPatients('desk-1', 'rosa');
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

test('a registration without a connection is kept, said to be kept, and goes out once when the broker is back', async () => {
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'ada');
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
    const page = await openPatients('desk-1', 'rosa');
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
    const page = await openPatients('desk-1', 'rosa');
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

for (const locale of LANGUAGES)
    test(`the screens of patients keep nobody out (${locale})`, async () => {
        const patient = await clinic.registerPatient({ name: 'Wilhelmina Featherstonehaugh-Cholmondeley', preconditions: ['allergy to penicillin'] });
        minutes += 10;
        await clinic.book(patient, doctor, clinic.local(minutes));
        const page = await openPatients('desk-1', 'ada', { locale });
        await expectLargeText(page);
        await openRecord(page, patient);
        await dialog(page).locator('table').waitFor();
        await expectAccessible(page); // and the list behind it
        await expectLargeText(page);
        await dialog(page).locator('.actions button').nth(1).click();
        await expectAccessible(page);
        await expectLargeText(page);
        await dialog(page).locator('form .actions button').nth(1).click();
        await dialog(page).locator('.actions button').nth(3).click();
        await expectAccessible(page);
        await expectLargeText(page);
    });

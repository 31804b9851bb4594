// Bookings that a vacation, a holiday or new hours collide with: each is decided by somebody, none is dropped.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { addDays, bookButton, everyDay, leafTo } from './booking_page.js';
import { goTo, signIn } from './desk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
const day = (days) => addDays(clinic.today(), days);
const hours = everyDay(['08:00', '12:00']);

async function openDesk(who = 'mara', name = 'desk-1', options = {}) {
    const page = await open(name, options);
    await signIn(page, who);
    return page;
}

const rows = (page) => page.locator('.booking-conflict');
const rowOf = (page, name) => rows(page).filter({ hasText: name });
const heading = (page, text) => page.getByRole('heading', { name: text, exact: true }).waitFor();
const stateOf = async (visit) => (await clinic.ask('appointment/read', { appointment_id: visit.appointment_id })).appointment.state;

test('a vacation over three bookings is shown at once, and each is decided: kept, moved, canceled', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Ilse Brandt', slot_minutes: 30, hours });
    const visits = {};
    for (const [index, name] of ['Keeper Klein', 'Mover Moreau', 'Canceler Cruz'].entries())
        visits[name] = await clinic.book(await clinic.registerPatient({ name }), doctor, `${day(3)}T${String(8 + index).padStart(2, '0')}:00`);
    const page = await openDesk();
    const witness = await openDesk('rosa', 'desk-2');
    await goTo(witness, 'conflicts');
    await heading(witness, 'Nothing to decide');

    await goTo(page, 'doctors');
    await page.locator(`[data-key="${doctor.doctor_id}"]`).click();
    await page.locator('input[name=from]').first().fill(day(2));
    await page.locator('input[name=to]').first().fill(day(5));
    await page.getByRole('button', { name: 'Add the vacation' }).click();
    await page.locator('dialog').getByRole('heading', { name: '3 visits need a decision' }).waitFor();
    assert.equal(await page.locator('dialog li').count(), 3);
    await page.locator('dialog button.primary').click();
    await heading(page, '3 visits need a decision');
    await heading(witness, '3 visits need a decision');
    assert.match(await rowOf(page, 'Keeper Klein').textContent(), /vacation.*Dr\. Ilse Brandt/);
    await expectAccessible(page);

    await rowOf(page, 'Keeper Klein').getByRole('button', { name: /^Keep:/ }).click();
    await page.locator('dialog button[type=submit]').click();
    await page.getByText('Please fill this in.').waitFor();
    await page.locator('dialog input').fill('comes back for this visit');
    await page.locator('dialog button[type=submit]').click();
    await heading(page, '2 visits need a decision');
    await heading(witness, '2 visits need a decision');

    await rowOf(page, 'Mover Moreau').getByRole('button', { name: /^Move:/ }).click();
    await page.locator('.booking').waitFor();
    await (await leafTo(page, `${day(8)}T08:00`)).click();
    await bookButton(page).click();
    await page.locator('.booking-done').waitFor();
    await page.keyboard.press('Enter');
    await heading(page, '1 visit needs a decision');

    await rowOf(page, 'Canceler Cruz').getByRole('button', { name: /^Cancel the visit:/ }).click();
    await page.locator('dialog select[name=by]').selectOption('doctor');
    await page.locator('dialog button[type=submit]').click();
    await heading(page, 'Nothing to decide');
    await heading(witness, 'Nothing to decide');
    assert.equal(await stateOf(visits['Keeper Klein']), 'booked');
    assert.equal(await stateOf(visits['Mover Moreau']), 'booked');
    assert.equal(await stateOf(visits['Canceler Cruz']), 'canceled');
    const [kept] = await clinic.events('clinic.appointment.kept', { personal: true });
    assert.equal(kept.data.override_reason, 'comes back for this visit');
});

test('the list says why each collides, and who looked at whom is in the audit trail', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Jorge Ruiz', slot_minutes: 30, hours });
    const leaver = await clinic.hireDoctor({ name: 'Dr. Leaver', slot_minutes: 30, hours });
    const patients = [];
    for (const [index, start] of [`${day(6)}T08:00`, `${day(7)}T11:00`].entries()) {
        patients.push(await clinic.registerPatient({ name: `Patient ${'AB'[index]}` }));
        await clinic.book(patients[index], doctor, start);
    }
    patients.push(await clinic.registerPatient({ name: 'Patient C' }));
    await clinic.book(patients[2], leaver, `${day(6)}T09:00`);
    await clinic.ask('doctor/holiday', { add: [{ date: day(6) }] });
    await clinic.ask('doctor/hours', { doctor_id: doctor.doctor_id, expected_version: 1, hours: everyDay(['08:00', '10:00']) });
    await clinic.ask('doctor/update', { doctor_id: leaver.doctor_id, expected_version: 1, is_active: false });

    const page = await openDesk('rosa');
    await goTo(page, 'conflicts');
    await heading(page, '3 visits need a decision');
    await rowOf(page, 'Patient A').getByText('holiday').waitFor();
    await rowOf(page, 'Patient B').getByText('outside the hours').waitFor();
    await rowOf(page, 'Patient C').getByText('doctor takes no bookings').waitFor();
    for (const patient of patients) {
        const { rows: trail } = await clinic.ask('audit/read', { subject: `patient/${patient.patient_id}`, person: 'rosa' });
        assert.ok(trail.some((row) => row.action === 'appointment/read'), patient.name);
    }

    await rowOf(page, 'Patient C').getByRole('button', { name: /^Move:/ }).click();
    await page.locator('.booking select[name=doctor]').selectOption(doctor.doctor_id);
    await (await leafTo(page, `${day(8)}T08:00`)).click();
    await bookButton(page).click();
    await page.locator('.booking-done').getByText('Dr. Jorge Ruiz').waitFor();
    await page.keyboard.press('Enter');
    await heading(page, '2 visits need a decision');
});

test('the work-list keeps nobody out, in any language and with large text', async () => {
    for (const locale of LANGUAGES) {
        const page = await openDesk('rosa', 'desk-1', { locale });
        await goTo(page, 'conflicts');
        await rowOf(page, 'Patient A').waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
    }
});

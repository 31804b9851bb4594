// Doctors at the front desk: who they are, when they work, when they are away, and calendar files in both directions.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { expectAccessible, expectLargeText } from './accessible.js';
import { addDays, bookButton, chooseDoctor, choosePatient, everyDay, openNew } from './booking_page.js';
import { goTo, signIn } from './desk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
const day = (days) => addDays(clinic.today(), days);

async function openDoctors(who = 'mara', name = 'desk-1') {
    const page = await open(name);
    await signIn(page, who);
    await goTo(page, 'doctors');
    return page;
}

async function openRecord(page, doctor) {
    await page.locator(`.view-doctors [data-key="${doctor.doctor_id}"]`).click();
    await page.getByRole('heading', { name: doctor.name }).waitFor();
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const says = (page, text) => page.locator('.toast').filter({ hasText: text }).waitFor();
const card = (page, heading) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: heading }) });
const read = async (doctor) => (await clinic.ask('doctor/read', { doctor_id: doctor.doctor_id })).doctor;

function icsOf(events) {
    const line = (date) => date.replaceAll('-', '');
    const entries = events.map(([from, to, name], index) => ['BEGIN:VEVENT', `UID:${index}@test`, 'DTSTAMP:20260101T000000Z',
        `DTSTART;VALUE=DATE:${line(from)}`, `DTEND;VALUE=DATE:${line(addDays(to, 1))}`, `SUMMARY:${name}`, 'END:VEVENT'].join('\r\n'));
    return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...entries, 'END:VCALENDAR', ''].join('\r\n');
}

async function choose(root, name, text) {
    await root.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/calendar', buffer: Buffer.from(text) });
}

test('a doctor is added with hours, and a visit can be booked', async () => {
    const patient = await clinic.registerPatient();
    const page = await openDoctors();
    await button(page, 'Add a doctor').click();
    await page.locator('dialog input[name=name]').fill('Dr. Noor Haddad');
    await page.locator('dialog input[name=specialty]').fill('dermatology');
    await page.locator('dialog input[name=slot_minutes]').fill('3');
    await page.locator('dialog button[type=submit]').click();
    await page.getByText('A whole number from 5 to 480.').waitFor();
    await page.locator('dialog input[name=slot_minutes]').fill('15');
    await page.locator('dialog input[name=phone]').fill('12');
    await page.locator('dialog button[type=submit]').click();
    await page.getByText('This is not a phone number').waitFor();
    assert.equal(await page.locator('dialog input[name=name]').inputValue(), 'Dr. Noor Haddad');
    await page.locator('dialog input[name=phone]').fill('0612345678');
    await page.locator('dialog button[type=submit]').click();
    await page.getByText('No hours yet: nothing can be booked.').waitFor();

    await button(page, 'Change the hours').click();
    for (const name of ['Monday', 'Saturday', 'Sunday'])
        await button(page, `${name}: Add hours`).click();
    await button(page, 'Tuesday to Friday as Monday').click();
    await button(page, 'Save').click();
    await says(page, 'The hours are saved.');
    const [created] = await clinic.events('clinic.doctor.created');
    const record = await read(created.data);
    assert.equal(record.phone, '+33612345678');
    assert.deepEqual(record.hours.map((one) => [one.weekday, one.from, one.to]), [1, 2, 3, 4, 5, 6, 7].map((one) => [one, '09:00', '12:00']));

    await openNew(page);
    await choosePatient(page, patient);
    await chooseDoctor(page, created.data);
    await page.locator('.slot.free').first().click();
    await bookButton(page).click();
    await page.locator('.booking-done').getByText('Dr. Noor Haddad').waitFor();
});

test('hours that contradict themselves are shown at their row; what another desk saved meanwhile is shown, not lost', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Kim', hours: everyDay(['08:00', '10:00']) });
    const page = await openDoctors();
    await openRecord(page, doctor);
    await button(page, 'Change the hours').click();
    await button(page, 'Monday: Add hours').click();
    await page.getByLabel('Monday, From').last().fill('09:00');
    await page.getByLabel('Monday, To').last().fill('11:00');
    await button(page, 'Save').click();
    await page.getByText('These hours overlap with others of the same day.').waitFor();
    await page.getByLabel('Monday, From').last().fill('20:00');
    await page.getByLabel('Monday, To').last().fill('00:00');
    await page.getByLabel('Monday, Valid to').last().fill(day(90));
    await clinic.ask('doctor/hours', { doctor_id: doctor.doctor_id, expected_version: 1, hours: [{ weekday: 2, from: '07:00', to: '08:00' }] });
    await button(page, 'Save').click();
    await page.getByText('somebody has changed this doctor’s record meanwhile').waitFor();
    await page.locator('dialog .hours').getByText('Tuesday').waitFor();
    assert.equal((await read(doctor)).hours.length, 1);
    await button(page, 'Save').click();
    await says(page, 'The hours are saved.');
    assert.deepEqual((await read(doctor)).hours[1], { weekday: 1, from: '20:00', to: '24:00', valid_to: day(90) });
});

test('a record that two desks change keeps what both have changed', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Vega', phone: '+33612340000' });
    const page = await openDoctors();
    await openRecord(page, doctor);
    await button(page, 'Edit').click();
    await page.locator('dialog input[name=specialty]').fill('paediatrics');
    await page.locator('dialog input[name=phone]').fill('');
    await clinic.ask('doctor/update', { doctor_id: doctor.doctor_id, expected_version: 1, name: 'Dr. Vega-Ruiz' });
    await button(page, 'Save').click();
    await page.locator('dialog .notice').getByText('Dr. Vega-Ruiz').waitFor();
    await button(page, 'Save').click();
    await says(page, 'The record is saved.');
    const record = await read(doctor);
    assert.deepEqual([record.name, record.specialty, record.phone], ['Dr. Vega-Ruiz', 'paediatrics', undefined]);
});

test('vacations and single days are added and removed, and another desk sees it within a second', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Lund' });
    const page = await openDoctors();
    const witness = await openDoctors('rosa', 'desk-2');
    await openRecord(page, doctor);
    await openRecord(witness, doctor);
    const vacations = card(page, 'Vacations');
    await vacations.locator('input[name=from]').fill(day(30));
    await vacations.locator('input[name=to]').fill(day(29));
    await button(page, 'Add the vacation').click();
    await page.getByText('The last day is before the first.').waitFor();
    await vacations.locator('input[name=to]').fill(day(33));
    await button(page, 'Add the vacation').click();
    await card(witness, 'Vacations').locator('.lines li').waitFor({ timeout: 1000 });
    await vacations.getByRole('button', { name: /^Remove/ }).click();
    await page.getByText('No vacation is coming.').waitFor();
    assert.deepEqual((await read(doctor)).time_off, []);

    const days = card(page, 'Other hours on single days');
    await days.locator('input[name=date]').fill(day(20));
    await days.locator('input[name=from]').fill('10:00');
    await button(page, 'Add the day').click();
    await page.getByText('Give both times').waitFor();
    await days.locator('input[name=to]').fill('11:00');
    await button(page, 'Add the day').click();
    await days.locator('.lines li').waitFor();
    assert.deepEqual((await read(doctor)).exceptions, [{ date: day(20), from: '10:00', to: '11:00' }]);
    await days.locator('input[name=date]').fill(day(20));
    await button(page, 'Add the day').click();
    await page.getByText('This contradicts another entry of the same day.').waitFor();
    await days.getByRole('button', { name: /^Remove/ }).click();
    await page.getByText('No such days are coming.').waitFor();
});

test('vacations come from a calendar file; one that cannot be used is explained, and changes nothing', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Moreau' });
    const page = await openDoctors('rosa');
    await openRecord(page, doctor);
    const vacations = card(page, 'Vacations');
    const file = icsOf([[day(40), day(44), 'Sea'], [day(60), day(60), 'Mountains']]);
    await choose(vacations, 'away.ics', file);
    await vacations.getByText('Added from the file:').waitFor();
    assert.equal(await vacations.locator('[role=status] li').count(), 2);
    assert.deepEqual((await read(doctor)).time_off, [{ from: day(40), to: day(44) }, { from: day(60), to: day(60) }]);
    await choose(vacations, 'away.ics', file);
    await vacations.getByText('The file holds nothing that is not entered already.').waitFor();
    await choose(vacations, 'letter.ics', 'Dear Sir or Madam');
    await vacations.getByText('This file cannot be used, and nothing was added.').waitFor();
    await choose(vacations, 'empty.ics', '');
    await vacations.getByText('This file cannot be used, and nothing was added.').waitFor();
    await choose(vacations, 'large.ics', 'x'.repeat(40001));
    await vacations.getByText('At most 40,000 characters fit.').waitFor();
    assert.equal((await read(doctor)).time_off.length, 2);
});

test('holidays of the clinic are added by hand and from a file, and removed', async () => {
    const page = await openDoctors();
    await button(page, 'Clinic holidays').click();
    const box = page.locator('dialog');
    await box.locator('input[name=date]').fill(day(50));
    await box.locator('input[name=name]').fill('Founding day');
    await button(page, 'Add the holiday').click();
    await box.locator('.lines').getByText('Founding day').waitFor();
    await choose(box, 'holidays.ics', icsOf([[day(70), day(71), 'Spring feast']]));
    await box.getByText('Added from the file:').waitFor();
    assert.equal(await box.locator('.lines li').count(), 3);
    await expectAccessible(page);
    await box.getByRole('button', { name: /Founding day/ }).click();
    await box.locator('.lines').getByText('Founding day').waitFor({ state: 'detached' });
    const [doctor] = (await clinic.ask('doctor/list')).doctors;
    const { holidays } = await clinic.ask('doctor/read', { doctor_id: doctor.doctor_id });
    assert.deepEqual(holidays.map((one) => one.date), [day(70), day(71)]);
    await clinic.ask('doctor/holiday', { remove: [day(70), day(71)] });
});

test('a doctor’s visits are saved as a calendar, which names nobody', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Sato' });
    const patient = await clinic.registerPatient({ name: 'Quentin Bellweather' });
    await clinic.book(patient, doctor, `${day(1)}T10:00`);
    const page = await openDoctors('rosa');
    await openRecord(page, doctor);
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Calendar file').click()]);
    assert.equal(download.suggestedFilename(), `doctor-${doctor.number}.ics`);
    const text = readFileSync(await download.path(), 'utf8');
    assert.match(text, /^BEGIN:VCALENDAR\r\n[^]*BEGIN:VEVENT\r\n[^]*END:VCALENDAR\r\n$/);
    assert.doesNotMatch(text, /Bellweather/);
});

test('who takes no more bookings cannot be booked, and is not lost', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Retiring' });
    const page = await openDoctors();
    await openRecord(page, doctor);
    await button(page, 'Take no more bookings').click();
    await page.locator('dialog button.danger').click();
    await page.getByText('takes no bookings').first().waitFor();
    await openNew(page);
    await page.locator('.booking select[name=doctor] option').nth(1).waitFor({ state: 'attached' });
    assert.equal(await page.locator(`.booking option[value="${doctor.doctor_id}"]`).count(), 0);
    await page.keyboard.press('Escape');
    await goTo(page, 'doctors');
    await openRecord(page, doctor);
    await button(page, 'Take bookings again').click();
    await says(page, 'Visits can be booked again.');
    assert.equal((await read(doctor)).is_active, true);
});

test('reception looks up doctors and enters vacations, and is not offered what it may not change', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Petit' });
    const page = await openDoctors('rosa');
    assert.equal(await button(page, 'Add a doctor').count(), 0);
    await openRecord(page, doctor);
    for (const name of ['Edit', 'Change the hours', 'Take no more bookings', 'Add the day'])
        assert.equal(await button(page, name).count(), 0, name);
    assert.equal(await button(page, 'Add the vacation').count(), 1);
});

test('the doctors’ screens keep nobody out, in any language and with large text', async () => {
    const doctor = await clinic.hireDoctor({ name: 'Dr. Babel', hours: [{ weekday: 1, from: '09:00', to: '12:00', valid_from: day(0), valid_to: day(90) }] });
    await clinic.ask('doctor/time-off', { doctor_id: doctor.doctor_id, add: [{ from: day(10), to: day(12) }] });
    for (const locale of LANGUAGES) {
        const page = await open('desk-1', { locale });
        await signIn(page, 'mara');
        await goTo(page, 'doctors');
        await expectAccessible(page);
        await openRecord(page, doctor);
        await expectAccessible(page);
        await expectLargeText(page);
        await page.locator('[data-key=hours]').click();
        await page.locator('.window input').first().waitFor();
        await expectAccessible(page);
        await expectLargeText(page);
    }
});

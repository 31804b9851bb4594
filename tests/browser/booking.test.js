// Booking at the front desk, to its end: known and new patients, what is missing, longer visits, and a time by hand.
import assert from 'node:assert/strict';

import {
    addDays, alertBox, bookButton, chooseDoctor, choosePatient, drawer, everyDay, leafTo, openNew, prepare, saysBelow, typeNewPatient,
} from './booking_page.js';
import { signIn } from './desk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const tomorrow = addDays(clinic.today(), 1);
const doctor = await clinic.hireDoctor({ name: 'Dr. Ilse Brandt', slot_minutes: 30, hours: everyDay(['08:00', '12:00'], ['13:00', '18:00']) });
const other = await clinic.hireDoctor({ name: 'Dr. Jorge Ruiz', specialty: 'cardiology', slot_minutes: 20, hours: everyDay(['09:00', '11:00']) });
const anna = await clinic.registerPatient({ name: 'Anna Lindqvist' });

async function openDesk() {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    return page;
}

const done = (page) => page.locator('.booking-done');

test('a visit is booked, and the drawer says when and with whom', async () => {
    const page = await openDesk();
    await prepare(page, { doctor, patient: anna, local: `${tomorrow}T09:00` });
    await page.locator('.booking input[name=visit_reason]').fill('cough');
    await bookButton(page).click();
    const text = await done(page).textContent();
    assert.match(text, /Booked/);
    assert.match(text, /9:00/);
    assert.match(text, /Dr\. Ilse Brandt/);
    const [event] = await clinic.events('clinic.appointment.scheduled', { personal: true });
    assert.equal(event.data.patient_id, anna.patient_id);
    assert.equal(event.data.visit_reason, 'cough');
    await page.keyboard.press('Enter');
    await drawer(page).waitFor({ state: 'detached' });
});

test('a new patient is registered in the same step, and the member ID is told', async () => {
    const page = await openDesk();
    const local = `${tomorrow}T08:00`;
    await prepare(page, { doctor, newPatient: { name: 'Özlem Çelik', birthDate: '1991-05-04', phone: '0612345678' }, local });
    await page.locator('.booking select[name=sms_consent]').selectOption('given');
    await bookButton(page).click();
    const text = await done(page).textContent();
    const memberId = text.match(/Member ID: (\d{9})/)?.[1];
    assert.ok(memberId, text);
    const found = await clinic.ask('patient/find', { text: memberId });
    assert.equal(found.patients[0].name, 'Özlem Çelik');
    const record = await clinic.ask('patient/read', { patient_id: found.patients[0].patient_id });
    assert.equal(record.patient.sms_consent, 'given');
    assert.equal(record.patient.phone, '+33612345678');
});

test('what is missing or wrong is said at its place, and nothing is lost', async () => {
    const page = await openDesk();
    await openNew(page);
    await bookButton(page).click();
    await saysBelow(page, /Choose a patient/);
    await typeNewPatient(page, { name: 'Aino Virtanen', birthDate: '1991-05-05', phone: '12' });
    await bookButton(page).click();
    assert.match(await page.locator('.booking-form').textContent(), /Choose a doctor/);
    await chooseDoctor(page, doctor);
    await bookButton(page).click();
    await saysBelow(page, /Choose a time/);
    await page.locator('.slot:focus').waitFor();
    await page.locator('.slot.free').last().click();
    await bookButton(page).click();
    await page.locator('input[name=phone][aria-invalid]').waitFor();
    await saysBelow(page, /Nothing is booked yet/);
    assert.equal(await page.locator('.booking input[name=name]').inputValue(), 'Aino Virtanen');
    await page.locator('.booking input[name=phone]').fill('0698765432');
    await bookButton(page).click();
    await done(page).waitFor();
});

test('one Escape does not throw away what was typed of a new patient, a second does', async () => {
    const page = await openDesk();
    await openNew(page);
    await typeNewPatient(page, { name: 'Almost Lost', birthDate: '1991-05-06' });
    await page.keyboard.press('Escape');
    await saysBelow(page, /Press Escape once more/);
    assert.equal(await page.locator('.booking input[name=name]').inputValue(), 'Almost Lost');
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'detached' });
});

test('somebody alike is shown; staff say that it is another person, or book for the one who is known', async () => {
    const known = await clinic.registerPatient({ name: 'Mateo García', birth_date: '1975-01-02' });
    const page = await openDesk();
    const twin = { name: 'Matéo Garcia', birthDate: '1975-01-02' };
    await prepare(page, { doctor, newPatient: twin, local: `${tomorrow}T08:30` });
    await bookButton(page).click();
    await alertBox(page).getByText(known.member_id).waitFor();
    await alertBox(page).getByRole('button', { name: /another person/ }).click();
    await done(page).getByText(/Member ID/).waitFor();
    await page.keyboard.press('Enter');

    await prepare(page, { doctor, newPatient: twin, local: `${tomorrow}T09:30` });
    await bookButton(page).click();
    const same = alertBox(page).locator('li').filter({ hasText: known.member_id }).getByRole('button');
    await same.click();
    await done(page).waitFor();
    const events = await clinic.events('clinic.appointment.scheduled');
    assert.equal(events.at(-1).data.patient_id, known.patient_id);
    assert.notEqual(events.at(-2).data.patient_id, known.patient_id);
});

test('a longer visit takes the slots that follow', async () => {
    const page = await openDesk();
    await openNew(page);
    await choosePatient(page, anna);
    await chooseDoctor(page, other);
    await page.locator('.booking select[name=slots]').selectOption('3');
    await (await leafTo(page, `${tomorrow}T10:00`)).click();
    await bookButton(page).click();
    await done(page).waitFor();
    const [event] = (await clinic.events('clinic.appointment.scheduled')).slice(-1);
    assert.equal(Date.parse(event.data.end) - Date.parse(event.data.start), 60 * 60000);
});

test('a taken time is to be had with a reason, the same patient twice is not', async () => {
    const local = `${tomorrow}T16:00`;
    const first = await clinic.registerPatient();
    const second = await clinic.registerPatient();
    await clinic.book(first, doctor, local);
    const page = await openDesk();
    await prepare(page, { doctor, patient: first, local });
    await page.locator('fieldset input[name=reason]:focus').waitFor();
    await bookButton(page).click();
    assert.match(await page.locator('.booking fieldset').textContent(), /Please fill this in/);
    await page.locator('.booking input[name=reason]').fill('urgent');
    await bookButton(page).click();
    await saysBelow(page, /another visit at this time/);
    await page.getByRole('button', { name: 'Somebody else' }).click();
    await choosePatient(page, second);
    await bookButton(page).click();
    await done(page).waitFor();
    const [event] = (await clinic.events('clinic.appointment.scheduled', { personal: true })).slice(-1);
    assert.equal(event.data.overridden, true);
    assert.equal(event.data.override_reason, 'urgent');
});

test('a time outside the hours is typed by hand, with a reason', async () => {
    const page = await openDesk();
    await openNew(page);
    await choosePatient(page, anna);
    await chooseDoctor(page, doctor);
    await page.getByRole('button', { name: 'Another time, by hand' }).click();
    await page.locator('.booking input[name=date]').fill(tomorrow);
    await page.locator('.booking input[name=time]').fill('19:15');
    await page.locator('.booking input[name=reason]').fill('comes after work');
    await page.getByRole('button', { name: 'Book anyway' }).click();
    assert.match(await done(page).textContent(), /(7|19):15/);
});


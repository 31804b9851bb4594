// Booking at the front desk, to its end: known and new patients, why a time is not free, a time by hand, and the keyboard alone.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import {
    addDays, alertBox, bookButton, chooseDoctor, choosePatient, drawer, everyDay, leafTo, openNew, prepare, saysBelow, slot, typeNewPatient,
} from './booking_page.js';
import { signIn } from './desk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
const tomorrow = addDays(clinic.today(), 1);
const doctor = await clinic.hireDoctor({ name: 'Dr. Ilse Brandt', slot_minutes: 30, hours: everyDay(['08:00', '12:00'], ['13:00', '18:00']) });
const other = await clinic.hireDoctor({ name: 'Dr. Jorge Ruiz', specialty: 'cardiology', slot_minutes: 20, hours: everyDay(['09:00', '11:00']) });
const anna = await clinic.registerPatient({ name: 'Anna Lindqvist' });

async function openDesk(name = 'desk-1') {
    const page = await open(name);
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

test('every time that is not free says why', async () => {
    const day = (days) => addDays(clinic.today(), days);
    const busy = await clinic.hireDoctor({ name: 'Dr. Busy', slot_minutes: 60, hours: everyDay(['00:00', '12:00']) });
    await clinic.book(anna, busy, `${day(1)}T01:00`);
    await clinic.ask('doctor/time-off', { doctor_id: busy.doctor_id, add: [{ from: day(2), to: day(2) }] });
    await clinic.ask('doctor/holiday', { add: [{ date: day(3), name: 'Founding day' }] });
    const page = await openDesk();
    await openNew(page);
    await chooseDoctor(page, busy);
    const expectWords = async (local, words) => {
        await leafTo(page, local);
        const text = await slot(page, local).textContent();
        assert.equal(text, words);
        assert.match(await slot(page, local).getAttribute('aria-label'), new RegExp(`: ${words}$`));
    };
    await drawer(page).getByRole('button', { name: 'Today', exact: true }).click();
    await expectWords(`${day(0)}T00:00`, 'past');
    await expectWords(`${day(1)}T01:00`, 'booked');
    await expectWords(`${day(2)}T02:00`, 'vacation');
    await expectWords(`${day(3)}T02:00`, 'holiday');
    await page.locator('.booking select[name=slots]').selectOption('2');
    await expectWords(`${day(4)}T11:00`, 'too short');
    await expectWords(`${day(95)}T02:00`, 'too far');
    assert.equal(await slot(page, `${day(95)}T02:00`).getAttribute('aria-disabled'), 'true');
    await expectAccessible(page);
    await clinic.ask('doctor/holiday', { remove: [day(3)] });
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

test('what another desk books is not free here within a second', async () => {
    const page = await openDesk('desk-2');
    const local = `${tomorrow}T17:00`;
    await openNew(page);
    await chooseDoctor(page, doctor);
    await leafTo(page, local);
    await clinic.book(await clinic.registerPatient(), doctor, local);
    await page.locator(`.slot.booked[data-at="${local}"]`).waitFor({ timeout: 1000 });
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

test('a visit is booked with the keyboard alone', async () => {
    const keys = await clinic.hireDoctor({ name: 'Dr. Keys', slot_minutes: 60, hours: everyDay(['20:00', '24:00']) });
    const page = await openDesk();
    const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    await page.locator('.view-day button.primary').first().focus();
    await press('Enter');
    await page.locator('.booking input[role=combobox]:focus').waitFor();
    await page.keyboard.type(anna.member_id);
    await page.locator('.booking .picker-option').waitFor();
    await press('ArrowDown', 'Enter', 'Tab');
    await page.locator('.booking select[name=doctor]:focus').waitFor();
    await page.keyboard.type('Dr. Keys');
    await page.locator('.slot.free').first().waitFor();
    while (!await page.locator('.slot:focus').count())
        await press('Tab');
    const before = await page.locator('.slot:focus').getAttribute('data-at');
    await press('ArrowDown', 'ArrowRight');
    const chosen = await page.locator('.slot:focus').getAttribute('data-at');
    assert.notEqual(chosen, before);
    await press('Enter', 'Tab');
    await page.locator('.booking-foot button:focus').waitFor();
    await press('Enter');
    await done(page).waitFor();
    await press('Enter');
    await drawer(page).waitFor({ state: 'detached' });
    const list = await clinic.ask('appointment/list', { date: chosen.slice(0, 10), doctor_id: keys.doctor_id });
    assert.ok(list.appointments.some((row) => row.patient_id === anna.patient_id));
});

test('the drawer keeps nobody out, in any language and with large text', async () => {
    await clinic.book(await clinic.registerPatient(), other, `${tomorrow}T09:00`);
    for (const [locale, name] of [['en', 'Book'], ['de', 'Buchen'], ['es', 'Reservar'], ['fr', 'Réserver']]) {
        const page = await open('desk-1', { locale });
        await signIn(page, 'rosa');
        await openNew(page);
        await typeNewPatient(page, { name: 'Somebody', birthDate: '1990-01-01' });
        await chooseDoctor(page, other);
        await (await leafTo(page, `${tomorrow}T09:00`)).click();
        await expectAccessible(page);
        await expectLargeText(page);
        await page.locator('.slot.free').first().click();
        await page.getByRole('button', { name, exact: true }).waitFor();
    }
});

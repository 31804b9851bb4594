// Two desks want the same time; visits are moved; the connection is cut: whoever loses is told, and can choose.
import assert from 'node:assert/strict';

import { expectAccessible } from './accessible.js';
import { addDays, alertBox, bookButton, drawer, everyDay, leafTo, openMove, prepare, saysBelow, slot } from './booking_page.js';
import { signIn } from './desk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
const tomorrow = addDays(clinic.today(), 1);
const hours = everyDay(['08:00', '18:00']);
const doctor = await clinic.hireDoctor({ name: 'Dr. Ilse Brandt', slot_minutes: 30, hours });
const other = await clinic.hireDoctor({ name: 'Dr. Jorge Ruiz', slot_minutes: 20, hours });

async function openDesk(name = 'desk-1') {
    const page = await open(name);
    await signIn(page, 'rosa');
    return page;
}

const done = (page) => page.locator('.booking-done');
const taken = (page) => alertBox(page).getByText(/was just taken/);
const nearest = (page) => alertBox(page).locator('.row button');

async function countEvents(type) {
    return (await clinic.events(type)).length;
}

// The page that has lost: [winner, loser].
async function rankRacers(pages) {
    const outcomes = await Promise.all(pages.map((page) => Promise.race([
        done(page).waitFor().then(() => 'won'), taken(page).waitFor().then(() => 'lost'),
    ])));
    assert.deepEqual([...outcomes].sort(), ['lost', 'won']);
    return outcomes[0] === 'won' ? pages : [...pages].reverse();
}

test('of two desks that press Book for the same time one books; the other is offered the nearest times and takes one', async () => {
    const pages = [await openDesk('desk-1'), await openDesk('desk-2')];
    const names = ['Ada Okafor', 'Bruno Marchetti'];
    const local = `${tomorrow}T10:00`;
    for (const [index, page] of pages.entries())
        await prepare(page, { doctor, newPatient: { name: names[index], birthDate: `198${index}-02-03` }, local });
    const scheduled = await countEvents('clinic.appointment.scheduled');
    const registered = await countEvents('clinic.patient.created');

    await Promise.all(pages.map((page) => bookButton(page).click()));
    const [, loser] = await rankRacers(pages);
    assert.equal(await countEvents('clinic.appointment.scheduled'), scheduled + 1);
    assert.equal(await countEvents('clinic.patient.created'), registered + 1);
    await alertBox(loser).getByText(/new patient has not been registered either/).waitFor();
    const name = await loser.locator('.booking input[name=name]').inputValue();
    assert.ok(names.includes(name));
    await nearest(loser).first().waitFor();
    const offers = await nearest(loser).allTextContents();
    assert.ok(offers.some((text) => /9:30/.test(text)) && offers.some((text) => /10:30/.test(text)), offers.join(' | '));
    await loser.locator(`.slot.booked[data-at="${local}"]`).waitFor();
    await expectAccessible(loser);

    await nearest(loser).filter({ hasText: '10:30' }).click();
    await loser.locator('.booking-foot button:focus').waitFor();
    await loser.keyboard.press('Enter');
    await done(loser).getByText(/Member ID: \d{9}/).waitFor();
    assert.match(await done(loser).textContent(), new RegExp(`${name}.*10:30`));
    assert.equal(await countEvents('clinic.appointment.scheduled'), scheduled + 2);
});

test('who has only chosen a time is told at once that another desk took it', async () => {
    const page = await openDesk();
    const local = `${tomorrow}T14:00`;
    await prepare(page, { doctor, newPatient: { name: 'Chidi Eze', birthDate: '1980-02-04' }, local });
    await clinic.book(await clinic.registerPatient(), doctor, local);
    await taken(page).waitFor();
    await slot(page, local).and(page.locator('.booked[aria-pressed="false"]')).waitFor();
    await nearest(page).first().click();
    await bookButton(page).click();
    await done(page).waitFor();
});

test('a chosen time that a vacation took is said to be one', async () => {
    const away = await clinic.hireDoctor({ name: 'Dr. Away', slot_minutes: 30, hours });
    const page = await openDesk();
    await prepare(page, { doctor: away, patient: await clinic.registerPatient(), local: `${tomorrow}T09:00` });
    await clinic.ask('doctor/time-off', { doctor_id: away.doctor_id, add: [{ from: tomorrow, to: tomorrow }] });
    await saysBelow(page, /no longer free: vacation/);
    await slot(page, `${tomorrow}T09:00`).and(page.locator('.vacation[aria-pressed="false"]')).waitFor();
    await nearest(page).first().click();
    await bookButton(page).click();
    await done(page).waitFor();
});

test('a visit is moved to another time and another doctor, and keeps its id', async () => {
    const patient = await clinic.registerPatient();
    const visit = await clinic.book(patient, doctor, `${tomorrow}T08:00`);
    const page = await openDesk();
    await openMove(page, visit, tomorrow);
    assert.equal(await page.locator('.booking select[name=doctor]').inputValue(), doctor.doctor_id);
    assert.equal(await slot(page, `${tomorrow}T08:00`).textContent(), 'now');
    await slot(page, `${tomorrow}T08:00`).click();
    await bookButton(page).click();
    await saysBelow(page, /at this time already/);
    await page.locator('.booking select[name=doctor]').selectOption(other.doctor_id);
    await page.locator('.booking select[name=by]').selectOption('doctor');
    assert.equal(await page.locator('.booking select[name=slots]').inputValue(), '2');
    await (await leafTo(page, `${tomorrow}T09:20`)).click();
    await bookButton(page).click();
    await done(page).getByText('Dr. Jorge Ruiz').waitFor();
    const [event] = (await clinic.events('clinic.appointment.rescheduled')).slice(-1);
    assert.equal(event.data.appointment_id, visit.appointment_id);
    assert.equal(event.data.doctor_id, other.doctor_id);
    assert.equal(event.data.by, 'doctor');
    assert.equal(Date.parse(event.data.end) - Date.parse(event.data.start), 40 * 60000);
});

test('a visit that another desk has moved meanwhile is shown where it is now, and moved on request only', async () => {
    const visit = await clinic.book(await clinic.registerPatient(), doctor, `${tomorrow}T11:00`);
    const page = await openDesk();
    await openMove(page, visit, tomorrow);
    await slot(page, `${tomorrow}T12:00`).click();
    await clinic.ask('appointment/reschedule', { appointment_id: visit.appointment_id, expected_version: 1, start: `${tomorrow}T11:30`, by: 'clinic' });
    await bookButton(page).click();
    await saysBelow(page, /Somebody has changed this visit.*11:30/);
    await page.locator('.own-place').filter({ hasText: '11:30' }).waitFor();
    await bookButton(page).click();
    await done(page).filter({ hasText: '12:00' }).waitFor();
    const record = await clinic.ask('appointment/read', { appointment_id: visit.appointment_id });
    assert.equal(record.appointment.version, 3);
});

test('a visit that was canceled meanwhile cannot be moved, and the drawer says so', async () => {
    const visit = await clinic.book(await clinic.registerPatient(), doctor, `${tomorrow}T13:00`);
    const page = await openDesk();
    await openMove(page, visit, tomorrow);
    await slot(page, `${tomorrow}T13:30`).click();
    await clinic.ask('appointment/cancel', { appointment_id: visit.appointment_id, by: 'patient' });
    await bookButton(page).click();
    await saysBelow(page, /can no longer be moved/);
});

test('without a connection nothing is called booked; when it is back, the visit is', async () => {
    const page = await openDesk();
    const patient = await clinic.registerPatient();
    await prepare(page, { doctor, patient, local: `${tomorrow}T17:00` });
    await clinic.kill('broker');
    await bookButton(page).click();
    await saysBelow(page, /NOTHING IS BOOKED YET/);
    assert.equal(await done(page).count(), 0);
    await clinic.start('broker');
    await done(page).waitFor();
    const list = await clinic.ask('appointment/list', { patient_id: patient.patient_id });
    assert.equal(list.appointments.length, 1);
    await page.keyboard.press('Enter');
    await drawer(page).waitFor({ state: 'detached' });
});

// The day board: what is done with visits, by two desks at once, and what it shows of the work that waits.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { goTo, postAs, signIn } from './desk_page.js';
import { LOCALES, setStage } from './stage.js';

const SEEN_WITHIN_MS = 1000;

const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'], kiosks: ['kiosk-1'] });
const brandt = await clinic.hireDoctor();
const okafor = await clinic.hireDoctor({ name: 'Dr. Chidi Okafor' });
let minutes = 20;

// A visit of today with a patient of its own.
async function visit(doctor, name) {
    const patient = await clinic.registerPatient({ name });
    minutes += 10;
    return { ...await clinic.book(patient, doctor, clinic.local(minutes)), patient };
}

const row = (page, booking) => page.locator(`tr[data-appointment="${booking.appointment_id}"]`);
const inState = (page, booking, state) => page.locator(`tr[data-appointment="${booking.appointment_id}"][data-state="${state}"]`);
const toast = (page, text) => page.locator('.toast', { hasText: text });

async function openBoard(desk, name, options = {}) {
    const page = await open(desk, options);
    await signIn(page, name);
    await goTo(page, 'day');
    await page.locator('.board tbody tr').first().waitFor();
    return page;
}

async function choose(page, booking, action) {
    await row(page, booking).locator('button[aria-haspopup=menu]').click();
    await page.locator(`[role=menu] [data-action="${action}"]`).click();
}

async function show(page, filter) {
    await page.locator(`[data-filter="${filter}"]`).click();
}

test('whoever arrives is checked in, called and done at one desk, and another desk sees it within a second', async () => {
    const booking = await visit(brandt, 'Ada Quist');
    const [here, there] = [await openBoard('desk-1', 'rosa'), await openBoard('desk-2', 'dora')];
    await Promise.all([show(here, 'all'), show(there, 'all')]);
    const seen = async (state) => {
        await inState(here, booking, state).waitFor();
        await inState(there, booking, state).waitFor({ timeout: SEEN_WITHIN_MS });
    };

    await row(here, booking).locator('[data-action=check-in]').click();
    await seen('arrived');
    assert.match(await row(there, booking).locator('.queue-number').textContent(), /^A\d\d$/);
    assert.match(await row(there, booking).textContent(), /for 0 min/);

    await row(there, booking).locator('[data-action=call]').click();
    await there.locator('dialog input[name=room]:focus').fill('4');
    await there.keyboard.press('Enter');
    await seen('in-room');
    assert.match(await row(here, booking).textContent(), /Room 4/);

    await row(there, booking).locator('[data-action=fulfilled]').click();
    await seen('fulfilled');
    assert.equal((await clinic.events('clinic.appointment.checked-in')).filter((one) => one.data.appointment_id === booking.appointment_id).length, 1);
});

test('who checks in at a kiosk is on the board within a second, with the wish to correct the contact', async () => {
    const booking = await visit(okafor, 'Ben Tso');
    const page = await openBoard('desk-1', 'rosa');
    const kiosk = await open('kiosk-1');
    const answered = await postAs(kiosk, undefined, 'appointment/check-in',
        { member_id: booking.patient.member_id, contact_changed: true });
    await inState(page, booking, 'arrived').waitFor({ timeout: SEEN_WITHIN_MS });
    assert.equal(answered.http, 200);
    assert.match(await row(page, booking).textContent(), /Contact to correct/);
});

test('the next one of a doctor is called to the room that was said before', async () => {
    const [first, second] = [await visit(brandt, 'Cleo Vance'), await visit(brandt, 'Dan Osei')];
    for (const one of [second, first])
        await clinic.ask('appointment/check-in', { appointment_id: one.appointment_id });
    const page = await openBoard('desk-1', 'rosa');
    const next = page.locator(`[data-doctor="${brandt.doctor_id}"]`);
    await page.locator('.doctor-queue', { hasText: brandt.name }).locator('input').fill('7');
    await next.click();
    await inState(page, first, 'in-room').waitFor();
    await toast(page, 'room 7').waitFor();
    await next.click();
    await inState(page, second, 'in-room').waitFor();
    assert.match(await row(page, second).textContent(), /Room 7/);
    await next.waitFor({ state: 'detached' }); // nobody waits for this doctor
});

test('a visit is canceled with who wanted it and why, and a late one is said to be late', async () => {
    const booking = await visit(brandt, 'Eli Noor');
    const page = await openBoard('desk-1', 'rosa');
    await choose(page, booking, 'cancel');
    const dialog = page.locator('dialog');
    assert.match(await dialog.textContent(), /Eli Noor.*less than 24 hours/);
    await dialog.locator('select[name=by]').selectOption('doctor');
    await dialog.locator('select[name=reason]').selectOption('sick');
    await dialog.locator('button[type=submit]').click();
    await toast(page, 'canceled, late').waitFor();
    await row(page, booking).waitFor({ state: 'detached' });
    await show(page, 'over');
    await inState(page, booking, 'canceled').waitFor();
    const canceled = (await clinic.events('clinic.appointment.canceled')).find((one) => one.data.appointment_id === booking.appointment_id);
    assert.deepEqual([canceled.data.by, canceled.data.reason, canceled.data.late], ['doctor', 'sick', true]);
});

test('what another desk has done in the meantime is refused in words, and the board shows how it is', async () => {
    const booking = await visit(okafor, 'Fay Lund');
    const page = await openBoard('desk-1', 'rosa');
    await choose(page, booking, 'cancel');
    await clinic.ask('appointment/check-in', { appointment_id: booking.appointment_id });
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog .problem', { hasText: 'has changed in the meantime' }).waitFor();
    await page.keyboard.press('Escape');
    await inState(page, booking, 'arrived').waitFor();
});

test('nobody is noted as absent before the visit begins, whatever the clock of the desk says', async () => {
    const booking = await visit(brandt, 'Finn Early');
    const page = await openBoard('desk-1', 'rosa');
    await row(page, booking).locator('button[aria-haspopup=menu]').click();
    await page.locator('[role=menu] [data-action=cancel]').waitFor();
    assert.equal(await page.locator('[role=menu] [data-action=no-show]').count(), 0);
    await page.keyboard.press('Escape');
    await page.clock.setFixedTime(Date.parse(booking.start) + 60000);
    await clinic.ask('patient/update', { patient_id: booking.patient.patient_id, expected_version: 1, name: 'Finn Earlier' });
    await row(page, booking).filter({ hasText: 'Finn Earlier' }).waitFor();
    await choose(page, booking, 'no-show');
    await toast(page, 'not possible any more').waitFor();
    assert.equal(await inState(page, booking, 'booked').count(), 1);
});

test('what others change takes neither the focus nor the place in the list', async () => {
    const bookings = [];
    for (let i = 0; i < 12; i++)
        bookings.push(await visit(i % 2 ? brandt : okafor, `Gus Number ${i}`));
    const page = await openBoard('desk-1', 'rosa');
    const last = bookings.at(-1);
    const focused = row(page, last).locator('[data-action=check-in]');
    await focused.focus();
    const place = (await focused.boundingBox()).y;
    await clinic.ask('appointment/check-in', { appointment_id: last.appointment_id });
    await inState(page, last, 'arrived').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.action), 'call', 'the same button of the newer row');

    await clinic.ask('appointment/cancel', { appointment_id: bookings[10].appointment_id, by: 'patient' });
    await row(page, bookings[10]).waitFor({ state: 'detached' });
    const calling = row(page, last).locator('[data-action=call]');
    await calling.and(page.locator(':focus')).waitFor();
    const moved = Math.abs((await calling.boundingBox()).y - place);
    assert.ok(moved < 150, `moved by ${moved} px`);
});

test('a menu that is open stays while its row changes, and the keyboard goes back to the newer row', async () => {
    const booking = await visit(brandt, 'Gwen Menu');
    const page = await openBoard('desk-1', 'rosa');
    await row(page, booking).locator('button[aria-haspopup=menu]').click();
    await page.locator('[role=menuitem]:focus').waitFor();
    await clinic.ask('appointment/check-in', { appointment_id: booking.appointment_id });
    await inState(page, booking, 'arrived').waitFor();
    assert.equal(await page.locator('[role=menu]').isVisible(), true);
    await page.keyboard.press('Escape');
    await row(page, booking).locator('button[aria-haspopup=menu]:focus').waitFor();
});

test('who calls the next one when another desk was quicker is told so', async () => {
    const booking = await visit(okafor, 'Hugo Quick');
    await clinic.ask('appointment/check-in', { appointment_id: booking.appointment_id });
    const page = await openBoard('desk-1', 'rosa');
    const next = page.locator(`[data-doctor="${okafor.doctor_id}"]`);
    await next.click();
    await page.locator('dialog input[name=room]').waitFor();
    let answer;
    do
        answer = await clinic.attempt('appointment/call', { doctor_id: okafor.doctor_id, room: '9' });
    while (answer.status === 'accepted');
    await page.locator('dialog input[name=room]').fill('8');
    await page.keyboard.press('Enter');
    await toast(page, 'another desk was quicker').waitFor();
    await next.waitFor({ state: 'hidden' });
});

test('a day of more than sixty visits is shown whole', async () => {
    const today = await visit(okafor, 'Hal Today');
    const patient = await clinic.registerPatient({ name: 'Hana Many' });
    const tomorrow = clinic.local(24 * 60).slice(0, 10);
    for (let i = 0; i < 65; i++) {
        const clock = `${String(Math.floor(i / 6)).padStart(2, '0')}:${i % 6}0`;
        await clinic.book(patient, brandt, `${tomorrow}T${clock}`);
    }
    const page = await openBoard('desk-1', 'rosa');
    const day = page.locator('input[name=date]');
    await day.fill(`0002${tomorrow.slice(4)}`); // the first digit of a year that is being typed
    assert.equal(await day.inputValue(), `0002${tomorrow.slice(4)}`);
    await row(page, today).waitFor();
    await day.fill(tomorrow);
    await page.locator('.board tbody tr', { hasText: 'Hana Many' }).nth(64).waitFor();
    await page.getByRole('button', { name: 'Previous day' }).click();
    await row(page, today).waitFor();
    await page.getByRole('button', { name: 'Next day' }).click();
    await page.locator('.board tbody tr', { hasText: 'Hana Many' }).nth(64).waitFor();
    assert.equal(await page.locator('.board tbody tr').count(), 65);
    assert.equal(await page.locator('.board [data-action=check-in]').count(), 0, 'nobody is checked in a day early');
    await page.locator('select[name=doctor]').selectOption({ label: okafor.name });
    await page.locator('.view-day .empty', { hasText: 'No visits on this day' }).waitFor();
    await page.getByRole('button', { name: 'Today', exact: true }).click();
    await row(page, today).waitFor();
});

test('work that waits is counted, and the count leads to it', async () => {
    await visit(okafor, 'Ian Today');
    const kiosk = await open('kiosk-1');
    const page = await openBoard('desk-1', 'rosa');
    const card = page.locator('[data-work=provisional]');
    await postAs(kiosk, undefined, 'patient/create', {
        patient_id: crypto.randomUUID(), name: 'Ida Provisional', birth_date: '1990-01-02', phone: '+33639981111' });
    await card.waitFor({ timeout: SEEN_WITHIN_MS });
    assert.match(await card.textContent(), /Patients to complete.*1/);
    await page.locator('[data-work=messages]').waitFor();
    assert.equal(await page.locator('[data-work=feedback]').count(), 0, 'reception answers no feedback');
    await card.click();
    await page.locator('.view-patients tbody', { hasText: 'Ida Provisional' }).waitFor();
});

test('the supply room has no day board, and its list of visits is refused by the gateway', async () => {
    const page = await open('desk-1');
    const asked = page.waitForRequest((request) => request.url().endsWith('/api/equipment/list')).catch(() => null);
    await signIn(page, 'sam');
    assert.equal(await page.locator('nav [data-view=day]').count(), 0);
    const session = (await asked)?.postDataJSON().session;
    const answered = await postAs(page, session, 'appointment/list');
    assert.deepEqual([answered.http, answered.body.error.code], [409, 'forbidden']);
});

test('a check-in without a connection is kept, said to be kept, and goes out once when the broker is back', async () => {
    const booking = await visit(brandt, 'Jon Offline');
    const page = await openBoard('desk-1', 'rosa');
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await row(page, booking).locator('[data-action=check-in]').click();
    await toast(page, 'Saved on this device').waitFor();
    await page.locator('[data-work=desk]').waitFor();
    await clinic.start('broker');
    await inState(page, booking, 'arrived').waitFor();
    await page.locator('[data-work=desk]').waitFor({ state: 'detached' });
    const arrivals = (await clinic.events('clinic.appointment.checked-in')).filter((one) => one.data.appointment_id === booking.appointment_id);
    assert.equal(arrivals.length, 1);
});

for (const locale of LOCALES)
    test(`the board, its menu and its dialogs keep nobody out (${locale})`, async () => {
        const booking = await visit(brandt, 'Kay Longname-Featherstonehaugh of the Hills');
        const page = await openBoard('desk-1', 'ada', { locale });
        await row(page, booking).waitFor();
        await expectLargeText(page);
        await row(page, booking).locator('button[aria-haspopup=menu]').click();
        await expectAccessible(page);
        await page.locator('[role=menu] [data-action=details]').click();
        await page.locator('dialog .facts').waitFor();
        await expectLargeText(page);
        await page.keyboard.press('Escape');
        await choose(page, booking, 'cancel');
        await expectAccessible(page);
        await expectLargeText(page);
    });

test('a visit is checked in, and its menu used, with the keyboard alone', async () => {
    const booking = await visit(okafor, 'Max Keys');
    const page = await openBoard('desk-1', 'rosa');
    await row(page, booking).locator('[data-action=check-in]').focus();
    await page.keyboard.press('Enter');
    await inState(page, booking, 'arrived').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[role=menuitem]:focus').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await page.locator('[role=menu]').waitFor({ state: 'detached' });
    await row(page, booking).locator('button[aria-haspopup=menu]:focus').waitFor();
});

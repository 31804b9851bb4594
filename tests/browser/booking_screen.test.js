// The booking drawer as a screen: why a time is not free, what others book, the keyboard alone, languages and large text.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { addDays, bookButton, chooseDoctor, drawer, everyDay, leafTo, openNew, slot, typeNewPatient } from './booking_page.js';
import { signIn } from './desk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const tomorrow = addDays(clinic.today(), 1);
const doctor = await clinic.hireDoctor({ name: 'Dr. Ilse Brandt', slot_minutes: 30, hours: everyDay(['09:00', '11:00']) });
const anna = await clinic.registerPatient({ name: 'Anna Lindqvist' });

async function openDesk() {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    return page;
}

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

test('what another desk books is not free here within a second', async () => {
    const page = await openDesk();
    const local = `${tomorrow}T10:00`;
    await openNew(page);
    await chooseDoctor(page, doctor);
    await leafTo(page, local);
    await clinic.book(await clinic.registerPatient(), doctor, local);
    await page.locator(`.slot.booked[data-at="${local}"]`).waitFor({ timeout: 1000 });
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
    await page.locator('.booking-done').waitFor();
    await press('Enter');
    await drawer(page).waitFor({ state: 'detached' });
    const list = await clinic.ask('appointment/list', { date: chosen.slice(0, 10), doctor_id: keys.doctor_id });
    assert.ok(list.appointments.some((row) => row.patient_id === anna.patient_id));
});

test('the drawer keeps nobody out, in any language and with large text', async () => {
    await clinic.book(await clinic.registerPatient(), doctor, `${tomorrow}T09:00`);
    for (const [locale, name] of [['en', 'Book'], ['de', 'Buchen'], ['es', 'Reservar'], ['fr', 'Réserver']].filter(([code]) => LANGUAGES.includes(code))) {
        const page = await open('desk-1', { locale });
        await signIn(page, 'rosa');
        await openNew(page);
        await typeNewPatient(page, { name: 'Somebody', birthDate: '1990-01-01' });
        await chooseDoctor(page, doctor);
        await (await leafTo(page, `${tomorrow}T09:00`)).click();
        await expectAccessible(page);
        await expectLargeText(page);
        await page.locator('.slot.free').first().click();
        await page.getByRole('button', { name, exact: true }).waitFor();
    }
});

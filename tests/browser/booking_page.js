// What tests do in the booking drawer.
import { goTo } from './desk_page.js';

export function addDays(date, days) {
    const then = new Date(`${date}T00:00:00Z`);
    then.setUTCDate(then.getUTCDate() + days);
    return then.toISOString().slice(0, 10);
}

// The hours that most tests want: every day, so that no test waits for Monday.
export function everyDay(...windows) {
    return [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => windows.map(([from, to]) => ({ weekday, from, to })));
}

export const drawer = (page) => page.locator('dialog.drawer');
export const slot = (page, local) => page.locator(`.slot[data-at="${local}"]`);
export const alertBox = (page) => page.locator('.booking-alert');
// Waits until the drawer says so below.
export const saysBelow = (page, pattern) => alertBox(page).filter({ hasText: pattern }).waitFor();
export const bookButton = (page) => page.locator('.booking-foot button.primary');

export async function openNew(page) {
    await goTo(page, 'day');
    await page.locator('.view-day button.primary').first().click();
    await drawer(page).waitFor();
}

// From the day board on which the visit is.
export async function openMove(page, visit, date) {
    await goTo(page, 'day');
    await page.locator('.view-day input[name=date]').fill(date);
    await page.locator(`[data-key="more-${visit.appointment_id}"]`).click();
    await page.locator('[data-action="reschedule"]').click();
    await drawer(page).locator('.slot').first().waitFor();
}

export async function chooseDoctor(page, doctor) {
    await page.locator('.booking select[name=doctor]').selectOption(doctor.doctor_id);
    await page.locator('.booking .slot').first().waitFor();
}

export async function choosePatient(page, patient) {
    await page.locator('.booking input[role=combobox]').fill(patient.member_id);
    await page.locator('.booking .picker-option').first().click();
    await page.locator('.booking .patient-line').waitFor();
}

// Leafs to the week of a time that is a slot, and waits for it.
export async function leafTo(page, local) {
    const first = async () => (await page.locator('.booking .slot').first().getAttribute('data-at')) ?? '';
    const monday = (date) => addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
    await page.locator('.booking .slot').first().waitFor();
    while (monday((await first()).slice(0, 10)) < monday(local.slice(0, 10))) {
        const before = await first();
        await page.locator('.booking-week .spread button').last().click();
        await page.locator('.booking .slot').first().and(page.locator(`:not([data-at="${before}"])`)).waitFor();
    }
    await slot(page, local).waitFor();
    return slot(page, local);
}

export async function typeNewPatient(page, { name, birthDate, phone = '' }) {
    await page.locator('.booking .picker button').click();
    await page.locator('.booking input[name=name]').fill(name);
    await page.locator('.booking input[name=birth_date]').fill(birthDate);
    await page.locator('.booking input[name=phone]').fill(phone);
}

// All that a visit needs, but the last button.
export async function prepare(page, { doctor, patient = null, newPatient = null, local }) {
    await openNew(page);
    await chooseDoctor(page, doctor);
    if (patient)
        await choosePatient(page, patient);
    else
        await typeNewPatient(page, newPatient);
    await (await leafTo(page, local)).click();
}

// What tests of the view of patients do again and again.
import { goTo, signIn } from './desk_page.js';

// Within the dialog that is on top.
export const dialog = (page) => page.locator('dialog').last();
export const button = (page, name) => dialog(page).getByRole('button', { name, exact: true });
export const submit = (page) => dialog(page).locator('button[type=submit]').click();
export const input = (page, name) => dialog(page).locator(`[name=${name}]`);

export const toast = (page, text) => page.locator('.toast', { hasText: text });
export const found = (page, name) => page.locator('.view-patients tbody button', { hasText: name });

export async function search(page, text) {
    await page.locator('input[name=search]').fill(text);
}

// Signs in on a page that is open.
export async function goToPatients(page, name) {
    await signIn(page, name);
    await goTo(page, 'patients');
    return page;
}

export async function openRecord(page, patient) {
    await search(page, patient.member_id);
    await found(page, patient.name).click();
    await dialog(page).locator('.facts').waitFor();
}

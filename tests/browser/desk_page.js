// What tests of the desk's page do again and again.
import { staff } from './clinic.js';

// On the sign-in that is shown.
export async function signIn(page, name) {
    await page.locator('input[name=name]').fill(name);
    await page.locator('input[name=pin]').fill(staff[name].pin);
    await page.locator('form button[type=submit]').click();
    await page.locator('nav').waitFor();
}

// Leads to a view by its place in the menu.
export async function goTo(page, view) {
    await page.locator(`nav [data-view="${view}"]`).click();
    await page.locator(`.view-${view}`).waitFor();
}

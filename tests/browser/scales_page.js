// The assistant that sets a scale up, as tests walk through it.
import { goTo, signIn } from './desk_page.js';

export const ANSWER_MS = 30000; // a scale takes up to fifteen seconds, on two busy cores

export const dialogOf = (page) => page.locator('dialog[open]');

export async function showScales(page) {
    await signIn(page, 'sam');
    await goTo(page, 'scales');
    await page.getByRole('heading', { name: 'scale-1' }).waitFor();
    return page;
}

export async function fillIn(page, values) {
    for (const [name, value] of Object.entries(values))
        await dialogOf(page).locator(`[name=${name}]`).fill(value);
}

export async function submit(page) {
    await dialogOf(page).locator('button[type=submit]').click();
}

// Starts the step that is shown, and returns what came of it in words.
export async function measure(page, values = {}) {
    await fillIn(page, values);
    await submit(page);
    await dialogOf(page).getByText('The scale measures. Do not touch the shelf.').waitFor();
    const ending = dialogOf(page).locator('.ending[role=alert]');
    await ending.waitFor({ timeout: ANSWER_MS });
    return ending.textContent();
}

export async function next(page) {
    await dialogOf(page).getByRole('button', { name: /^Next/ }).click();
}

export async function again(page) {
    await dialogOf(page).getByRole('button', { name: 'Measure again' }).click();
}

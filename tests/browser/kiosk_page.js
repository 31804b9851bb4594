// What tests of the kiosk's page do again and again.

export const FAST = { kiosk: { idle_s: 600, extend_s: 600 } }; // tests of anything but idleness have time

export async function screen(page, name) {
    await page.locator(`[data-screen="${name}"]`).waitFor();
}

// From the first screen to the menu, in the language of that code.
export async function begin(page, language = 'en') {
    await screen(page, 'attract');
    await page.locator(`.languages [lang="${language}"]`).click();
    await screen(page, 'menu');
}

export async function choose(page, choice) {
    await page.locator(`[data-choice="${choice}"]`).click();
}

// The first action of a screen is the way on.
export async function goOn(page) {
    await page.locator('.actions .primary').first().click();
}

export async function typeMemberId(page, memberId) {
    await page.locator('input[name=member_id]').fill(memberId);
}

// "1987-03-14"
export async function typeBirthDate(page, date) {
    const [year, month, day] = date.split('-');
    await page.locator('input[name=day]').fill(day);
    await page.locator('input[name=month]').fill(month);
    await page.locator('input[name=year]').fill(year);
}

export async function identifyMember(page, memberId) {
    await typeMemberId(page, memberId);
    await page.locator('form button[type=submit]').click();
}

// As a scanner types: quickly, and Enter.
export async function scan(page, code) {
    await page.keyboard.type(code, { delay: 1 });
    await page.keyboard.press('Enter');
}

// From the visit that was found to the number.
export async function confirmAll(page) {
    await screen(page, 'confirm');
    await goOn(page);
    await screen(page, 'contact');
    await goOn(page);
    await screen(page, 'consents');
    await goOn(page);
}

export function numberOf(page) {
    return page.locator('.queue-number').getAttribute('data-number');
}

// What tests of the kiosk's page do again and again.

export const FAST = { kiosk: { idle_s: 600, extend_s: 600 } }; // tests of anything but idleness have time

// Somebody who has a visit soon; each at a time of their own. expecting(clinic) → a function of the patient's data.
export function expecting(clinic) {
    const SLOTS = 9;
    let doctor = null;
    let count = 0;
    return async (data = {}) => {
        const patient = await clinic.registerPatient(data);
        if (count % SLOTS === 0)
            doctor = await clinic.hireDoctor({ name: `Dr. Ilse Brandt ${count / SLOTS + 1}` });
        count += 1;
        await clinic.book(patient, doctor, clinic.local(10 * (count % SLOTS + 1)));
        return patient;
    };
}

export async function checkedIn(clinic, patient) {
    const events = await clinic.events('clinic.appointment.checked-in');
    return events.filter((event) => event.data.patient_id === patient.patient_id);
}

// The first screen of a kiosk that is connected.
export async function isReady(page) {
    await screen(page, 'attract');
    await page.locator('html[data-connection=up]').waitFor({ timeout: 40000 });
}

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

// As a scanner types: quickly, and Enter. None waits for the one before, since a busy machine is no scanner's fault.
export async function scan(page, code) {
    await Promise.all([...code, 'Enter'].map((key) => page.keyboard.press(key)));
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

// Presses Tab until what the selector names has the focus.
export async function tabTo(page, selector) {
    for (let presses = 0; presses < 30; presses++) {
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector))
            return;
        await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${selector}`);
}

export async function text(page, selector = 'main') {
    return (await page.locator(selector).innerText()).replace(/\s+/g, ' ').trim();
}

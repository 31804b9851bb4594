// Feedback at the front desk: the inbox and the answers, what the reception enters, and the analysis.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { expectAccessible, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, postAs, signIn } from './desk_page.js';
import { until } from './program.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const doctor = await clinic.hireDoctor();
const other = await clinic.hireDoctor({ name: 'Dr. Amadou Traoré' });

async function give(patient, rating, text, data = {}) {
    const feedback_id = randomUUID();
    await clinic.ask('feedback/submit', { feedback_id, rating, text, doctor_id: doctor.doctor_id, patient_id: patient.patient_id, ...data });
    return feedback_id;
}

// A visit that took place, so that feedback about it counts.
async function visit(patient, minutes) {
    const { appointment_id } = await clinic.book(patient, doctor, clinic.local(minutes));
    await clinic.ask('appointment/check-in', { appointment_id });
    await clinic.ask('appointment/call', { appointment_id, room: '1' });
    await clinic.ask('appointment/close', { appointment_id, outcome: 'fulfilled' });
    return appointment_id;
}

async function openInbox(as, options = {}) {
    const page = await open('desk-1', options);
    await signIn(page, as);
    await goTo(page, 'feedback');
    return page;
}

const rowOf = (page, text) => page.locator('.view-feedback tbody tr', { hasText: text });
const portalOf = (patient) => clinic.ask('portal/read', { member_id: patient.member_id, birth_date: patient.birth_date });

test('an answer reaches the patient, and leaves what waits', async () => {
    const patient = await clinic.registerPatient();
    const page = await openInbox('dora');
    await page.getByText('Nothing waits for an answer.').waitFor();
    await give(patient, 2, 'Nobody told me how long it takes.');
    await rowOf(page, 'Nobody told me').waitFor({ timeout: 2000 });
    await rowOf(page, 'Nobody told me').getByText('2 – bad').waitFor();
    await rowOf(page, 'Nobody told me').getByRole('button').click();
    await page.getByText('Only this patient sees it').waitFor();
    await expectAccessible(page);
    await page.locator('dialog textarea').fill('You are right, and');
    await page.keyboard.press('Escape');
    await rowOf(page, 'Nobody told me').getByRole('button').click();
    await page.locator('dialog textarea').waitFor();
    assert.equal(await page.locator('dialog textarea').inputValue(), 'You are right, and', 'what was typed is still there');
    await page.locator('dialog textarea').fill('You are right, and we are sorry.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await rowOf(page, 'Nobody told me').waitFor({ state: 'detached' });
    const [seen] = (await portalOf(patient)).feedback;
    assert.equal(seen.answer, 'You are right, and we are sorry.');

    await page.locator('select[name=which]').selectOption('all');
    await rowOf(page, 'Nobody told me').getByText('Answered', { exact: true }).waitFor();
    await rowOf(page, 'Nobody told me').getByRole('button').click();
    await page.getByText('You are right, and we are sorry.').waitFor();
    assert.equal(await page.locator('dialog textarea').count(), 0);
});

test('what somebody else has answered first is said', async () => {
    const patient = await clinic.registerPatient();
    const id = await give(patient, 3, 'The chairs are hard.');
    const page = await openInbox('dora');
    await rowOf(page, 'The chairs').getByRole('button').click();
    await page.locator('dialog textarea').fill('New ones come in May.');
    await clinic.ask('feedback/answer', { feedback_id: id, text: 'They are new.' }, { as: 'mara' });
    await page.getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('somebody else has answered already').waitFor();
    assert.equal(await page.locator('dialog textarea').inputValue(), 'New ones come in May.');
});

test('the inbox is narrowed to a doctor, and shows more on demand', async () => {
    const patient = await clinic.registerPatient();
    for (let number = 1; number <= 22; number++)
        await give(patient, 4, `Praise ${number}.`, { doctor_id: other.doctor_id });
    await give(patient, 5, 'Only praise for Brandt.');
    const page = await openInbox('mara');
    await page.locator('select[name=doctor]').selectOption(other.doctor_id);
    await rowOf(page, 'Only praise for Brandt.').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.querySelectorAll('.view-feedback tbody tr').length === 20);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.view-feedback tbody tr').length === 22);
});

test('the reception enters what a patient says and reads none; a doctor enters none', async () => {
    const patient = await clinic.registerPatient({ name: 'Wilhelmina Oyelaran' });
    const page = await openInbox('rosa');
    assert.equal(await page.locator('.view-feedback table').count(), 0);
    await page.getByRole('button', { name: 'Enter it' }).click();
    await page.getByText('Please fill this in.').waitFor();
    await page.locator('select[name=rating]').selectOption('4');
    await page.locator('select[name=doctor_id]').selectOption(doctor.doctor_id);
    await page.locator('textarea[name=text]').fill('Said at the desk.');
    await page.locator('input[role=combobox]').fill('Wilhelmina');
    await page.locator('[role=option]').click();
    await page.getByRole('button', { name: 'Without a patient' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Enter it' }).click();
    await page.getByText('The feedback is entered').waitFor();
    await page.waitForFunction(() => document.querySelector('textarea[name=text]').value === '');
    const given = (await clinic.ask('feedback/list')).feedback.find((one) => one.text === 'Said at the desk.');
    assert.deepEqual([given.rating, given.doctor_id, given.patient_id], [4, doctor.doctor_id, patient.patient_id]);

    const doctors = await openInbox('dora');
    assert.equal(await doctors.getByRole('button', { name: 'Enter feedback' }).count(), 0);
    const { body } = await postAs(doctors, undefined, 'staff/sign-in', { name: 'dora', pin: staff.dora.pin });
    const refused = await postAs(doctors, body.data.session, 'feedback/submit', { feedback_id: randomUUID(), rating: 5 });
    assert.equal(refused.body.error.code, 'forbidden');
});

test('the analysis counts what came after a visit, by doctor and month', async () => {
    const ratings = [5, 4, 4];
    for (const [index, rating] of ratings.entries()) {
        const patient = await clinic.registerPatient();
        await give(patient, rating, 'After a visit.', { appointment_id: await visit(patient, 20 + 10 * index) });
    }
    const page = await openInbox('mara');
    await page.getByText('Ratings by doctor and month').click();
    const heading = page.locator('figure h3');
    await heading.waitFor();
    assert.equal(await heading.textContent(), '3 ratings of Dr. Ilse Brandt in the last 12 months');
    const cells = page.locator('.view-feedback details .scroll').last().locator('tbody tr').first().locator('td');
    assert.deepEqual((await cells.allTextContents()).slice(1), ['Dr. Ilse Brandt', '3', '4.3', '0']);
    await until('the chart is drawn', () => page.evaluate(() => globalThis.Chart?.getChart(document.querySelector('canvas'))?.data.datasets[0].data.at(-1) === 4.333));
});

test('every screen of the feedback keeps nobody out, in any language', async () => {
    const patient = await clinic.registerPatient();
    await give(patient, 1, 'In every language.');
    for (const locale of LOCALES) {
        const page = await openInbox('mara', { locale });
        await rowOf(page, 'In every language.').waitFor();
        await page.locator('.view-feedback details summary').first().click();
        await page.locator('figure canvas').waitFor();
        await expectAccessible(page);
        if (locale === 'de-DE')
            await expectLargeText(page); // its words are the longest
        await rowOf(page, 'In every language.').getByRole('button').click();
        await page.locator('dialog textarea').waitFor();
        await expectAccessible(page);
    }
});

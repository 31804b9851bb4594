// At the kiosk: who is new, who has something to say, and who looks at their own record.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { expectAccessible, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { begin, choose, FAST, goOn, isReady, screen, tabTo, text, typeBirthDate, typeMemberId } from './kiosk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const doctor = await clinic.hireDoctor();

async function openKiosk(choice) {
    const page = await open('kiosk-1', { viewport: KIOSK_SCREEN });
    await isReady(page);
    await begin(page);
    await choose(page, choice);
    return page;
}

async function submit(page) {
    await page.locator('form button[type=submit]').click();
}

async function look(page, name) {
    await screen(page, name);
    await expectAccessible(page);
    await expectLargeText(page);
}

// ---- new

async function enterPerson(page, name, birthDate) {
    await page.locator('input[name=name]').fill(name);
    await typeBirthDate(page, birthDate);
    await submit(page);
    await screen(page, 'register-reach');
}

test('who is new registers provisionally, and is sent to the reception', async () => {
    const page = await openKiosk('register');
    await look(page, 'register-person');
    await enterPerson(page, "Siobhán O'Neill", '1979-07-31');
    await page.locator('input[name=phone]').fill('0639985501');
    await page.locator('input[name=email]').fill('siobhan@example.org');
    await page.locator('textarea').fill('Penicillin allergy\nAsthma');
    await look(page, 'register-reach');
    await submit(page);
    await look(page, 'register-messages');
    await page.locator('input[name=sms_consent]').check();
    await page.locator('select[name=language]').selectOption('fr');
    await submit(page);
    await look(page, 'registered');
    assert.match(await text(page), /tell the reception/);

    const memberId = await page.locator('.member-id').innerText();
    const { patients: [found] } = await clinic.ask('patient/find', { text: memberId });
    assert.equal(found.provisional, true);
    const { patient } = await clinic.ask('patient/read', { patient_id: found.patient_id });
    assert.equal(patient.name, "Siobhán O'Neill");
    assert.equal(patient.phone, '+33639985501');
    assert.deepEqual(patient.preconditions, ['Penicillin allergy', 'Asthma']);
    assert.deepEqual([patient.language, patient.sms_consent, patient.email_consent], ['fr', 'given', 'none']);
});

test('what is missing or cannot be right is said at its field, and nothing that was entered is lost', async () => {
    const page = await openKiosk('register');
    await submit(page);
    await page.locator('input[name=name][aria-invalid=true]:focus').waitFor();
    await page.locator('input[name=name]').fill('Bo');
    await submit(page);
    await page.locator('.error', { hasText: 'date of birth' }).waitFor();
    await enterPerson(page, 'Bo', '1979-07-31');
    await page.locator('input[name=phone]').fill('six');
    await submit(page);
    await page.locator('.error', { hasText: 'not a phone number' }).waitFor();
    // Nine digits and Enter in a form are no code that was scanned.
    await page.locator('input[name=phone]').fill('');
    await page.locator('input[name=phone]').pressSequentially('123456789');
    await page.keyboard.press('Enter');
    await screen(page, 'register-messages');
    await page.locator('form .actions button').nth(1).click();
    await screen(page, 'register-reach');
    await page.locator('form .actions button').nth(1).click();
    await screen(page, 'register-person');
    assert.equal(await page.locator('input[name=name]').inputValue(), 'Bo');
    assert.equal(await page.locator('input[name=year]').inputValue(), '1979');
});

test('what only the gateway finds wrong leads back to its field', async () => {
    const page = await openKiosk('register');
    await enterPerson(page, 'Bo Li', '1979-07-31');
    await page.locator('input[name=phone]').fill('+999 99');
    await submit(page);
    await screen(page, 'register-messages');
    await submit(page);
    await screen(page, 'register-reach');
    await page.locator('input[name=phone][aria-invalid=true]:focus').waitFor();
});

test('somebody like a patient we have is sent to the reception, and sees nobody', async () => {
    await clinic.registerPatient({ name: 'Ana María Soto', birth_date: '1966-06-06' });
    const page = await openKiosk('register');
    await enterPerson(page, 'Ana Soto', '1966-06-06');
    await submit(page);
    await screen(page, 'register-messages');
    await submit(page);
    await screen(page, 'reception');
    assert.ok(!(await text(page, '#page')).includes('Soto'));
    assert.match(await text(page), /Please see the reception/);
});

// ---- feedback

async function lastFeedback() {
    return (await clinic.events('clinic.feedback.submitted', { personal: true })).at(-1).data;
}

test('feedback without a name needs nothing but a rating, and no mouse', async () => {
    const page = await openKiosk('feedback');
    await look(page, 'feedback');
    await tabTo(page, 'input[name=rating]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('input[name=rating]:checked').inputValue(), '3');
    await page.keyboard.press('Enter');
    await look(page, 'thanks');
    const feedback = await lastFeedback();
    assert.equal(feedback.rating, 3);
    assert.ok(!feedback.patient_id && !feedback.doctor_id);
});

test('feedback without a rating asks for one', async () => {
    const page = await openKiosk('feedback');
    await page.locator('textarea').fill('Fine');
    await submit(page);
    await page.locator('.error', { hasText: 'choose a rating' }).waitFor();
    assert.equal(await page.locator('textarea').inputValue(), 'Fine');
});

test('feedback with a name is about a doctor and can be answered', async () => {
    const patient = await clinic.registerPatient();
    const page = await openKiosk('feedback');
    await page.locator('input[name=rating]').nth(4).check();
    await page.locator('textarea').fill('😀'.repeat(2001));
    await submit(page);
    await page.locator('.error', { hasText: '0 characters left' }).waitFor();
    await page.locator('textarea').fill('Very kind');
    await page.locator('select[name=doctor_id] option', { hasText: doctor.name }).waitFor({ state: 'attached' });
    await page.locator('select[name=doctor_id]').selectOption(doctor.doctor_id);
    await page.locator('select[name=who]').selectOption('named');
    await submit(page);
    await look(page, 'identify-both');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, patient.birth_date);
    await submit(page);
    await screen(page, 'thanks');
    const feedback = await lastFeedback();
    assert.deepEqual([feedback.patient_id, feedback.doctor_id, feedback.text, feedback.anonymous],
        [patient.patient_id, doctor.doctor_id, 'Very kind', false]);
});

test('feedback of somebody who is not recognised is not sent', async () => {
    const before = (await clinic.events('clinic.feedback.submitted')).length;
    const patient = await clinic.registerPatient();
    const page = await openKiosk('feedback');
    await page.locator('input[name=rating]').nth(0).check();
    await page.locator('select[name=who]').selectOption('hidden');
    await submit(page);
    await screen(page, 'identify-both');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, '1987-03-15');
    await submit(page);
    await screen(page, 'reception');
    assert.equal((await clinic.events('clinic.feedback.submitted')).length, before);
});

// ---- my visits

test('a patient sees coming visits, released reports and answers, and nothing when finished', async () => {
    const patient = await clinic.registerPatient();
    await clinic.book(patient, doctor, clinic.local(60));
    const report = { report_id: randomUUID(), patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'laboratory', title: 'Blood count', text: 'All is well.\nSee you in a year.', attachments: [] };
    const { version } = await clinic.ask('report/update', report);
    await clinic.ask('report/update', { ...report, report_id: randomUUID(), title: 'Draft only' });
    await clinic.ask('report/release', { report_id: report.report_id, expected_version: version });
    const feedbackId = randomUUID();
    await clinic.ask('feedback/submit', { feedback_id: feedbackId, rating: 4, text: 'Good', patient_id: patient.patient_id, doctor_id: doctor.doctor_id });
    await clinic.ask('feedback/answer', { feedback_id: feedbackId, text: 'Thank you!' });

    const page = await openKiosk('visits');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, patient.birth_date);
    await submit(page);
    await look(page, 'record');
    const record = await text(page);
    for (const wanted of [doctor.name, 'Blood count', 'Laboratory', 'Good', 'Thank you!'])
        assert.ok(record.includes(wanted), wanted);
    assert.ok(!record.includes('Draft only'));
    await page.locator('.report').click();
    await look(page, 'report');
    assert.match(await page.locator('.text').innerText(), /^All is well\.\nSee you in a year\.$/);
    await page.locator('.actions button', { hasText: 'Back' }).click();
    await screen(page, 'record');
    await page.locator('button', { hasText: 'I am finished' }).click();
    await screen(page, 'attract');
    assert.ok(!(await text(page, 'body')).includes('Blood'));
});

test('a wrong birth date is for the reception', async () => {
    const patient = await clinic.registerPatient();
    const page = await openKiosk('visits');
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, '1987-03-15');
    await submit(page);
    await screen(page, 'reception');
});

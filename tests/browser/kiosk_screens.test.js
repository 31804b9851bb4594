// The kiosk's screens beyond the check-in, in every language but English, in which the tests of their flows look at them.
import { randomUUID } from 'node:crypto';

import { expectAccessible, expectLargeText } from './accessible.js';
import { KIOSK_SCREEN } from './browser.js';
import { begin, choose, expecting, FAST, goOn, isReady, scan, screen, typeBirthDate, typeMemberId } from './kiosk_page.js';
import { LANGUAGES, setStage } from './stage.js';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');
const WRONG = '100042177';

const { test, clinic, open } = await setStage({
    desks: [], kiosks: ['kiosk-1', 'kiosk-2'], settings: { 'kiosk-1': FAST, 'kiosk-2': FAST },
});
const doctor = await clinic.hireDoctor();

async function openKiosk(name = 'kiosk-1') {
    const page = await open(name, { viewport: KIOSK_SCREEN });
    await isReady(page);
    return page;
}

async function look(page, name) {
    await screen(page, name);
    await expectAccessible(page);
    await expectLargeText(page);
}

async function submit(page) {
    await page.locator('form button[type=submit]').click();
}

async function enterRecord(page, patient) {
    await typeMemberId(page, patient.member_id);
    await typeBirthDate(page, patient.birth_date);
    await submit(page);
}

async function register(page, language) {
    await begin(page, language);
    await choose(page, 'register');
    await submit(page); // what is missing is said
    await look(page, 'register-person');
    await page.locator('input[name=name]').fill(`Siobhán ${language}`);
    await typeBirthDate(page, `197${OTHERS.indexOf(language)}-07-31`); // people of one name and birth date would be taken for one
    await submit(page);
    await look(page, 'register-reach');
    await submit(page);
    await look(page, 'register-messages');
    await submit(page);
    await look(page, 'registered');
    await goOn(page);
}

async function giveFeedback(page, language, patient) {
    await begin(page, language);
    await choose(page, 'feedback');
    await submit(page);
    await look(page, 'feedback');
    await page.locator('input[name=rating]').nth(4).check();
    await page.locator('select[name=who]').selectOption('named');
    await submit(page);
    await look(page, 'identify-both');
    await enterRecord(page, patient);
    await look(page, 'thanks');
    await goOn(page);
}

async function lookAtRecord(page, language, patient) {
    await begin(page, language);
    await choose(page, 'visits');
    await enterRecord(page, patient);
    await look(page, 'record');
    await page.locator('.report').click();
    await look(page, 'report');
}

async function patientWithReport() {
    const patient = await clinic.registerPatient();
    await clinic.book(patient, doctor, clinic.local(60));
    const report = { report_id: randomUUID(), patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'laboratory', title: 'Blood count', text: 'All is well.', attachments: [] };
    const { version } = await clinic.ask('report/update', report);
    await clinic.ask('report/release', { report_id: report.report_id, expected_version: version });
    return patient;
}

const patient = await patientWithReport();

for (const language of OTHERS)
    test(`registering, feedback and one's own record are for everybody: ${language}`, async () => {
        const page = await openKiosk();
        await register(page, language);
        await giveFeedback(page, language, patient);
        await lookAtRecord(page, language, patient);
    });

test('a locked kiosk says so in every language', async () => {
    const page = await openKiosk('kiosk-2');
    for (let guess = 0; guess < 5; guess++) {
        await scan(page, WRONG);
        await screen(page, 'reception');
        await goOn(page);
    }
    for (const language of OTHERS) {
        await begin(page, language);
        await choose(page, 'check-in');
        await typeMemberId(page, WRONG);
        await submit(page);
        await look(page, 'locked');
        await goOn(page);
    }
});

test('a kiosk that is cut off gives tickets in every language', async () => {
    const expectPatient = expecting(clinic);
    const patients = [];
    for (const language of OTHERS)
        patients.push([language, await expectPatient()]);
    const page = await openKiosk();
    await clinic.kill('broker');
    await page.locator('.cut-off').waitFor();
    for (const [language, { member_id: memberId }] of patients) {
        await begin(page, language);
        await choose(page, 'check-in');
        await typeMemberId(page, memberId);
        await submit(page);
        await look(page, 'ticket');
        await goOn(page);
    }
    await clinic.heal();
});

// Medical reports at the front desk: from a draft to what the patient reads, and who may not see any.
import assert from 'node:assert/strict';

import { expectAccessible, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, postAs, signIn } from './desk_page.js';
import { beginReport, finishWriting, reportsPage } from './reports_page.js';
import { LOCALES, setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const { newPatient, openReports, readNewest, versionsOf } = reportsPage({ clinic, open });
const doctor = await clinic.hireDoctor();

async function confirm(page) {
    await page.locator('dialog [type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
}

const badge = (page, text) => page.locator('article .badge', { hasText: text });
const portalOf = (patient) => clinic.ask('portal/read', { member_id: patient.member_id, birth_date: patient.birth_date });

test('a report goes from draft to final to amended, and the patient sees what is released', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Knee, left');
    await page.locator('textarea[name=text]').fill('Swollen since Monday.\nNo fever.');
    await finishWriting(page);
    await badge(page, 'Draft').waitFor();
    await page.getByText('The patient sees nothing of this report yet.').waitFor();
    assert.deepEqual((await portalOf(patient)).reports, []);

    await page.getByRole('button', { name: 'Release' }).click();
    assert.equal(await page.locator('dialog input[type=checkbox]').count(), 0, 'of a first release the patient is always told');
    await confirm(page);
    await badge(page, 'Final').waitFor();
    const [{ report_id: id, version }] = (await portalOf(patient)).reports;
    const whole = await clinic.ask('portal/report', { member_id: patient.member_id, birth_date: patient.birth_date, report_id: id });
    assert.equal(whole.text, 'Swollen since Monday.\nNo fever.');

    await page.getByRole('button', { name: 'Amend' }).click();
    await page.getByText(`Unchanged since version ${version}`).waitFor();
    await page.locator('textarea[name=text]').fill('Swollen since Monday. Cool it three times a day.');
    await finishWriting(page);
    await page.getByText(`The patient sees version ${version}.`).waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.locator('dialog input[type=checkbox]').check();
    await confirm(page);
    await badge(page, 'Amended').waitFor();
    assert.equal((await portalOf(patient)).reports[0].version, version + 2);

    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText(`Version ${version + 1} of ${version + 2}`).waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('No fever.').waitFor();
    const versions = await versionsOf(patient);
    assert.deepEqual(versions.map((one) => one.status), ['draft', 'draft', 'final', 'draft', 'amended']);
    assert.deepEqual(versions.map((one) => one.notify), [false, false, true, false, false], 'once in ten minutes');
});

test('a withdrawn report is gone for the patient and stays readable here', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Not of this patient');
    await finishWriting(page);
    await page.getByRole('button', { name: 'Release' }).click();
    await confirm(page);
    await badge(page, 'Final').waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('This cannot be undone.').waitFor();
    await expectAccessible(page);
    await confirm(page);
    await badge(page, 'Entered in error').waitFor();
    assert.equal(await page.getByRole('button', { name: /Release|Amend|Go on/ }).count(), 0);
    assert.deepEqual((await portalOf(patient)).reports, []);
    await page.getByRole('button', { name: 'All reports' }).click();
    await page.getByRole('button', { name: 'Not of this patient' }).waitFor();
});

test('the reports of a patient are one step from the record', async () => {
    const patient = await newPatient();
    const page = await open('desk-1');
    await signIn(page, 'dora');
    await goTo(page, 'patients');
    await page.locator('.view-patients input').first().fill(patient.name);
    await page.getByRole('button', { name: patient.name }).click();
    await page.locator('dialog').getByRole('button', { name: 'Reports' }).click();
    await page.getByRole('heading', { name: `Reports of ${patient.name}` }).waitFor();
    assert.equal(await page.locator('dialog').count(), 0);
});

test('what another desk writes appears in the list by itself', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await page.getByText('There is no report yet.').waitFor();
    await clinic.ask('report/update', { report_id: '018f0000-0000-7000-8000-0000000000aa', patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'other', title: 'From elsewhere' });
    await page.getByRole('button', { name: 'From elsewhere' }).waitFor({ timeout: 2000 });
});

test('who reads an older version is not taken away from it', async () => {
    const patient = await newPatient();
    const id = '018f0000-0000-7000-8000-0000000000dd';
    await clinic.ask('report/update', { report_id: id, patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'other', title: 'Hip', text: 'First words.' });
    await clinic.ask('report/update', { report_id: id, expected_version: 1, text: 'Second words.' });
    const page = await openReports(patient);
    await page.getByRole('button', { name: 'Hip' }).click();
    await page.getByText('Second words.').waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('Version 1 of 2').waitFor();
    await clinic.ask('report/update', { report_id: id, expected_version: 2, text: 'Third words.' });
    await page.getByText('Version 1 of 3').waitFor({ timeout: 2000 });
    await page.getByText('First words.').waitFor();
});

test('the reception sees no reports, and is refused them', async () => {
    const patient = await newPatient();
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    assert.equal(await page.locator('nav [data-view="reports"]').count(), 0);
    await page.evaluate(() => { location.hash = 'reports'; });
    assert.equal(await page.locator('.view-reports').count(), 0);
    const { body } = await postAs(page, undefined, 'staff/sign-in', { name: 'rosa', pin: staff.rosa.pin });
    const refused = await postAs(page, body.data.session, 'report/list', { patient_id: patient.patient_id });
    assert.equal(refused.http, 409);
    assert.equal(refused.body.error.code, 'forbidden');

    await page.evaluate(async () => {
        globalThis.heard = [];
        (await import('/api.js')).on('event', (event) => globalThis.heard.push(event));
    });
    await clinic.ask('report/update', { report_id: '018f0000-0000-7000-8000-0000000000cc', patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'other', title: 'Not for everybody', text: 'Nor this.' });
    await page.waitForFunction(() => globalThis.heard.some((event) => event.type === 'clinic.report.updated'));
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(globalThis.heard)), /Not for everybody|Nor this/);
});

test('a report is written and released with the keyboard alone', async () => {
    const patient = await newPatient();
    const page = await open('desk-1');
    await signIn(page, 'dora');
    const press = (key) => page.keyboard.press(key);
    // Along the order of the focus to what has that name.
    const tabTo = async (name) => {
        for (let steps = 0; steps < 60; steps++) {
            const found = await page.evaluate((wanted) => {
                const at = document.activeElement;
                const own = at.getAttribute('aria-label') ?? (at.labels?.[0] ?? at).textContent;
                return own.trim().startsWith(wanted);
            }, name);
            if (found)
                return;
            await press('Tab');
        }
        throw new Error(`no way to ${name} with the keyboard`);
    };
    await tabTo('Reports');
    await press('Enter');
    await page.locator('.view-reports').waitFor();
    await tabTo('Whose reports');
    await page.keyboard.type(patient.name.split(' ')[0]);
    await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 1);
    await press('ArrowDown');
    await press('Enter');
    await page.getByText('There is no report yet.').waitFor();
    await tabTo('New report');
    await press('Enter');
    await page.locator('dialog').waitFor();
    await page.keyboard.type('Laboratory');
    await tabTo('Title');
    await page.keyboard.type('Blood count');
    await press('Enter');
    await page.locator('textarea[name=text]').waitFor();
    await page.keyboard.type('All within the usual range.');
    await tabTo('Save and finish');
    await press('Enter');
    await page.locator('article h2').waitFor();
    await tabTo('Release');
    await press('Enter');
    await page.locator('dialog').waitFor();
    await press('Enter');
    await badge(page, 'Final').waitFor();
    const report = await readNewest(patient);
    assert.deepEqual([report.kind, report.title, report.text], ['laboratory', 'Blood count', 'All within the usual range.']);
});

test('every screen of the reports keeps nobody out, in any language', async () => {
    const patient = await newPatient();
    await clinic.ask('report/update', { report_id: '018f0000-0000-7000-8000-0000000000bb', patient_id: patient.patient_id, doctor_id: doctor.doctor_id, kind: 'x-ray', title: 'Wrist', text: 'Broken.' });
    for (const locale of LOCALES) {
        const page = await openReports(patient, { locale });
        await expectAccessible(page);
        await page.getByRole('button', { name: 'Wrist' }).click();
        await page.locator('article h2').waitFor();
        await expectAccessible(page);
        if (locale === 'de-DE')
            await lookAtEditor(page); // its words are the longest
    }
});

async function lookAtEditor(page) {
    await page.locator('[data-key=edit]').click();
    await page.locator('textarea[name=text]').waitFor();
    await expectAccessible(page);
    await expectLargeText(page);
}

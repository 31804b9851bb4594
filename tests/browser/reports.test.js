// Medical reports at the front desk: from a draft to what the patient reads, two who write at once, files, and who may not see any.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expectAccessible, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, postAs, signIn } from './desk_page.js';
import { until } from './program.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const doctor = await clinic.hireDoctor();
let count = 0;

// Whose name is found by no other test.
async function newPatient() {
    count += 1;
    return clinic.registerPatient({ name: `Ines${String.fromCharCode(96 + count)} Okafor` });
}

async function openReports(patient, { as = 'dora', ...options } = {}) {
    const page = await open('desk-1', options);
    await signIn(page, as);
    await goTo(page, 'reports');
    await page.locator('.view-reports input[role=combobox]').fill(patient.name.split(' ')[0]);
    await page.locator('[role=option]').click();
    await page.locator('.view-reports h2').waitFor();
    return page;
}

async function beginReport(page, title) {
    await page.getByRole('button', { name: 'New report' }).click();
    await page.locator('dialog select[name=kind]').selectOption('diagnosis');
    await page.locator('dialog input[name=title]').fill(title);
    await page.getByRole('button', { name: 'Begin writing' }).click();
    await page.locator('textarea[name=text]').waitFor();
}

async function finishWriting(page) {
    await page.getByRole('button', { name: 'Save and finish writing' }).click();
    await page.locator('article h2').waitFor();
}

async function confirm(page) {
    await page.locator('dialog [type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
}

// On disk, since a large one takes long through the debugging protocol.
function fileOf(name, bytes) {
    const path = join(clinic.folder, name);
    writeFileSync(path, bytes);
    return path;
}

const badge = (page, text) => page.locator('article .badge', { hasText: text });
const reportsOf = async (patient) => (await clinic.ask('report/list', { patient_id: patient.patient_id })).reports;
const readNewest = async (patient) => (await clinic.ask('report/read', { report_id: (await reportsOf(patient))[0].report_id })).report;
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
    const versions = (await clinic.events('clinic.report.updated')).filter((event) => event.subject === `report/${id}`);
    assert.deepEqual(versions.map((event) => event.data.status), ['draft', 'draft', 'final', 'draft', 'amended']);
    assert.deepEqual(versions.map((event) => event.data.notify), [false, false, true, false, false], 'once in ten minutes');
});

test('what is typed is saved by itself after 20 seconds, not before, and when the screen is left', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Shoulder');
    await page.clock.install();
    await page.locator('textarea[name=text]').fill('One.');
    await page.getByText('Not saved yet').waitFor();
    await page.clock.runFor(15000);
    assert.equal((await reportsOf(patient))[0].version, 1);
    await page.clock.runFor(6000);
    await page.getByText('version 2').waitFor();
    await page.locator('textarea[name=text]').fill('One. Two.');
    await page.getByRole('button', { name: 'Lock' }).click();
    await page.locator('input[name=pin]').waitFor();
    await until('the words are saved', async () => (await readNewest(patient)).text === 'One. Two.');
    assert.equal((await readNewest(patient)).version, 3);
    const written = (await clinic.events('clinic.report.updated')).filter((event) => event.data.patient_id === patient.patient_id);
    assert.deepEqual(written.map((event) => event.data.notify), [false, false, false]);
});

test('of two who write one report nothing is lost', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Back');
    const id = (await reportsOf(patient))[0].report_id;
    const writeElsewhere = async (text) => clinic.ask('report/update', { report_id: id, expected_version: (await readNewest(patient)).version, text }, { as: 'mara' });

    await page.locator('textarea[name=text]').fill('Mine.');
    await writeElsewhere('Theirs.');
    await page.getByText('Somebody else has changed this report').waitFor();
    await page.getByText('Theirs.', { exact: true }).waitFor();
    assert.equal(await page.locator('textarea[name=text]').inputValue(), 'Mine.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save mine as the next version' }).click();
    await page.getByText('version 3').waitFor();
    assert.equal((await readNewest(patient)).text, 'Mine.');

    await page.locator('textarea[name=text]').fill('Mine again.');
    await writeElsewhere('Theirs again.');
    await page.getByRole('button', { name: 'Continue with theirs' }).click();
    assert.equal(await page.locator('textarea[name=text]').inputValue(), 'Theirs again.');
    await page.getByText('What you had written').click();
    await page.getByText('Mine again.', { exact: true }).waitFor();
    await finishWriting(page);
    assert.equal((await readNewest(patient)).version, 4);
    assert.equal((await clinic.ask('report/read', { report_id: id, version: 2 })).report.text, 'Theirs.');

    await page.getByRole('button', { name: 'Release' }).click();
    await writeElsewhere('Not what was read.');
    await confirm(page);
    await page.getByText('Please read it again').waitFor();
    await badge(page, 'Draft').waitFor();
    await page.getByText('Not what was read.').waitFor();
});

test('what is written without a connection is kept in this box, and arrives once and in order', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Ankle');
    await clinic.kill('broker');
    await page.locator('textarea[name=text]').fill('Without a connection.');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.locator('.sticky-actions .badge', { hasText: 'Saved on this device' }).waitFor();
    await page.locator('textarea[name=text]').fill('Without a connection. And a word more.');
    await goTo(page, 'patients');
    await clinic.start('broker');
    await until('both have arrived', async () => (await readNewest(patient)).text === 'Without a connection. And a word more.');
    const versions = (await clinic.events('clinic.report.updated')).filter((event) => event.data.patient_id === patient.patient_id);
    assert.deepEqual(versions.map((event) => event.data.version), [1, 2, 3]);
});

test('a file comes back byte for byte, though the broker is killed while it goes up', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Lungs');
    const bytes = randomBytes(4 * 1024 * 1024 + 17);
    await page.locator('input[type=file]').setInputFiles(fileOf('lungs.dcm', bytes));
    await page.waitForFunction(() => document.querySelector('progress')?.value > 500000);
    await clinic.kill('broker');
    await page.getByText('It goes on by itself.').waitFor();
    assert.ok(await page.locator('progress').evaluate((bar) => bar.value) < bytes.length);
    await clinic.start('broker');
    await page.getByText('File 1: DICOM').waitFor({ timeout: 45000 });
    await finishWriting(page);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download File 1' }).click();
    const file = await coming;
    assert.equal(file.suggestedFilename(), 'diagnosis-1.dcm');
    assert.ok(readFileSync(await file.path()).equals(bytes));
});

test('a picture is looked at, a file is stopped or taken off, and what cannot be attached is explained', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Tooth');
    const files = page.locator('input[type=file]');
    await files.setInputFiles({ name: 'notes.html', mimeType: 'text/html', buffer: Buffer.from('<b>no</b>') });
    await page.getByText('notes.html: This kind of file cannot be attached.').waitFor();
    await files.setInputFiles({ name: 'empty.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) });
    await page.getByText('empty.pdf: The file is empty.').waitFor();
    await files.setInputFiles(fileOf('large.dcm', randomBytes(16 * 1024 * 1024)));
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('progress').waitFor({ state: 'detached' });
    await files.setInputFiles({ name: 'tooth.png', mimeType: 'image/png', buffer: await page.screenshot() });
    await page.getByText('File 1: PNG image').waitFor();
    await page.getByRole('button', { name: 'View File 1' }).click();
    await page.waitForFunction(() => document.querySelector('dialog img.preview')?.naturalWidth > 1000);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove File 1' }).click();
    await page.getByText('No files.').waitFor();
    await page.getByText('version 3').waitFor();
    assert.deepEqual((await readNewest(patient)).attachments, []);
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
    for (const locale of ['en-GB', 'es-ES', 'fr-FR', 'de-DE']) {
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

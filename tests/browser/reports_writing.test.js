// Writing reports at the front desk: what is typed is saved, by itself, without a connection, and beside somebody else.
import assert from 'node:assert/strict';

import { expectAccessible } from './accessible.js';
import { goTo } from './desk_page.js';
import { until } from './program.js';
import { beginReport, finishWriting, reportsPage } from './reports_page.js';
import { setStage } from './stage.js';

// A box waits longer for the broker the longer that one has been away.
const RETURN_WITHIN_MS = 60000;

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const { newPatient, openReports, reportsOf, readNewest, versionsOf } = reportsPage({ clinic, open });
await clinic.hireDoctor();

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
    assert.deepEqual((await versionsOf(patient)).map((one) => one.notify), [false, false, false]);
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
    await page.locator('dialog [type=submit]').click();
    await page.getByText('Please read it again').waitFor();
    await page.locator('article .badge', { hasText: 'Draft' }).waitFor();
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
    await until('both have arrived', async () => (await readNewest(patient)).text === 'Without a connection. And a word more.', RETURN_WITHIN_MS);
    assert.deepEqual((await versionsOf(patient)).map((one) => one.version), [1, 2, 3]);
});

test('who leaves while somebody else writes has saved as well, and words that cannot be saved are given back', async () => {
    const patient = await newPatient();
    const page = await openReports(patient);
    await beginReport(page, 'Wrist');
    const [{ report_id: id }] = await reportsOf(patient);
    await page.locator('textarea[name=text]').fill('Mine, left behind.');
    await clinic.ask('report/update', { report_id: id, expected_version: 1, text: 'Theirs.' }, { as: 'mara' });
    await page.getByRole('button', { name: 'Save and go to all reports' }).click();
    await until('mine follows theirs', async () => (await readNewest(patient)).text === 'Mine, left behind.');
    assert.equal((await clinic.ask('report/read', { report_id: id, version: 2 })).report.text, 'Theirs.');

    await page.getByRole('button', { name: 'Wrist' }).click();
    await page.getByRole('button', { name: 'Go on writing' }).click();
    await page.locator('textarea[name=text]').fill('Too late.');
    await clinic.ask('report/withdraw', { report_id: id, expected_version: 3 }, { as: 'mara' });
    await page.getByRole('button', { name: 'Save and go to all reports' }).click();
    await page.getByText('Your words could not be saved').waitFor();
    assert.equal(await page.locator('dialog textarea').inputValue(), 'Too late.');
    await expectAccessible(page);
});

// Files of reports at the front desk: up, looked at, and down again, whatever happens on the way.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beginReport, finishWriting, reportsPage } from './reports_page.js';
import { setStage } from './stage.js';

// A box waits longer for the broker the longer that one has been away.
const RETURN_WITHIN_MS = 60000;

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });
const { newPatient, openReports, readNewest } = reportsPage({ clinic, open });
await clinic.hireDoctor();

// On disk, since a large one takes long through the debugging protocol.
function fileOf(name, bytes) {
    const path = join(clinic.folder, name);
    writeFileSync(path, bytes);
    return path;
}

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
    await page.getByText('File 1: DICOM').waitFor({ timeout: RETURN_WITHIN_MS });
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

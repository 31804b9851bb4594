// What is entered about patients while there is no connection.
import assert from 'node:assert/strict';

import { button, dialog, found, goToPatients, input, openRecord, search, submit, toast } from './patients_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: ['desk-1'] });

test('a registration without a connection is kept, said to be kept, and goes out once when the broker is back', async () => {
    const page = await goToPatients(await open('desk-1'), 'rosa');
    await clinic.kill('broker');
    await page.locator('.connection .badge.bad').waitFor();
    await search(page, 'Olga');
    await page.locator('.view-patients .problem:visible', { hasText: 'no connection' }).waitFor();
    await page.getByRole('button', { name: 'New patient' }).click();
    await input(page, 'name').fill('Olga Offline');
    await input(page, 'birth_date').fill('1977-07-07');
    await submit(page);
    await toast(page, 'Saved on this device').waitFor();
    await page.locator('.connection', { hasText: '1 entry waits' }).waitFor();
    await clinic.start('broker');
    await toast(page, 'What waited was registered').waitFor();
    const { patients } = await clinic.ask('patient/find', { text: 'Olga Offline' });
    assert.equal(patients.length, 1);
    await found(page, 'Olga Offline').waitFor();
});

// One outage for all: a box that has lost its connection several times in a row takes longer to try again.
test('what was kept and is refused later comes back to who entered it, to be decided', async () => {
    await clinic.registerPatient({ name: 'Paula Double', birth_date: '1966-06-06' });
    const changed = await clinic.registerPatient({ name: 'Quentin Kept', email: 'old@example.org' });
    const remaining = await clinic.registerPatient({ name: 'Ronja Remains' });
    const creating = await goToPatients(await open('desk-1'), 'rosa');
    const changing = await goToPatients(await open('desk-1'), 'rosa');
    const deleting = await goToPatients(await open('desk-1'), 'ada');

    await openRecord(changing, changed);
    await button(changing, 'Change').click();
    await clinic.ask('patient/update', { patient_id: changed.patient_id, expected_version: 1, email: 'quicker@example.org' });
    await openRecord(deleting, remaining);
    await clinic.kill('broker');
    await creating.locator('.connection .badge.bad').waitFor();

    await creating.getByRole('button', { name: 'New patient' }).click();
    await input(creating, 'name').fill('Paula Double');
    await input(creating, 'birth_date').fill('1966-06-06');
    await input(changing, 'email').fill('kept@example.org');
    await button(deleting, 'Delete').click();
    await input(deleting, 'member_id').fill(remaining.member_id);
    await dialog(deleting).locator('input[value=duplicate]').check();
    await input(deleting, 'pin').fill('00000000');
    for (const page of [creating, changing, deleting]) {
        await submit(page);
        await toast(page, 'Saved on this device').waitFor();
    }
    await clinic.start('broker');

    await dialog(creating).locator('.notice', { hasText: 'Paula Double' }).waitFor();
    assert.equal(await input(creating, 'birth_date').inputValue(), '1966-06-06');
    await creating.getByRole('button', { name: 'another person' }).click();
    await toast(creating, 'Member ID').waitFor();
    assert.equal((await clinic.ask('patient/find', { text: '1966-06-06' })).patients.length, 2);

    const row = dialog(changing).locator('.notice tr', { hasText: 'E-mail' });
    assert.match(await row.textContent(), /quicker@example\.org.*kept@example\.org/);
    assert.equal(await input(changing, 'email').inputValue(), 'kept@example.org');
    await submit(changing);
    await dialog(changing).locator('.facts', { hasText: 'kept@example.org' }).waitFor();

    await toast(deleting, 'was not accepted. This PIN is wrong').waitFor();
    assert.deepEqual(await clinic.events('clinic.patient.deleted'), []);
});

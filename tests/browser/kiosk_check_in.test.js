// Checking in at the kiosk, from the first touch to the number, and what goes wrong on the way.
import assert from 'node:assert/strict';

import { KIOSK_SCREEN } from './browser.js';
import { begin, choose, confirmAll, FAST, identifyMember, numberOf, screen } from './kiosk_page.js';
import { setStage } from './stage.js';

const { test, clinic, open } = await setStage({ desks: [], kiosks: ['kiosk-1'], settings: { 'kiosk-1': FAST } });
const doctor = await clinic.hireDoctor();

async function openKiosk() {
    return open('kiosk-1', { viewport: KIOSK_SCREEN });
}

async function expectPatient(data = {}) {
    const patient = await clinic.registerPatient(data);
    await clinic.book(patient, doctor, clinic.local(20));
    return patient;
}

test('a patient checks in by member ID and gets a number', async () => {
    const patient = await expectPatient();
    const page = await openKiosk();
    await begin(page);
    await choose(page, 'check-in');
    await identifyMember(page, patient.member_id);
    await confirmAll(page);
    await screen(page, 'number');
    assert.equal(await numberOf(page), 'A01');
    const [event] = await clinic.events('clinic.appointment.checked-in');
    assert.equal(event.data.queue_number, 'A01');
    assert.equal(event.data.ticket, 'P1');
});

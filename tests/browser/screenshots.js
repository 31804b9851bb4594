// Pictures of the main screens, of a clinic that has worked for two months (bench-years-make) and goes on while they are taken:
//
//   screenshots.js FOLDER       (tests/browser/run.sh BUILD --screenshots)
//
// Where it is early in Paris, today's visits are all still to come.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { DESK_SCREEN, KIOSK_SCREEN, startBrowser } from './browser.js';
import { startClinic } from './clinic.js';
import { goTo, signIn } from './desk_page.js';
import { begin, choose, identifyMember, goOn, isReady, screen } from './kiosk_page.js';
import { mustRun } from './program.js';

const ZONE = 'Europe/Paris';
const MINUTE_MS = 60000;
const MONTHS = 2; // so that figures have something to be compared with
const WAITING = 4; // of those who are due now
const folder = process.argv[2];

function today() {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(Date.now());
}

function start() {
    const make = join(process.env.CLINIC_BIN, '../tests/bench-years-make');
    return startClinic({
        zone: ZONE, id: 'years', name: 'Clinique du Parc',
        desks: ['desk-1', 'desk-2'], kiosks: ['kiosk-1'], boards: ['board-1'],
        nodes: [['scale-1', 'scale'], ['scale-2', 'scale']],
        settings: { 'kiosk-1': { kiosk: { name: 'Clinique du Parc' } }, 'board-1': { kiosk: { name: 'Clinique du Parc' } } },
        makeData: (data) => mustRun(make, [data, String(MONTHS), today()]),
    });
}

// ---- the morning so far

async function visitsOfToday(clinic) {
    const visits = [];
    for (let more = true; more;) {
        const page = await clinic.ask('appointment/list', { limit: 60, skip: visits.length });
        visits.push(...page.appointments);
        more = page.more;
    }
    return visits.filter((visit) => visit.state === 'booked');
}

async function seeEarlyOnes(clinic, visits) {
    for (const { appointment_id: visit, room } of visits) {
        await clinic.ask('appointment/check-in', { appointment_id: visit });
        await clinic.ask('appointment/call', { appointment_id: visit, room });
        await clinic.ask('appointment/close', { appointment_id: visit, outcome: 'fulfilled' });
    }
}

async function receiveOthers(clinic, visits) {
    for (const [index, { appointment_id: visit, room }] of visits.entries()) {
        await clinic.ask('appointment/check-in', { appointment_id: visit });
        if (index < visits.length - WAITING)
            await clinic.ask('appointment/call', { appointment_id: visit, room });
    }
}

async function livesTheMorning(clinic) {
    const { doctors } = await clinic.ask('doctor/list');
    const roomOf = new Map(doctors.map((doctor, index) => [doctor.doctor_id, String(index + 1)]));
    const visits = (await visitsOfToday(clinic)).map((visit) => ({ ...visit, room: roomOf.get(visit.doctor_id) }));
    const isBefore = (minutes) => ({ start }) => Date.parse(start) < Date.now() + minutes * MINUTE_MS;
    const due = visits.filter(isBefore(20));
    const early = due.filter(isBefore(-25));
    await seeEarlyOnes(clinic, early);
    await receiveOthers(clinic, due.filter((visit) => !early.includes(visit)).slice(0, doctors.length + WAITING));
}

// Somebody whom the kiosk can expect, whoever else there is.
async function expectSomebody(clinic) {
    const patient = await clinic.registerPatient({ name: 'Zoë Lefèvre-Okonkwo', email: 'zoe@example.org' });
    const [doctor] = (await clinic.ask('doctor/list')).doctors;
    await clinic.ask('appointment/schedule', {
        appointment_id: randomUUID(), patient_id: patient.patient_id, doctor_id: doctor.doctor_id,
        start: clinic.local(25, doctor.slot_minutes), override_reason: 'walked in',
    });
    return patient;
}

// ---- the pictures

async function takeKiosk(clinic, browser, take) {
    const patient = await expectSomebody(clinic);
    const page = await browser.open(clinic.url('kiosk-1'), { viewport: KIOSK_SCREEN, timezoneId: ZONE });
    await isReady(page);
    await take(page, 'kiosk-start');
    await begin(page);
    await choose(page, 'check-in');
    await identifyMember(page, patient.member_id);
    await page.locator('.actions .primary').first().waitFor();
    await take(page, 'kiosk-confirm');
    while (await page.locator('[data-screen="number"]').count() === 0) {
        const shown = await page.locator('[data-screen]').getAttribute('data-screen');
        await goOn(page);
        await page.locator(`[data-screen="${shown}"]`).waitFor({ state: 'detached' });
    }
    await page.locator('.custody [data-step=clinic].done').waitFor();
    await take(page, 'kiosk-number');
}

async function takeBoard(clinic, browser, take) {
    const page = await browser.open(clinic.url('board-1'), { viewport: DESK_SCREEN, timezoneId: ZONE });
    await page.locator('.number, [data-number], td, li').first().waitFor();
    await take(page, 'board');
}

async function takeDesk(clinic, browser, take) {
    const page = await browser.open(clinic.url('desk-1'), { viewport: DESK_SCREEN, timezoneId: ZONE });
    await signIn(page, 'ada');
    await page.locator('.view-day tbody tr').first().waitFor();
    await take(page, 'desk-day');
    for (const view of ['stock', 'analytics', 'nodes']) {
        await goTo(page, view);
        await page.locator(`.view-${view} :is(tbody tr, canvas, .card)`).first().waitFor();
        await page.waitForLoadState('networkidle').catch(() => {});
        await take(page, `desk-${view}`);
    }
    await goTo(page, 'day');
    await page.locator('.view-day button.primary').first().click();
    const { doctors: [, doctor] } = await clinic.ask('doctor/list');
    await page.locator('.booking select[name=doctor]').selectOption(doctor.doctor_id);
    await page.locator('.booking .slot').first().waitFor();
    await take(page, 'desk-booking');
}

if (!folder)
    throw new Error('which folder?');
mkdirSync(folder, { recursive: true });
const clinic = await start();
const browser = await startBrowser();
try {
    await livesTheMorning(clinic);
    const take = async (page, name) => {
        await page.mouse.move(0, 0); // nothing looks as if it were pointed at
        await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    };
    await takeDesk(clinic, browser, take);
    await takeKiosk(clinic, browser, take);
    await takeBoard(clinic, browser, take);
} finally {
    await browser.close();
    await clinic.end();
}

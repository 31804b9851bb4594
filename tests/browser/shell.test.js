// The frame of the front desk's page: coming and going, who sees what, its languages.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expectAccessible, expectCalm, expectLargeText } from './accessible.js';
import { staff } from './clinic.js';
import { goTo, postAs, signIn, signInForSession } from './desk_page.js';
import { setStage } from './stage.js';

const IDLE_S = 2;
const { test, clinic, open } = await setStage({
    desks: ['desk-1', 'desk-2'],
    settings: { 'desk-2': { page: { idle_s: IDLE_S } } },
});
const patient = await clinic.registerPatient({ name: 'Ottoline Fitzgerald-Quux' });

const problem = (page) => page.locator('.problem:not(:empty)');
const pin = (page) => page.locator('input[name=pin]');

async function tryPin(page, text) {
    await pin(page).fill(text);
    await page.locator('button[type=submit]').click();
    await problem(page).waitFor();
    return problem(page).textContent();
}

// All that could show who was here: what is written, typed, kept, and where the page has been.
async function everythingOn(page) {
    return page.evaluate(async () => JSON.stringify([
        document.documentElement.outerHTML,
        [...document.querySelectorAll('input, textarea, select')].map((input) => input.value),
        document.title, location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie,
        await indexedDB.databases(), await caches.keys(),
    ]));
}

test('name and PIN open the desk', async () => {
    const page = await open('desk-1');
    await page.locator('.sign-in').waitFor();
    assert.equal(await page.title(), 'Front desk');
    await signIn(page, 'rosa');
    assert.match(await page.locator('.who').textContent(), /rosa · Reception/);
    assert.match(await page.title(), /\S · Front desk/);
});

test('signing in, locking and coming back need no mouse', async () => {
    const page = await open('desk-1');
    await page.locator('input[name=name]:focus').waitFor();
    await page.keyboard.type('rosa');
    await page.keyboard.press('Tab');
    await page.keyboard.type(staff.rosa.pin);
    await page.keyboard.press('Enter');
    await page.locator('#main h1:focus').waitFor();
    await page.locator('header button').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('input[name=pin]:focus').waitFor();
    await page.keyboard.type(staff.rosa.pin);
    await page.keyboard.press('Enter');
    await page.locator('#main h1:focus').waitFor();
});

test('the first thing that Tab reaches leads to the content', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await page.locator('#main h1:focus').waitFor();
    await page.evaluate(() => document.activeElement.blur());
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await page.locator('#main h1:focus').waitFor();
});

test('what is missing is said at its field, and a wrong PIN in words', async () => {
    const page = await open('desk-1');
    await page.locator('button[type=submit]').click();
    await page.locator('input[name=name][aria-invalid=true]:focus').waitFor();
    await page.locator('input[name=name]').fill('rosa');
    assert.match(await tryPin(page, '0000'), /name or the PIN is wrong/);
    assert.equal(await pin(page).inputValue(), '');
    await page.locator('input[name=pin]:focus').waitFor();
    await expectAccessible(page);
});

test('five wrong PINs lock the account, and the page says until when', async () => {
    const page = await open('desk-1');
    await page.locator('input[name=name]').fill('sam');
    for (let time = 0; time < 5; time++)
        assert.match(await tryPin(page, '0000'), /wrong/);
    const told = await tryPin(page, staff.sam.pin);
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: clinic.zone, hour: '2-digit', minute: '2-digit' });
    const [hour, minute] = clock.format(Date.now() + 15 * 60000).split(':').map(Number);
    const found = told.match(/locked until (\d+):(\d+)/).slice(1).map(Number);
    assert.ok(Math.abs(found[0] * 60 + found[1] - hour * 60 - minute) <= 2, told);
});

test('a locked desk shows nothing of who worked there and of whom they looked at', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await page.evaluate(async (name) => { // as a view shows it in every place that there is
        const { announce, dialog, h, toast } = await import('/dom.js');
        document.querySelector('.view').append(h('p', {}, name), h('input', { 'aria-label': 'name', value: name }));
        dialog({ title: name, body: h('p', {}, name), closeLabel: 'Close' });
        toast(name, 'bad');
        announce(name);
    }, patient.name);
    await page.locator('.visually-hidden').getByText(patient.name).waitFor({ state: 'attached' });
    assert.match(await everythingOn(page), /Quux/);
    await page.evaluate(() => document.querySelector('header.top button').click()); // it is under the dialog
    await page.locator('.sign-in').waitFor();
    assert.equal(await page.title(), 'Locked');
    const left = await everythingOn(page);
    assert.doesNotMatch(left, /Quux|Fitzgerald/);
    assert.doesNotMatch(left, new RegExp(patient.patient_id));
    assert.equal(await page.locator('input[name=name]').inputValue(), 'rosa');
    await page.goBack().catch(() => {});
    assert.doesNotMatch(await everythingOn(page), /Quux|Fitzgerald/);
    await expectAccessible(page);
});

test('who signs out leaves no name either, and the session is over at the gateway', async () => {
    const page = await open('desk-1');
    const session = await signInForSession(page, 'mara');
    const signedOut = page.waitForResponse('**/api/staff/sign-out');
    await page.locator('header button').nth(1).click();
    await signedOut;
    await page.locator('.sign-in').waitFor();
    assert.equal(await page.locator('input[name=name]').inputValue(), '');
    assert.equal(new URL(page.url()).hash, '');
    const { http, body } = await postAs(page, session, 'doctor/list');
    assert.deepEqual([http, body.error.code], [409, 'session.expired']);
});

test('a desk that nobody touches locks itself', async () => {
    const page = await open('desk-2');
    await signIn(page, 'rosa');
    await page.locator('.sign-in').waitFor({ timeout: IDLE_S * 1000 + 3000 });
    assert.equal(await page.title(), 'Locked');
});

test('a session that has ended elsewhere leads to the sign-in, which says why', async () => {
    const page = await open('desk-1');
    const session = await signInForSession(page, 'rosa');
    await postAs(page, session, 'staff/sign-out');
    await page.locator('nav button').nth(1).click();
    await page.locator('.sign-in').waitFor();
    assert.match(await problem(page).textContent(), /session has ended/);
});

test('an answer that comes after the lock is shown to nobody', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    let release = () => {};
    const held = new Promise((resolve) => { release = resolve; });
    let tell = () => {};
    const asked = new Promise((resolve) => { tell = resolve; });
    await page.route('**/api/patient/find', async (route) => {
        const answer = await route.fetch();
        tell(answer.status());
        await held;
        await route.fulfill({ response: answer });
    });
    await page.evaluate(async () => {
        const { desk } = await import('/desk.js');
        desk.act('patient/find', { text: 'Quux' }, 'Found Quux');
    });
    assert.equal(await asked, 200);
    await page.locator('header button').first().click();
    await page.locator('.sign-in').waitFor();
    const answered = page.waitForResponse('**/api/patient/find');
    release();
    await (await answered).finished();
    await page.evaluate(() => fetch('/api/start')); // whatever the answer set going is done by then
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.doesNotMatch(await everythingOn(page), /Quux/);
});

// ---- roles

test('each role sees only the views that it may use, and the gateway refuses the rest anyway', async () => {
    const page = await open('desk-1');
    const seen = {};
    for (const name of ['rosa', 'dora', 'mara', 'ada']) {
        await signIn(page, name);
        seen[name] = await page.locator('nav [data-view]').evaluateAll((all) => all.map((one) => one.dataset.view));
        await page.locator('header button').nth(1).click();
        await page.locator('.sign-in').waitFor();
    }
    const told = JSON.stringify(seen);
    assert.ok(seen.rosa.includes('day') && !seen.rosa.includes('audit') && !seen.rosa.includes('reports'), told);
    assert.ok(seen.dora.includes('reports') && !seen.dora.includes('audit'), told);
    assert.ok(seen.mara.includes('audit') && !seen.mara.includes('staff'), told);
    assert.ok(['day', 'reports', 'audit', 'staff'].every((view) => seen.ada.includes(view)), told);
    const session = await signInForSession(page, 'rosa');
    for (const [request, data] of [['audit/read', {}], ['analytics/read', { from: '2026-01-01', to: '2026-01-02' }],
        ['patient/delete', { patient_id: patient.patient_id, member_id: patient.member_id, pin: staff.rosa.pin, reason: 'request' }]]) {
        const { http, body } = await postAs(page, session, request, data);
        assert.deepEqual([http, body.error?.code], [409, 'forbidden'], request);
    }
    assert.equal((await clinic.events('clinic.patient.deleted')).length, 0);
});

test('an address of a view that the role may not see leads to one that it may', async () => {
    const page = await open('desk-1', { path: '#audit' });
    await signIn(page, 'rosa');
    await page.locator('#main h1:focus').waitFor();
    assert.notEqual(new URL(page.url()).hash, '#audit');
});

test('the browser’s own way back leads to the view before', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await goTo(page, 'patients');
    await goTo(page, 'messages');
    await page.goBack();
    await page.locator('.view-patients').waitFor();
    assert.equal(await page.locator('nav [aria-current=page]').getAttribute('data-view'), 'patients');
    await page.goForward();
    await page.locator('.view-messages').waitFor();
});

test('a reload ends the session', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await page.reload();
    await page.locator('.sign-in').waitFor();
    assert.equal(await page.locator('input[name=name]').inputValue(), '');
});

test('a role for which there is nothing is told so', async () => {
    const page = await open('desk-1', { path: 'nowhere/' });
    await page.route('**/api/start', async (route) => {
        const answer = await route.fetch();
        const start = await answer.json();
        start.requests = { 'staff/sign-in': [], 'staff/sign-out': [] };
        await route.fulfill({ response: answer, json: start });
    });
    await page.goto(clinic.url('desk-1'));
    await signIn(page, 'dora');
    await page.getByText('nothing for your role').waitFor();
    await expectAccessible(page);
});

// ---- languages

test('every language is complete on the first screen, and may be chosen there', async () => {
    const page = await open('desk-1');
    const titles = { de: 'Empfang', es: 'Recepción', fr: 'Accueil', en: 'Front desk' };
    for (const [code, title] of Object.entries(titles)) {
        await page.locator('input[name=name]').fill('rosa');
        await page.locator('select[name=language]').selectOption(code);
        await page.getByRole('heading', { name: title }).waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), code);
        assert.equal(await page.title(), title);
        assert.equal(await page.locator('input[name=name]').inputValue(), 'rosa', 'what was typed stays');
        await expectAccessible(page);
        await expectLargeText(page);
    }
    await expectCalm(page);
});

test('the desk begins in the language of its browser', async () => {
    const page = await open('desk-1', { locale: 'fr-CH' });
    await page.getByRole('heading', { name: 'Accueil' }).waitFor();
});

test('a fifth language is a folder of files beside the box’s settings', async () => {
    const folder = join(clinic.nodeFolder('desk-1'), 'languages/la');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'common.json'), JSON.stringify({ 'language.name': 'Latina', 'language.direction': 'rtl' }));
    writeFileSync(join(folder, 'desk.json'), JSON.stringify({ 'desk.title': 'Ostium', 'desk.sign-in': 'Intra' }));
    const page = await open('desk-1');
    await page.locator('select[name=language]').selectOption({ label: 'Latina' });
    await page.getByRole('heading', { name: 'Ostium' }).waitFor();
    await page.getByRole('button', { name: 'Intra' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
    assert.match(await page.locator('label').nth(1).textContent(), /PIN/); // English stands in
    await expectLargeText(page);
});

// ---- addresses

test('an address where nothing is says so, and leads back', async () => {
    const page = await open('desk-1', { path: 'nowhere/' });
    await page.getByText('There is nothing at this address.').waitFor();
    await expectAccessible(page);
    await page.locator('a').click();
    await page.locator('.sign-in').waitFor();
});

// What the front desk's page does when the way to the clinic breaks, at each place where it can.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { expectAccessible } from './accessible.js';
import { signIn } from './desk_page.js';
import { setStage } from './stage.js';

const WITHIN_MS = 20000; // a broker that comes back is found within seconds, on busy machines as well
const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });

const says = (page, text) => page.locator('.connection').getByText(text).waitFor({ timeout: WITHIN_MS });

// Has the page itself make a request, as a view would.
function ask(page, name, data, options = {}) {
    return page.evaluate(async ([request, fields, others]) => {
        const { desk } = await import('/desk.js');
        const outcome = await desk.request(request, fields, others);
        if (outcome.settled)
            globalThis.late = outcome.settled;
        return { ...outcome, settled: undefined };
    }, [name, data, options]);
}

const newPatient = (name) => ({ patient_id: randomUUID(), name, birth_date: '1990-04-02', is_distinct: true });

async function countCreated(patient) {
    const events = await clinic.events('clinic.patient.created', { personal: true });
    return events.filter((event) => event.data.patient_id === patient.patient_id).length;
}

test('the line says when the broker is gone, and when it is back', async () => {
    const page = await open('desk-1');
    await says(page, 'Connected');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('broker');
    await says(page, 'No connection to the clinic');
    await expectAccessible(page);
    await clinic.start('broker');
    await says(page, 'Connected');
});

test('the line says when the gateway is gone, and when it is back', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('gateway');
    await says(page, 'gateway is not running');
    await clinic.start('gateway');
    await says(page, 'Connected');
});

test('what is entered without a connection is kept, counted on the line, and arrives once', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('broker');
    await says(page, 'No connection to the clinic');
    const patient = newPatient('Kept While Away');
    const outcome = await ask(page, 'patient/create', patient, { waitMs: 500 });
    assert.equal(outcome.kind, 'queued');
    await says(page, '1 entry waits to be sent');
    await clinic.start('broker');
    const late = await page.evaluate(() => globalThis.late);
    assert.equal(late.kind, 'accepted');
    await page.locator('.connection').getByText('waits').waitFor({ state: 'detached', timeout: WITHIN_MS });
    assert.equal(await countCreated(patient), 1);
});

test('a question without a connection is answered at once, and nothing is kept of it', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('broker');
    await says(page, 'No connection to the clinic');
    const began = Date.now();
    const outcome = await ask(page, 'patient/find', { text: 'Kept' });
    assert.deepEqual([outcome.kind, outcome.error.code], ['unavailable', 'offline']);
    assert.ok(Date.now() - began < 1000);
    assert.equal(await page.locator('.connection').getByText('waits').count(), 0);
    await clinic.start('broker');
    await says(page, 'Connected');
});

test('a gateway that hangs leads to words, not to a page that hangs', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    clinic.pause('gateway');
    const asked = await ask(page, 'patient/find', { text: 'Kept' }, { waitMs: 1000 });
    assert.deepEqual([asked.kind, asked.error.code], ['unavailable', 'timeout']);
    const patient = newPatient('Hangs In The Air');
    const put = await ask(page, 'patient/create', patient, { waitMs: 1000 });
    assert.equal(put.kind, 'queued');
    clinic.resume('gateway');
    assert.equal((await page.evaluate(() => globalThis.late)).kind, 'accepted');
    assert.equal(await countCreated(patient), 1);
});

test('a reply that overtakes the answer to its own request is not lost', async () => {
    const page = await open('desk-1');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await page.evaluate(async () => {
        const { on } = await import('/api.js');
        globalThis.atClinic = new Promise((resolve) => on('custody', (news) => news.custody === 'clinic' && resolve(news.id)));
    });
    let taken = () => {};
    const answered = new Promise((resolve) => { taken = resolve; });
    await page.route('**/api/patient/create', async (route) => {
        const answer = await route.fetch();
        taken(await answer.json());
        await page.evaluate(() => globalThis.atClinic);
        await route.fulfill({ response: answer });
    });
    clinic.pause('gateway');
    const asked = ask(page, 'patient/create', newPatient('Overtaken By Itself'));
    const { id, custody } = await answered;
    assert.equal(custody, 'here');
    clinic.resume('gateway');
    const outcome = await asked;
    assert.deepEqual([outcome.kind, outcome.id], ['accepted', id]);
    assert.match(outcome.data.member_id, /^\d{9}$/);
});

test('a program that is killed and started under the page goes on with who is here', async () => {
    const page = await open('desk-2');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('desk-2');
    await says(page, 'is restarting');
    const gone = await ask(page, 'patient/find', { text: 'Kept' });
    assert.deepEqual([gone.kind, gone.error.code], ['unavailable', 'program.gone']);
    await clinic.start('desk-2');
    await says(page, 'Connected');
    assert.equal(await page.locator('.who').count(), 1);
    assert.equal((await ask(page, 'patient/find', { text: 'Kept' })).kind, 'accepted');
});

test('a program of another release brings its page along, once nobody works on the old one', async () => {
    const page = await open('desk-2');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await page.evaluate(() => { globalThis.isOldPage = true; });
    await page.route('**/api/start', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...await answer.json(), version: '99.0.0' } });
    });
    await clinic.kill('desk-2');
    await says(page, 'is restarting');
    await clinic.start('desk-2');
    await says(page, 'Connected');
    assert.equal(await page.evaluate(() => globalThis.isOldPage), true);
    await page.locator('header button').first().click();
    await page.waitForFunction(() => !globalThis.isOldPage);
    await page.locator('.sign-in').waitFor();
});

test('what is asked before the page has found the new program is told to wait, not that it is forbidden', async () => {
    const page = await open('desk-2');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await page.route('**/api/start', (route) => route.abort()); // so that it goes on not knowing
    await clinic.kill('desk-2');
    await clinic.start('desk-2');
    const outcome = await ask(page, 'patient/find', { text: 'Kept' });
    assert.deepEqual([outcome.kind, outcome.error.code], ['unavailable', 'program.gone']);
    await page.unroute('**/api/start');
    await says(page, 'Connected');
    assert.equal((await ask(page, 'patient/find', { text: 'Kept' })).kind, 'accepted');
});

test('what a program had kept when it was killed is sent by the next one, once', async () => {
    const page = await open('desk-2');
    await signIn(page, 'rosa');
    await says(page, 'Connected');
    await clinic.kill('broker');
    await says(page, 'No connection to the clinic');
    const patient = newPatient('Outlives Its Program');
    assert.equal((await ask(page, 'patient/create', patient, { waitMs: 300 })).kind, 'queued');
    await clinic.kill('desk-2');
    await clinic.start('desk-2');
    await clinic.start('broker');
    const late = await page.evaluate(() => globalThis.late);
    assert.equal(late.kind, 'accepted');
    await says(page, 'Connected');
    assert.equal(await countCreated(patient), 1);
});

test('two pages of one desk are two people, and both see what happens', async () => {
    const first = await open('desk-1');
    const second = await open('desk-1');
    await signIn(first, 'rosa');
    await signIn(second, 'dora');
    for (const page of [first, second])
        await page.evaluate(async () => {
            const { on } = await import('/api.js');
            globalThis.heard = new Promise((resolve) => on('event', (event) => {
                if (event.type === 'clinic.patient.created')
                    resolve(event.data.patient_id);
            }));
        });
    const patient = newPatient('Seen By Both');
    assert.equal((await ask(first, 'patient/create', patient)).kind, 'accepted');
    for (const page of [first, second])
        assert.equal(await page.evaluate(() => globalThis.heard), patient.patient_id);
    await first.locator('header button').nth(1).click();
    await first.locator('.sign-in').waitFor();
    assert.equal((await ask(second, 'patient/find', { text: 'Seen' })).kind, 'accepted', 'the other one is still signed in');
});

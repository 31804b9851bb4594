// A hostile page in the same browser: whatever it tries, the program neither obeys nor tells it anything. It is tried by a
// real browser, since what keeps the two apart is partly the browser's doing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after } from 'node:test';

import { setStage } from './stage.js';

const { test, clinic, open, takeProblems } = await setStage({ desks: [], kiosks: ['kiosk-1'] });
const victim = new URL(clinic.url('kiosk-1'));

// Its name leads to this box (browser.js), as an attacker's DNS can make it.
const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>Win a prize</title><body></body>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const OTHER_SITE = `http://prize.test:${server.address().port}/`;
const OTHER_PORT = `http://127.0.0.1:${server.address().port}/`;
const OTHER_NAME = `http://prize.test:${victim.port}/`; // DNS rebinding: its name, our port

const FORGED = { data: { patient_id: '0193a2b4-0000-7000-8000-000000000666', name: 'Forged', birth_date: '1990-01-31' } };

// ---- what a script there can try; these run in its page

async function readAll(base) {
    const found = [];
    for (const path of ['', 'api/start', 'api/stream', 'api/outbox', 'icons.svg']) {
        try {
            const response = await fetch(base + path);
            found.push(`${path}: ${response.status} ${await response.text()}`);
        } catch {
            continue; // the browser did not let it see the answer
        }
    }
    return found;
}

async function postAll([base, body]) {
    const headers = [
        { 'Content-Type': 'application/json' },
        { 'Content-Type': 'application/json', 'X-Clinic-Token': '0'.repeat(64) },
        { 'Content-Type': 'text/plain' },
    ];
    const outcomes = [];
    for (const mode of ['cors', 'no-cors', 'same-origin'])
        for (const one of headers)
            outcomes.push(await fetch(`${base}api/patient/create`, { method: 'POST', mode, headers: one, body: JSON.stringify(body) })
                .then((response) => response.status, () => 'refused'));
    navigator.sendBeacon(`${base}api/patient/create`, JSON.stringify(body));
    return outcomes;
}

function submitForm([base, body]) {
    return new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.name = 'into';
        frame.onload = () => resolve();
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', enctype: 'text/plain', action: `${base}api/patient/create`, target: 'into' });
        const input = document.createElement('input');
        Object.assign(input, { name: JSON.stringify(body).slice(0, -1), value: '}' });
        form.append(input);
        document.body.append(frame, form);
        form.submit();
    });
}

// How each kind of element fares: "load" or "error".
function embedAll(base) {
    const tries = [['script', 'src', 'api.js'], ['script', 'src', 'api/start'], ['img', 'src', 'icon.svg'], ['link', 'href', 'base.css']];
    return Promise.all(tries.map(([name, attribute, path]) => new Promise((resolve) => {
        const element = document.createElement(name);
        if (name === 'link')
            element.rel = 'stylesheet';
        element.onload = () => resolve(`${path}: load`);
        element.onerror = () => resolve(`${path}: error`);
        element[attribute] = base + path;
        document.body.append(element);
    })));
}

function listenTo(base) {
    return new Promise((resolve) => {
        const stream = new EventSource(`${base}api/stream`);
        stream.onmessage = () => resolve('heard');
        stream.onopen = () => resolve('open');
        stream.onerror = () => { stream.close(); resolve('error'); };
    });
}

// ---- what has come of it

async function expectNothing() {
    const { token } = await (await fetch(new URL('/api/start', victim))).json();
    const outbox = await (await fetch(new URL('/api/outbox', victim), { headers: { 'X-Clinic-Token': token } })).json();
    assert.deepEqual(outbox, { rows: [], more: false });
    assert.deepEqual(await clinic.events('clinic.patient.created'), []);
    takeProblems(); // that it was refused is what the console complains of
}

for (const [where, address] of [['another site', OTHER_SITE], ['another port of this box', OTHER_PORT]]) {
    test(`${where} reads nothing`, async () => {
        const page = await open('kiosk-1', { path: null });
        await page.goto(address);
        assert.deepEqual(await page.evaluate(readAll, victim.href), []);
        assert.equal(await page.evaluate(listenTo, victim.href), 'error');
        for (const outcome of await page.evaluate(embedAll, victim.href))
            assert.match(outcome, /error$/);
        await expectNothing();
    });

    test(`${where} asks for nothing`, async () => {
        const page = await open('kiosk-1', { path: null });
        await page.goto(address);
        const outcomes = await page.evaluate(postAll, [victim.href, FORGED]);
        assert.ok(outcomes.every((outcome) => outcome === 'refused' || outcome === 0), String(outcomes));
        await page.evaluate(submitForm, [victim.href, FORGED]);
        await expectNothing();
    });
}

test('a name that leads to this box is not the box', async () => {
    const page = await open('kiosk-1', { path: null });
    const response = await page.goto(OTHER_NAME);
    assert.equal(response.status(), 403);
    const found = await page.evaluate(readAll, OTHER_NAME);
    assert.equal(found.length, 5);
    for (const one of found)
        assert.match(one, /: 403 \{"error"/);
    const outcomes = await page.evaluate(postAll, [OTHER_NAME, FORGED]);
    assert.deepEqual(outcomes, Array(9).fill(403));
    await expectNothing();
});

test('another site cannot frame the page, nor hold on to its window', async () => {
    const page = await open('kiosk-1', { path: null });
    await page.goto(OTHER_SITE);
    await page.setContent(`<iframe src="${victim.href}"></iframe>`, { waitUntil: 'load' });
    const frame = page.frames().find((one) => one !== page.mainFrame());
    assert.equal(await frame.locator('script[src]').count(), 0); // the browser's own words
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.evaluate((base) => { window.open(base); }, victim.href)]);
    await opened.waitForLoadState();
    assert.equal(await opened.locator('script[src]').count(), 0); // refused: it comes from elsewhere
    await expectNothing();
});

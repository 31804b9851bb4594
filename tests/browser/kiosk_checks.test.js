// What the kiosk tells of an entry without asking anybody.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from './sources.js';

const source = readFileSync(join(root, 'nodes/kiosk/web/kiosk/checks.js'), 'utf8');
const { birthDate, byteLength, isEmail, isMemberId, isPhone } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

test('a member ID has the check digit of ISO 7064 MOD 11,10', () => {
    for (const good of ['100042177', '000000011'])
        assert.ok(isMemberId(good), good);
    for (const bad of ['100042171', '000000012', '10004217', '1000421770', '', '10004217x', ' 100042177'])
        assert.ok(!isMemberId(bad), bad);
});

test('one wrong digit, and two that changed places, are found', () => {
    const good = '100042177';
    for (let place = 0; place < good.length; place++)
        for (const digit of '0123456789')
            if (digit !== good[place])
                assert.ok(!isMemberId(good.slice(0, place) + digit + good.slice(place + 1)), `${place}: ${digit}`);
    assert.ok(!isMemberId('100024177'));
});

test('a birth date is a day that was, within 130 years', () => {
    const now = new Date('2026-11-23T12:00:00Z');
    const cases = [
        ['14', '3', '1987', '1987-03-14'], ['29', '02', '2024', '2024-02-29'], ['1', '1', '1897', '1897-01-01'], ['23', '11', '2026', '2026-11-23'],
        ['29', '2', '2023', null], ['31', '4', '1990', null], ['0', '1', '1990', null], ['1', '13', '1990', null], ['24', '11', '2026', null],
        ['1', '1', '1890', null], ['', '1', '1990', null], ['1', '1', '90', null],
    ];
    for (const [day, month, year, wanted] of cases)
        assert.equal(birthDate(day, month, year, now), wanted, `${day}.${month}.${year}`);
});

test('phone numbers and e-mail addresses that cannot be are told', () => {
    for (const good of ['0639981234', '+33 6 39 98 12 34', '(030) 1234-567', '112'])
        assert.ok(isPhone(good), good);
    for (const bad of ['six', '12', '06a9', '+', '1'.repeat(42)])
        assert.ok(!isPhone(bad), bad);
    for (const good of ['zoe@example.org', "o'neill+x@mail.example.co"])
        assert.ok(isEmail(good), good);
    for (const bad of ['zoe', 'zoe@', '@example.org', 'a b@example.org', `${'a'.repeat(250)}@b.org`])
        assert.ok(!isEmail(bad), bad);
});

test('names are counted in bytes, as the catalogue does', () => {
    assert.equal(byteLength('Zoë 😀'), 9);
});

// The texts of the pages: every language says the same, everything that is said is used, and everything that is used is said.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { literalsOf, pages, patternOf, root, sharedPage, textsOf, withoutComments } from './sources.js';

const LANGUAGES = ['de', 'en', 'es', 'fr'];
const PLURAL_FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];

const programs = ['sdk', ...pages.map((page) => page.program)];
const texts = new Map(programs.map((program) => [program, textsOf(program)]));

// [{ program, language, part, keys: Map }, …]
const files = [...texts].flatMap(([program, languages]) => Object.entries(languages).flatMap(([language, parts]) =>
    Object.entries(parts).map(([part, source]) => ({ program, language, part, source }))));

function keysOf(program, language, part) {
    return new Map(Object.entries(JSON.parse(texts.get(program)[language][part] ?? '{}')));
}

function placesIn(text) {
    return [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
}

function splitPlural(key) {
    const dot = key.lastIndexOf('.');
    return PLURAL_FORMS.includes(key.slice(dot + 1)) ? { base: key.slice(0, dot), form: key.slice(dot + 1) } : null;
}

// Bases of texts that have a form for each number.
function pluralsOf(keys) {
    return [...keys.keys()].map(splitPlural).filter((one) => one?.form === 'other' && keys.has(`${one.base}.one`)).map((one) => one.base);
}

// The forms that whole numbers of a clinic's size ask for.
function formsOf(language) {
    const rules = new Intl.PluralRules(language);
    return [...new Set(Array.from({ length: 1000 }, (_, number) => rules.select(number)))].sort();
}

test('each file of texts is an object of plain, trimmed texts, and says nothing twice', () => {
    for (const { program, language, part, source } of files) {
        const at = `${program}/${language}/${part}.json`;
        const entries = Object.entries(JSON.parse(source));
        assert.equal(source.match(/^\s*"[^"]+"\s*:/gm)?.length ?? 0, entries.length, `${at}: a key stands there twice, or two on one line`);
        for (const [key, text] of entries) {
            assert.match(key, /^[a-z0-9]+([._-][a-z0-9]+)*$/, `${at}: ${key}`);
            assert.equal(typeof text, 'string', `${at}: ${key}`);
            assert.ok(text !== '' && text.trim() === text, `${at}: ${key} is empty or has blanks around it`);
            assert.doesNotMatch(text, /<\/?[a-z]|&[a-z]+;/i, `${at}: ${key} is markup`);
        }
    }
});

test('each part is there in every language', () => {
    for (const [program, languages] of texts) {
        assert.deepEqual(Object.keys(languages).sort(), LANGUAGES, program);
        for (const language of LANGUAGES)
            assert.deepEqual(Object.keys(languages[language]).sort(), Object.keys(languages.en).sort(), `${program}/${language}`);
    }
});

test('every language has the keys of English, and the plural forms that it needs itself', () => {
    for (const { program, language, part } of files) {
        const own = keysOf(program, language, part);
        const english = keysOf(program, 'en', part);
        const plurals = pluralsOf(english);
        const isPlural = (key) => plurals.includes(splitPlural(key)?.base);
        const wanted = [...english.keys()].filter((key) => !isPlural(key));
        for (const base of plurals)
            wanted.push(...formsOf(language).map((form) => `${base}.${form}`));
        const found = [...own.keys()].filter((key) => !isPlural(key) || wanted.includes(key));
        assert.deepEqual(found.sort(), wanted.sort(), `${program}/${language}/${part}.json`);
    }
});

test('the same places are filled in every language', () => {
    for (const { program, language, part } of files) {
        const english = keysOf(program, 'en', part);
        for (const [key, text] of keysOf(program, language, part)) {
            const form = splitPlural(key);
            const reference = english.get(key) ?? english.get(`${form?.base}.other`);
            const own = placesIn(text).filter((place) => place !== 'count' || form === null);
            const wanted = placesIn(reference).filter((place) => place !== 'count' || form === null);
            assert.deepEqual(own, wanted, `${program}/${language}/${part}.json: ${key}`);
        }
    }
});

test('nothing of several words was left in English', () => {
    for (const { program, language, part } of files.filter((file) => file.language !== 'en')) {
        const english = keysOf(program, 'en', part);
        const left = [...keysOf(program, language, part)]
            .filter(([key, text]) => english.get(key) === text && text.replace(/\{\w+\}/g, '').trim().split(/\s+/).length >= 3)
            .map(([key]) => key);
        assert.deepEqual(left, [], `${program}/${language}/${part}.json`);
    }
});

// ---- texts and code

function englishOf(program) {
    const all = new Map();
    for (const part of Object.keys(texts.get(program).en))
        for (const [key, text] of keysOf(program, 'en', part))
            all.set(key, text);
    return all;
}

function isThere(keys, call, name) {
    return call === 'tn' ? keys.has(`${name}.other`) : keys.has(name);
}

test('every text that a script asks for is there', () => {
    for (const page of pages) {
        const keys = new Map([...englishOf('sdk'), ...englishOf(page.program)]);
        for (const { url, text } of page.scripts) {
            const code = withoutComments(text);
            for (const [, call, name] of code.matchAll(/\b(tn?)\(\s*'([^']+)'/g))
                assert.ok(isThere(keys, call, name), `${page.program}${url} asks for the text ${name}`);
            for (const [, , template] of code.matchAll(/\b(tn?)\(\s*`([^`]+)`/g))
                assert.ok([...keys.keys()].some((key) => patternOf(template).test(splitPlural(key)?.base ?? key) || patternOf(template).test(key)),
                    `${page.program}${url} asks for texts like ${template}`);
        }
    }
});

// A key is used where a script has it as a literal, or where a template of a script can make it.
function isUsed(key, literals) {
    const base = splitPlural(key)?.base;
    const names = base === undefined ? [key] : [key, base];
    return names.some((name) => literals.plain.has(name) || literals.patterns.some((pattern) => pattern.test(name)));
}

function literalsOfAll(scripts) {
    const plain = new Set();
    const patterns = [];
    for (const { text } of scripts) {
        const found = literalsOf(text);
        found.plain.forEach((one) => plain.add(one));
        // A template that begins or ends with a place and has no fixed word would use everything.
        patterns.push(...found.templates.filter((one) => one.includes('${') && /[a-z]{2,}[.-]|[.-][a-z]{2,}/.test(one.replace(/\$\{[^}]*\}/g, ' ')))
            .map(patternOf));
    }
    return { plain, patterns };
}

test('every text is asked for', () => {
    const everywhere = literalsOfAll(pages.flatMap((page) => page.scripts));
    for (const [program, scripts] of [['sdk', null], ...pages.map((page) => [page.program, page.scripts])]) {
        const literals = scripts === null ? everywhere : literalsOfAll(scripts);
        const unused = [...englishOf(program).keys()].filter((key) => !key.startsWith('language.') && !isUsed(key, literals));
        assert.deepEqual(unused, [], program);
    }
});

test('a page loads every part of its texts', () => {
    for (const page of pages) {
        const literals = literalsOfAll(page.scripts).plain;
        const parts = Object.keys({ ...texts.get('sdk').en, ...texts.get(page.program).en });
        assert.deepEqual(parts.filter((part) => !literals.has(part)), [], page.program);
    }
});

// A kiosk does not say why: it sends people to the reception, in one sentence for all.
test('every code of a refusal is said in words at the desk', () => {
    const source = readFileSync(join(root, 'nodes/sdk/src/problem.c'), 'utf8');
    const codes = [...source.matchAll(/\[CLINIC_CODE_\w+\] = \{ "([^"]+)"/g)].map((found) => found[1]);
    assert.ok(codes.length > 40);
    const keys = new Map([...englishOf('sdk'), ...englishOf('desk')]);
    assert.deepEqual(codes.filter((code) => !keys.has(`code.${code}`)), []);
    assert.ok(sharedPage.scripts.length > 0);
});

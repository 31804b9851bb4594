// The sources of the pages: modules that find what they import, no script or style in a document, icons that there are, and nothing
// that would keep a person's data or reach another host.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';

import { literalsOf, pages, root, sharedPage, withoutComments } from './sources.js';

const ICONS = '/usr/share/bootstrap-icons/svg';
const LINES_MOST = 500;

// Parses each module and links it to what it imports, which finds misspelt names; nothing is run.
test('every module parses, and what it imports is exported where it says', async () => {
    for (const page of pages) {
        const modules = new Map();
        const moduleOf = (url) => {
            if (!modules.has(url)) {
                const isForeign = page.foreign.includes(url);
                const file = page.byUrl.get(url);
                assert.ok(isForeign || file, `${page.program}: there is no ${url}`);
                modules.set(url, new vm.SourceTextModule(isForeign ? '' : file.text, { identifier: page.program + url }));
            }
            return modules.get(url);
        };
        const link = (name, from) => moduleOf(new URL(name, `http://box${from.identifier.slice(page.program.length)}`).pathname);
        for (const { url } of page.scripts) {
            const module = moduleOf(url);
            if (module.status === 'unlinked')
                await module.link(link);
        }
    }
});

test('no document has a script or a style of its own', () => {
    for (const page of pages)
        for (const { url, text } of page.documents) {
            assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)/i, url);
            assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:/i, url);
            assert.match(text, /<html lang="/, url);
            assert.match(text, /<meta name="viewport"/, url);
            for (const [, at] of text.matchAll(/\b(?:src|href)="([^"]+)"/g))
                assert.ok(at === '/' || page.byUrl.has(at) || page.foreign.includes(at), `${url}: ${at}`);
        }
});

const forbidden = [
    [/\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|setHTML|'text\/html'/, 'text is never read as HTML'],
    [/\beval\(|new Function\(/, 'no code from text'],
    [/localStorage|sessionStorage|indexedDB|document\.cookie|caches\./, 'nothing outlives the page'],
    [/setAttribute\('style'/, 'style attributes are refused by the policy'],
    [/https?:\/\/(?!www\.w3\.org\/)/, 'no other host'],
    [/console\./, 'no log'],
];

test('no script reads HTML, keeps data, writes a log or names another host', () => {
    for (const page of pages)
        for (const { url, text } of page.scripts)
            for (const [pattern, why] of forbidden)
                assert.doesNotMatch(withoutComments(text), pattern, `${page.program}${url}: ${why}`);
});

test('styles name only what there is, and no other host', () => {
    for (const page of pages) {
        const all = page.styles.map((style) => style.text).join('\n');
        const defined = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((found) => found[1]));
        const fromScripts = new Set(page.scripts.flatMap((script) => [...script.text.matchAll(/'(--[\w-]+)'/g)].map((found) => found[1])));
        for (const [, name] of all.matchAll(/var\((--[\w-]+)/g))
            assert.ok(defined.has(name) || fromScripts.has(name), `${page.program}: nothing defines ${name}`);
        assert.doesNotMatch(all, /@import|https?:/, page.program);
        for (const { url, text } of page.styles)
            assert.equal(text.split('{').length, text.split('}').length, `${url}: braces`);
    }
});

test('sources are short enough to be read', () => {
    for (const page of pages)
        for (const { url, text } of [...page.scripts, ...page.styles])
            assert.ok(text.split('\n').length <= LINES_MOST, `${page.program}${url} has ${text.split('\n').length} lines`);
});

// ---- icons

function iconNames(path) {
    return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('icon lists are sorted, and name icons that Debian has', () => {
    for (const program of ['sdk', ...pages.map((page) => page.program)]) {
        const path = join(root, 'nodes', program, 'web/icons.txt');
        if (!existsSync(path))
            continue;
        const names = iconNames(path);
        assert.deepEqual(names, [...new Set(names)].sort(), `${program}: sorted, each once`);
        assert.deepEqual(names.filter((name) => !existsSync(join(ICONS, `${name}.svg`))), [], `${program}: not in ${ICONS}`);
    }
});

test('every icon that a script names is in the sprite, and none is there for nothing', () => {
    const inShared = iconNames(join(root, 'nodes/sdk/web/icons.txt'));
    const everywhere = new Set();
    for (const page of pages) {
        const path = join(root, 'nodes', page.program, 'web/icons.txt');
        const own = existsSync(path) ? iconNames(path) : [];
        const literals = new Set(page.scripts.flatMap((script) => [...literalsOf(script.text).plain]));
        literals.forEach((one) => everywhere.add(one));
        for (const { url, text } of page.scripts)
            for (const [, name] of withoutComments(text).matchAll(/\bicon\('([^']+)'/g))
                assert.ok(own.includes(name) || inShared.includes(name), `${page.program}${url}: icon ${name}`);
        assert.deepEqual(own.filter((name) => !literals.has(name)), [], `${page.program}: not used`);
        assert.deepEqual(own.filter((name) => inShared.includes(name)), [], `${page.program}: in nodes/sdk/web already`);
    }
    assert.deepEqual(inShared.filter((name) => !everywhere.has(name)), [], 'sdk: not used');
    assert.ok(sharedPage.styles.length > 0);
});

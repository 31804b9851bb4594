// The sources of the pages, as the build puts them together: nodes/sdk/web below each program's own folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shared = join(root, 'nodes/sdk/web');

function filesBelow(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]);
}

// "clinic_add_page(TARGET … EXTRA /chart.js=/usr/share/…)": served, and not ours.
function foreignFiles(program) {
    const list = join(root, 'nodes', program, 'CMakeLists.txt');
    const text = existsSync(list) ? readFileSync(list, 'utf8') : '';
    return [...text.matchAll(/(\/[\w./-]+\.(?:js|css))=/g)].map((found) => found[1]);
}

function describe(program, folders) {
    const byUrl = new Map();
    for (const folder of folders)
        for (const path of filesBelow(folder))
            byUrl.set(`/${relative(folder, path)}`, { path, text: readFileSync(path, 'utf8') });
    const ending = (end) => [...byUrl].filter(([url]) => url.endsWith(end)).map(([url, file]) => ({ url, ...file }));
    return {
        program,
        byUrl,
        scripts: ending('.js'),
        styles: ending('.css'),
        documents: ending('.html'),
        foreign: program === 'sdk' ? [] : foreignFiles(program),
    };
}

export const sharedPage = describe('sdk', [shared]);

// Of the programs that are there.
export const pages = ['desk', 'kiosk']
    .filter((program) => existsSync(join(root, 'nodes', program, 'web')))
    .map((program) => describe(program, [shared, join(root, 'nodes', program, 'web')]));

// { en: { common: Map(key → text), … }, … } of one folder, without what is beside it.
export function textsOf(program) {
    const folder = join(root, 'nodes', program, 'web/i18n');
    const languages = {};
    for (const language of existsSync(folder) ? readdirSync(folder) : []) {
        languages[language] = {};
        for (const file of readdirSync(join(folder, language)))
            languages[language][file.replace(/\.json$/, '')] = readFileSync(join(folder, language, file), 'utf8');
    }
    return languages;
}

// What a script says without its comments, so that words about code are not taken for code.
export function withoutComments(text) {
    return text.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line)).join('\n');
}

// The string literals of a script: '…' without places, and `…` with them as { pattern }.
export function literalsOf(text) {
    const code = withoutComments(text);
    const plain = new Set([...code.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map((found) => found[1]));
    const templates = [...code.matchAll(/`([^`]*)`/g)].map((found) => found[1]);
    return { plain, templates };
}

// `visits.${state}` → /^visits\..+$/
export function patternOf(template) {
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`);
}

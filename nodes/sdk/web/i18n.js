// Texts and forms of dates and numbers in the language of the screen.
//
// A language is a folder of i18n/: <language>/<part>.json, flat keys, plain text with {places}. common.json holds its own
// name ("language.name") and may hold "language.direction". English stands in for what a language lacks.

let texts = {};
let reference = {};
let zone; // undefined: the browser's

export let language = 'en';

const files = new Map(); // path → promise of its texts: a program that is away takes no language with it

function loadFile(path) {
    if (!files.has(path))
        files.set(path, fetch(path).then((response) => (response.ok ? response.json() : {})));
    const file = files.get(path);
    file.catch(() => files.delete(path));
    return file;
}

async function load(code, parts) {
    return Object.assign({}, ...await Promise.all(parts.map((part) => loadFile(`/i18n/${code}/${part}.json`))));
}

// Has the texts of these languages at hand, for when somebody chooses one.
export async function preload(codes, parts) {
    await Promise.allSettled(codes.map((code) => load(code, parts)));
}

// Shows `code` from now on.
export async function useLanguage(code, parts) {
    const [english, own] = await Promise.all([load('en', parts), code === 'en' ? {} : load(code, parts)]);
    reference = english;
    texts = own;
    language = code;
    document.documentElement.lang = code;
    document.documentElement.dir = texts['language.direction'] ?? 'ltr';
}

// Shows times on the clinic's clock: an IANA name, as the gateway says it. Until then the box's own zone stands in.
export function useZone(name) {
    try {
        zone = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
        // An older browser may not know a new zone.
    }
}

// How each language calls itself: [[code, name], …].
export async function listLanguages(codes) {
    return Promise.all(codes.map(async (code) => {
        const common = await load(code, ['common']);
        return [code, common['language.name'] ?? code];
    }));
}

function find(key) {
    return texts[key] ?? reference[key];
}

export function has(key) {
    return find(key) !== undefined;
}

export function t(key, values = {}) {
    const text = find(key) ?? key;
    return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

// The form for a number: key.one, key.other, … as Intl.PluralRules names them; {count} is the number.
export function tn(key, count, values = {}) {
    const form = new Intl.PluralRules(language).select(count);
    const chosen = has(`${key}.${form}`) ? `${key}.${form}` : `${key}.other`;
    return t(chosen, { count: number(count), ...values });
}

// What a refusal means, in words for whoever stands here.
export function explain(error) {
    return has(`code.${error.code}`) ? t(`code.${error.code}`) : error.message || t('code.unknown');
}

// ---- dates, times, numbers

// The clock of the country where the box stands, in whatever language: nobody mistakes 9 for 21 o'clock.
const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: 'numeric' }).resolvedOptions();

// The language as the browser has it where it has it: "en-GB" for "en".
function regional() {
    return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

function format(options) {
    return new Intl.DateTimeFormat(regional(), { timeZone: zone, hourCycle, ...options });
}

export function number(value, options = {}) {
    return new Intl.NumberFormat(regional(), options).format(value);
}

export function time(instant) {
    return format({ hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

export function date(instant) {
    return format({ dateStyle: 'medium' }).format(new Date(instant));
}

export function dateTime(instant) {
    return format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

// A calendar date ("1987-03-14") has no zone.
export function day(text, options = { dateStyle: 'medium' }) {
    return format({ timeZone: 'UTC', ...options }).format(new Date(`${text}T00:00:00Z`));
}

// "3 – 9 August 2026"; both days belong to it.
export function dayRange(from, to, options = { dateStyle: 'medium' }) {
    const instants = [from, to].map((text) => new Date(`${text}T00:00:00Z`));
    return format({ timeZone: 'UTC', ...options }).formatRange(...instants);
}

// A time of day on the clinic's clock ("09:30"; "24:00" ends a day) has no zone either.
export function clock(text) {
    if (text === '24:00')
        return text;
    return format({ timeZone: 'UTC', hour: '2-digit', minute: '2-digit' }).format(new Date(`1970-01-01T${text}:00Z`));
}

// The calendar date of an instant on the clinic's clock, as the gateway writes it.
export function dayOf(instant) {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(instant));
}

// When that day begins on the clinic's clock, in milliseconds. Searched for, so that it is right on the days on which
// clocks are changed.
export function startOfDay(text) {
    const HALF_DAY_MS = 12 * 3600 * 1000;
    let before = Date.parse(`${text}T00:00:00Z`) - 2 * HALF_DAY_MS;
    let within = before + 3 * HALF_DAY_MS;
    while (within - before > 1) {
        const middle = Math.floor((before + within) / 2);
        if (dayOf(middle) < text)
            before = middle;
        else
            within = middle;
    }
    return within;
}

export function today() {
    return dayOf(Date.now());
}

// A day so many days later; calendar arithmetic, no hours.
export function addDays(text, days) {
    const then = new Date(`${text}T00:00:00Z`);
    then.setUTCDate(then.getUTCDate() + days);
    return then.toISOString().slice(0, 10);
}

// "5 minutes ago", "in 2 days".
export function ago(instant, now = Date.now()) {
    const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
    const steps = [['day', 86400], ['hour', 3600], ['minute', 60]];
    const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
    for (const [unit, length] of steps)
        if (Math.abs(seconds) >= length)
            return relative.format(Math.trunc(seconds / length), unit);
    return relative.format(seconds, 'second');
}

// One Chromium, and pages whose own complaints fail the test: console errors, uncaught exceptions, violations of the
// Content-Security-Policy, and requests to anywhere but the box.
//
// Environment: CLINIC_NPM, the folder whose node_modules hold playwright-core and axe-core; CLINIC_CHROMIUM, another browser
// than Debian's; CLINIC_SEE=1 shows the window.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

// Of the front desk; a kiosk's is given to open().
export const DESK_SCREEN = { width: 1366, height: 768 };
export const KIOSK_SCREEN = { width: 1280, height: 800 };

const WITHIN_MS = 20000; // machines that run tests are busy

export const requireFrom = createRequire(resolve(process.env.CLINIC_NPM ?? '.', 'package.json'));

// The shell is the same Chromium without what nobody sees here, and takes half the time.
function browserPath() {
    const shell = '/usr/bin/chromium-headless-shell';
    return process.env.CLINIC_CHROMIUM ?? (existsSync(shell) && !process.env.CLINIC_SEE ? shell : '/usr/bin/chromium');
}

// What Chromium says of an answer that the page deals with itself: a refusal, a program that is gone, a language that lacks a
// part. Whoever asks for an address that does not exist says so.
function isExpected(message) {
    return message.text().startsWith('Failed to load resource') && /\/(api|i18n|nowhere)\//.test(message.location().url);
}

function watch(page, problems) {
    page.on('console', (message) => {
        if (message.type() === 'error' && !isExpected(message))
            problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => problems.push(`exception: ${error.message} ${error.stack ?? ""}`));
    page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol.startsWith('http') && hostname !== '127.0.0.1')
            problems.push(`a request to ${hostname}`);
    });
}

// Motion is reduced, so that what is looked at stands still. { open, problems, close }
export async function startBrowser() {
    const { chromium } = requireFrom('playwright-core');
    const browser = await chromium.launch({
        executablePath: browserPath(),
        headless: !process.env.CLINIC_SEE,
        // A sandbox cannot be had as root or in a container; the pages are ours. Names under .test are nobody's (RFC 6761).
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=en-GB', '--host-resolver-rules=MAP *.test 127.0.0.1'],
    });
    const problems = [];
    const contexts = new Set();

    // A page of its own browser profile. `options` are those of Playwright's newContext.
    async function open(url, options = {}) {
        const context = await browser.newContext({
            viewport: DESK_SCREEN, locale: 'en-GB', reducedMotion: 'reduce', ...options,
        });
        contexts.add(context);
        context.setDefaultTimeout(WITHIN_MS);
        context.on('page', (page) => watch(page, problems));
        const page = await context.newPage();
        if (url)
            await page.goto(url);
        return page;
    }

    async function closePages() {
        for (const context of contexts)
            await context.close();
        contexts.clear();
    }

    return {
        open,
        closePages,
        pages: () => [...contexts].flatMap((context) => context.pages()),
        takeProblems: () => problems.splice(0),
        close: () => browser.close(),
    };
}

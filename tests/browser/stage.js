// A clinic and a browser for the tests of one file:
//
//   import { setStage } from './stage.js';
//   const { test, clinic, open } = await setStage({ desks: ['desk-1', 'desk-2'] });
//
//   test('a wrong PIN is told in words', async () => {
//       const page = await open('desk-1');
//       …
//   });
//
// The options are those of startClinic(). A test fails as well if one of its pages complained. Behind it its pages
// are closed, and all programs run again.
// Where one fails, what its pages showed is in $CLINIC_SHOTS (if that is set), and the logs of the programs are printed.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test as nodeTest } from 'node:test';

import { startBrowser } from './browser.js';
import { startClinic } from './clinic.js';

const TEST_WITHIN_MS = 90000;

// What screens are looked at in: the reference, and the language with the longest words; with CLINIC_LANGUAGES=all
// (tests/run.sh --languages) in every one.
export const LANGUAGES = process.env.CLINIC_LANGUAGES === 'all' ? ['en', 'de', 'es', 'fr'] : ['en', 'de'];
export const LOCALES = LANGUAGES.map((language) => (language === 'en' ? 'en-GB' : `${language}-${language.toUpperCase()}`));

async function takeShots(browser, name) {
    const folder = process.env.CLINIC_SHOTS;
    if (!folder)
        return;
    mkdirSync(folder, { recursive: true });
    let number = 0;
    for (const page of browser.pages()) {
        number += 1;
        const file = `${name.replace(/\W+/g, '_').slice(0, 60)}-${number}.png`;
        await page.screenshot({ path: join(folder, file), timeout: 5000 }).catch(() => {});
    }
}

export async function setStage(options = {}) {
    const clinic = await startClinic(options);
    let hasFailed = false;
    const browser = await startBrowser().catch(async (error) => {
        await clinic.abandon();
        throw error;
    });

    after(async () => {
        await browser.close();
        if (hasFailed)
            clinic.showLogs();
        await clinic.end();
    });

    async function carryOut(name, body) {
        try {
            await body();
            assert.deepEqual(browser.takeProblems(), [], 'what the pages complained of');
        } catch (error) {
            hasFailed = true;
            const complaints = browser.takeProblems();
            if (complaints.length > 0)
                process.stderr.write(`${name}: the pages complained of\n${complaints.join('\n')}\n`);
            await takeShots(browser, name);
            throw error;
        } finally {
            await browser.closePages();
            browser.takeProblems();
            await clinic.heal();
        }
    }

    return {
        clinic,
        // test(name, body) and test(name, { skip }, body): as node:test has it.
        test(name, ...rest) {
            const body = rest.pop();
            nodeTest(name, { timeout: TEST_WITHIN_MS, ...rest[0] }, (context) => carryOut(name, () => body(context)));
        },
        // The page of a box whose own clock is not the clinic's: open('desk-1'), open('kiosk-1', { path: 'board' }). A path of
        // null: an empty page. Other options are Playwright's.
        open: (name, { path = '', ...others } = {}) => browser.open(path === null ? null : clinic.url(name) + path,
            { timezoneId: 'UTC', ...others }),
        takeProblems: browser.takeProblems,
    };
}

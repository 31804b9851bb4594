// What keeps people out: axe-core, and what axe does not look at (size of targets, text at 200 %, motion).
//
// axe comes in through the debugging protocol, as every page.evaluate does, so the page's Content-Security-Policy stays
// in force as it ships: nothing of the page is relaxed for the test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { requireFrom } from './browser.js';

const TARGET_PX = 44;
let axeSource = null;

async function runAxe(page) {
    axeSource ??= readFileSync(requireFrom.resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return violations.flatMap((one) => one.nodes.map((node) =>
        `${one.id} (${one.impact}): ${one.help}\n    ${node.html.slice(0, 300)}\n    ${node.failureSummary?.split('\n').slice(1).join('\n    ')}`));
}

// Runs in the page. A checkbox is as large as its label; a link within a sentence is as large as the line.
function listSmallTargets(least) {
    const isSeen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const isClipped = (node) => node.closest('.visually-hidden, .skip:not(:focus)') !== null;
    const areaOf = (node) => {
        const isBox = node.matches('input[type=checkbox], input[type=radio], input[type=file]');
        return isBox && node.labels.length > 0 ? node.labels[0] : node;
    };
    const targets = 'button, input, select, textarea, summary, a[href], [role=button], [role=option], [role=tab], [role=link]';
    const small = [];
    for (const node of document.querySelectorAll(targets)) {
        if (!isSeen(node) || isClipped(node) || node.type === 'hidden' || node.disabled)
            continue;
        if (node.matches('a') && getComputedStyle(node).display === 'inline')
            continue;
        const { width, height } = areaOf(node).getBoundingClientRect();
        if (width + 0.5 < least || height + 0.5 < least)
            small.push(`${Math.round(width)}x${Math.round(height)} px: ${node.outerHTML.slice(0, 200)}`);
    }
    return small;
}

// Runs in the page, at whatever size its text is: what is cut off, or sticks out of the window, or lies under it.
function listLosses() {
    const losses = [];
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > width + 1)
        losses.push(`the page is ${document.scrollingElement.scrollWidth} px wide in a window of ${width}`);
    const scrolls = (node) => {
        for (let up = node; up && up !== document.body; up = up.parentElement)
            if (/auto|scroll/.test(getComputedStyle(up).overflowX))
                return true;
        return false;
    };
    for (const node of document.querySelectorAll('body *')) {
        if (!node.checkVisibility({ checkVisibilityCSS: true }) || node.closest('.visually-hidden, .skip, svg, canvas'))
            continue;
        const style = getComputedStyle(node);
        const name = `<${node.tagName.toLowerCase()} class="${node.className}"> ${node.textContent.trim().slice(0, 60)}`;
        const isCut = (style.overflowX === 'hidden' || style.overflowX === 'clip') && node.scrollWidth > node.clientWidth + 1;
        const isCutBelow = (style.overflowY === 'hidden' || style.overflowY === 'clip') && node.scrollHeight > node.clientHeight + 2;
        if (isCut || isCutBelow)
            losses.push(`cut off: ${name}`);
        const area = node.getBoundingClientRect();
        const hasText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim() !== '');
        if (hasText && area.width > 0 && (area.right > width + 1 || area.left < -1) && !scrolls(node))
            losses.push(`outside the window: ${name}`);
    }
    return losses;
}

// Runs in the page: pictures of which the sprite has nothing.
function listEmptyIcons() {
    return [...document.querySelectorAll('svg use')]
        .filter((use) => use.checkVisibility({ checkVisibilityCSS: true }) && use.getBBox().width === 0)
        .map((use) => use.getAttribute('href'));
}

// axe, `lang`, a title, pictures, and targets of 44 px.
export async function expectAccessible(page) {
    const found = await runAxe(page);
    assert.ok(found.length === 0, `axe-core on ${await page.title()}:\n${found.join('\n')}`);
    assert.match(await page.evaluate(() => document.documentElement.lang), /^[a-z]{2,3}(-|$)/);
    assert.notEqual(await page.title(), '');
    const small = await page.evaluate(listSmallTargets, TARGET_PX);
    assert.deepEqual(small, [], 'targets that are too small');
    assert.deepEqual(await page.evaluate(listEmptyIcons), [], 'icons that are not in the sprite');
}

// Text at 200 %, for who makes it larger in the browser's settings, and for who zooms: the page may scroll down, never sideways,
// and nothing is cut.
export async function expectLargeText(page) {
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    const losses = await page.evaluate(listLosses);
    await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
    assert.deepEqual(losses, [], 'lost with text at 200 %');
    const { width, height } = page.viewportSize();
    await page.setViewportSize({ width: Math.round(width / 2), height: Math.round(height / 2) });
    const zoomed = await page.evaluate(listLosses);
    await page.setViewportSize({ width, height });
    assert.deepEqual(zoomed, [], 'lost when zoomed to 200 %');
}

// Nothing is lost at the size that there is.
export async function expectWhole(page) {
    assert.deepEqual(await page.evaluate(listLosses), [], 'lost');
}

// For who asked their system for less motion. (The pages of browser.js ask for it.)
export async function expectCalm(page) {
    const moving = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((node) => {
        const style = getComputedStyle(node);
        return style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
    }).map((node) => node.outerHTML.slice(0, 120)));
    assert.deepEqual(moving, [], 'moves in spite of prefers-reduced-motion');
}

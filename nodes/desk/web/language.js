// The language in which a page of this program begins.
import { start } from '/api.js';

// The one that the box's settings name; else the browser's own, if there is one here; else English.
export function firstLanguage() {
    const wished = navigator.languages.map((tag) => tag.split('-')[0]);
    return [start.page.language, ...wished].find((code) => start.languages.includes(code)) ?? 'en';
}

// The screen that waits for somebody.
import { start } from '/api.js';
import { h, icon } from '/dom.js';
import { language, t } from '/i18n.js';
import { showScreen } from '/kiosk/screen.js';

// onStart(code): somebody is here; the code of the language they touched, or null.
export function showAttract({ languages, onStart }) {
    const touch = h('button', { type: 'button', class: 'primary touch', onclick: () => onStart(languages.length > 1 ? null : language) },
        icon('hand-index-thumb'), t('kiosk.start'));
    showScreen({
        name: 'attract',
        title: t('kiosk.welcome', { clinic: start.page.name }),
        body: [
            touch,
            h('ul', { class: 'languages', 'aria-label': t('kiosk.languages') }, languages.map(([code, name]) =>
                h('li', {}, h('button', { type: 'button', lang: code, onclick: () => onStart(code) }, name)))),
            h('p', { class: 'hint' }, icon('qr-code-scan'), ' ', t('kiosk.scan')),
        ],
        focus: touch,
    });
}

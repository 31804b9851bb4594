// The check-in kiosk: a first screen that waits for somebody, and one turn after another.
//
// Read next: turn.js (what a turn is, and how it is wiped), menu.js (what people can do), check_in.js.
import * as api from '/api.js';
import { listLanguages, preload, useLanguage, useZone } from '/i18n.js';
import { showAttract } from '/kiosk/attract.js';
import { showLanguages, showMenu } from '/kiosk/menu.js';
import { startCheckIn } from '/kiosk/check_in.js';
import { watchScanner } from '/kiosk/scanner.js';
import { beginTurn } from '/kiosk/turn.js';

export const parts = ['common', 'kiosk'];

let languages = []; // [[code, name], …]
let turn = null;
let isOutdated = false; // this page is of another release than its program

function firstLanguage() {
    const { languages: known, page } = api.start;
    return known.includes(page.language) ? page.language : 'en';
}

async function speak(code) {
    await useLanguage(code, parts);
}

// Somebody is here. `code`: the language that they touched; null: they are asked for one.
async function begin(code = null) {
    turn = beginTurn({ onHome: showMenu, onEnd: rest });
    if (code === null && languages.length > 1) {
        showLanguages(turn, { languages, onLanguage: welcome });
        return;
    }
    await welcome(code ?? firstLanguage());
}

async function welcome(code) {
    const own = turn;
    await speak(code);
    own.home();
}

// Nobody is here.
async function rest() {
    turn = null;
    if (isOutdated)
        location.reload();
    await speak(firstLanguage());
    if (turn === null)
        showAttract({ languages, onStart: begin });
}

async function beginWithCode(memberId) {
    turn?.end();
    turn = beginTurn({ onHome: showMenu, onEnd: rest });
    const own = turn;
    await speak(firstLanguage());
    startCheckIn(own, memberId);
}

// A code that is held out on the first screen begins a turn, and so it does where the one before said its last word:
// the next person need not know that. On the screen that asks for it, the screen takes it.
function onScan(memberId) {
    if (turn?.takeScan(memberId))
        return true;
    const isFree = turn === null || turn.isDone;
    if (isFree)
        beginWithCode(memberId);
    return isFree;
}

api.on('status', (status) => useZone(status.zone));
await api.connect();
[languages] = await Promise.all([listLanguages(api.start.languages), speak(firstLanguage())]);
watchScanner(onScan);
const { version } = api.start;
// A page runs for months, its program is updated behind it.
api.on('restart', (start) => {
    isOutdated = start.version !== version;
    if (isOutdated && turn === null)
        location.reload();
});
// A long touch is no way into the browser's own menus.
addEventListener('contextmenu', (asked) => asked.preventDefault());
// A page that the browser takes out of its memory must not show who was here before.
addEventListener('pagehide', () => turn?.end());
await rest();
preload(api.start.languages, parts);

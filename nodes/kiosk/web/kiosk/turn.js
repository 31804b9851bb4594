// One person's turn at the kiosk, from the first touch until the screen is wiped.
//
// What is known of that person lives in the screens of the turn and in its functions, nowhere else. When the turn ends
// the screens are taken away and the functions are let go of: a promise of turn.request() that is still open then is never settled.
import * as api from '/api.js';
import { announce } from '/dom.js';
import { watchIdle } from '/kiosk/idle.js';
import { clearScreen, showScreen } from '/kiosk/screen.js';

// Settles if it is still wanted by then.
function ifWanted(promise, isWanted) {
    return new Promise((resolve) => {
        promise.then((value) => {
            if (isWanted())
                resolve(value);
        });
    });
}

// onEnd is called once the screen is wiped. A turn is an object:
//   isDone           the screen has the last word
//   show(screen)     a screen of screen.js in the place of the one before
//   request(…)       as api.request(); not answered on another screen, for who has gone back meanwhile
//   until(promise)   settles on any screen of this turn
//   on(name, call)   as api.on(), until the next screen
//   atLeave(call)    calls it when the screen is left
//   home()           back to the menu
//   end()            wipes
export function beginTurn({ onHome, onEnd }) {
    const turn = { isOver: false, isDone: false };
    let ends = []; // of the screen that is shown
    let onScan = null;
    let shown = null;
    const idle = watchIdle({ idleMs: api.start.page.idle_ms, extendMs: api.start.page.extend_ms, onOver: () => turn.end() });

    const leaveScreen = () => {
        ends.forEach((end) => end());
        ends = [];
        onScan = null;
    };
    turn.show = (screen) => {
        if (turn.isOver)
            return;
        leaveScreen();
        shown = screen;
        onScan = screen.onScan ?? null;
        turn.isDone = Boolean(screen.isLast);
        idle.setAsking(!turn.isDone);
        // A body may need what is heard from now on: then it is made now.
        const body = typeof screen.body === 'function' ? screen.body() : screen.body;
        showScreen({ ...screen, body }, { onFinish: turn.end });
    };
    turn.request = (name, data, options) => {
        const asking = shown;
        return ifWanted(api.request(name, data, options), () => !turn.isOver && shown === asking);
    };
    turn.until = (promise) => ifWanted(promise, () => !turn.isOver);
    turn.on = (name, listener) => ends.push(api.on(name, listener));
    turn.atLeave = (end) => ends.push(end);
    turn.home = () => onHome(turn);
    turn.takeScan = (memberId) => {
        onScan?.(memberId);
        return onScan !== null;
    };
    turn.end = () => {
        if (turn.isOver)
            return;
        turn.isOver = true;
        idle.stop();
        leaveScreen();
        clearScreen();
        announce('');
        onEnd();
    };
    return turn;
}

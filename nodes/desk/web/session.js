// Who is signed in at this desk, and what they may do. The session lives in memory only: a reload ends it.
import * as api from '/api.js';

const IDLE_MS = 5 * 60 * 1000;
const IDLE_EVENTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'];

export const who = { name: '', role: '' };

let idleTimer = 0;
let onIdle = () => {};

// True where the gateway lets the person's role make that request, or one of several; it decides again when it is asked.
export function may(requests) {
    return [requests].flat().some((request) => {
        const roles = api.start.requests[request];
        return roles !== undefined && (roles.length === 0 || roles.includes(who.role));
    });
}

function watchIdle() {
    clearTimeout(idleTimer);
    if (who.role !== '')
        idleTimer = setTimeout(() => onIdle(), api.start.page.idle_ms ?? IDLE_MS);
}

// `leave` is called after five minutes without a touch or a key.
export function lockWhenIdle(leave) {
    onIdle = leave;
    for (const name of IDLE_EVENTS)
        addEventListener(name, watchIdle, { passive: true, capture: true });
}

export async function signIn(name, pin) {
    const outcome = await api.request('staff/sign-in', { name, pin });
    if (outcome.kind === 'accepted') {
        api.setSession(outcome.data.session);
        who.name = outcome.data.name;
        who.role = outcome.data.role;
        watchIdle();
    }
    return outcome;
}

// Forgets the session here at once; the gateway is told if it can be.
export async function signOut() {
    clearTimeout(idleTimer);
    const telling = api.hasSession() ? api.request('staff/sign-out', {}, { waitMs: 1000 }) : null;
    api.setSession('');
    who.name = '';
    who.role = '';
    await telling;
}

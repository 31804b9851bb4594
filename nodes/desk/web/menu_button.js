// A button with a menu of further actions (WAI-ARIA APG, "Menu Button Pattern"). The menu is a popover, so no table cuts it off.
// It hangs on the view or the dialog: a row that is drawn anew does not take it away from who is reading it, and who leaves does.
import { h, icon } from '/dom.js';
import { focusKey } from '/refresh.js';

function step(items, by) {
    const at = items.indexOf(document.activeElement);
    items[(at + by + items.length) % items.length].focus();
}

const keys = {
    ArrowDown: (items) => step(items, 1),
    ArrowUp: (items) => step(items, -1),
    Home: (items) => items[0].focus(),
    End: (items) => items[items.length - 1].focus(),
};

// Below the button, or above it where the screen ends.
function place(menu, button) {
    const at = button.getBoundingClientRect();
    const below = at.bottom + menu.offsetHeight < innerHeight;
    menu.style.setProperty('--menu-top', `${below ? at.bottom : Math.max(0, at.top - menu.offsetHeight)}px`);
    menu.style.setProperty('--menu-left', `${Math.max(0, at.right - menu.offsetWidth)}px`);
}

function drawItem(action, leave) {
    const run = () => {
        leave();
        action.run();
    };
    return h('button', { type: 'button', role: 'menuitem', tabindex: '-1', class: 'quiet', 'data-action': action.id, onclick: run },
        icon(action.icon), h('span', {}, action.text));
}

function watchKeys(menu, items, leave) {
    menu.addEventListener('keydown', (press) => {
        const isLeaving = press.key === 'Tab' || press.key === 'Escape';
        if (!isLeaving && !keys[press.key])
            return;
        press.preventDefault();
        if (isLeaving)
            leave();
        else
            keys[press.key](items);
    });
}

function openMenu(button, label, actions) {
    const home = button.closest('dialog, .view');
    const menu = h('div', { role: 'menu', class: 'menu', popover: 'auto', 'aria-label': label });
    const leave = () => {
        menu.hidePopover();
        if (button.isConnected)
            button.focus();
        else
            focusKey(home, button.dataset.key);
    };
    const items = actions.map((action) => drawItem(action, leave));
    menu.append(...items);
    menu.addEventListener('toggle', (change) => {
        if (change.newState !== 'closed')
            return;
        button.setAttribute('aria-expanded', 'false');
        menu.remove();
    });
    watchKeys(menu, items, leave);
    home.append(menu);
    menu.showPopover();
    place(menu, button);
    button.setAttribute('aria-expanded', 'true');
    items[0].focus();
}

// actions: [{ id, text, icon, run() }]. `key` keeps the focus on the button where it is drawn anew (refresh.js).
export function menuButton({ label, actions, key = null }) {
    return h('button', {
        type: 'button', class: 'quiet', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label, 'data-key': key,
        onclick: (click) => openMenu(click.currentTarget, label, actions),
    }, icon('three-dots-vertical'));
}

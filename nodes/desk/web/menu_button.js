// A button with a menu of further actions (WAI-ARIA APG, "Menu Button Pattern"). The menu is a popover, so no table cuts it off.
import { h, icon } from '/dom.js';

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

function openMenu(button, label, actions) {
    const menu = h('div', { role: 'menu', class: 'menu', popover: 'auto', 'aria-label': label });
    const items = actions.map((action) => h('button', {
        type: 'button', role: 'menuitem', tabindex: '-1', class: 'quiet', 'data-action': action.id,
        onclick: () => {
            menu.hidePopover();
            button.focus();
            action.run();
        },
    }, icon(action.icon), h('span', {}, action.text)));
    menu.append(...items);
    menu.addEventListener('keydown', (press) => {
        if (keys[press.key]) {
            press.preventDefault();
            keys[press.key](items);
        } else if (press.key === 'Tab') {
            menu.hidePopover();
        }
    });
    menu.addEventListener('toggle', (change) => {
        if (change.newState === 'closed') {
            button.setAttribute('aria-expanded', 'false');
            menu.remove();
        }
    });
    button.after(menu);
    menu.showPopover();
    place(menu, button);
    button.setAttribute('aria-expanded', 'true');
    items[0].focus();
}

// actions: [{ id, text, icon, run() }]. `key` keeps the focus on the button where it is drawn anew (refresh.js).
export function menuButton({ label, actions, key = null }) {
    const button = h('button', {
        type: 'button', class: 'quiet', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label, 'data-key': key,
        onclick: () => openMenu(button, label, actions),
    }, icon('three-dots-vertical'));
    return button;
}

// Elements from plain calls. Text is always text: nothing here reads HTML.

let counter = 0;

export function newId(prefix = 'id') {
    counter += 1;
    return `${prefix}-${counter}`;
}

function append(node, children) {
    for (const child of children.flat(Infinity))
        if (child !== null && child !== undefined && child !== false)
            node.append(child);
    return node;
}

// h('button', { class: 'primary', onclick: go, disabled: false, 'aria-label': '…' }, 'Go'). Members that begin with
// "on" are listeners; true and false set and leave out; null leaves out; `value` and `checked` are properties.
export function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false)
            continue;
        if (name.startsWith('on'))
            node.addEventListener(name.slice(2), value);
        else if (name === 'value' || name === 'checked')
            node[name] = value;
        else
            node.setAttribute(name, value === true ? '' : value);
    }
    return append(node, children);
}

let sprite = null; // promise

// The program's pictures are in the page itself, so that they are there when the program is not. They lie in the head, which
// nobody clears.
async function loadSprite() {
    const response = await fetch('/icons.svg');
    const pictures = new DOMParser().parseFromString(await response.text(), 'image/svg+xml').documentElement;
    for (const picture of pictures.children)
        picture.id = `icon-${picture.id}`;
    document.head.append(pictures);
}

// A picture of /icons.svg (names: icons.txt). Decoration: what it means stands beside it as text, or in a label.
export function icon(name) {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const use = document.createElementNS(space, 'use');
    sprite ??= loadSprite().catch(() => { sprite = null; });
    use.setAttribute('href', `#icon-${name}`);
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(use);
    return svg;
}

// Puts children in the place of what is there.
export function fill(node, ...children) {
    node.replaceChildren();
    return append(node, children);
}

// ---- telling

let politeRegion = null;
let toasts = null;

// What lies under a modal dialog is neither read out nor to be clicked, so what tells goes into the topmost one.
function host() {
    return [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
}

// Says it to screen readers, without moving the focus.
export function announce(text) {
    politeRegion ??= h('div', { class: 'visually-hidden', 'aria-live': 'polite', role: 'status' });
    if (politeRegion.parentNode !== host())
        host().append(politeRegion);
    const region = politeRegion;
    region.textContent = '';
    setTimeout(() => { region.textContent = text; }, 50);
}

// A line at the edge of the screen for some seconds. kind: 'good', 'note', 'bad'. Bad ones stay until they are closed.
export function toast(text, kind = 'good', closeLabel = '×') {
    toasts ??= h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    if (toasts.parentNode !== host())
        host().append(toasts);
    const pictures = { good: 'check-circle', note: 'info-circle', bad: 'exclamation-triangle' };
    const node = h('div', { class: `toast ${kind}` }, icon(pictures[kind]), h('span', {}, text),
        h('button', { type: 'button', class: 'quiet', 'aria-label': closeLabel, onclick: () => node.remove() }, icon('x-lg')));
    toasts.append(node);
    if (kind !== 'bad')
        setTimeout(() => node.remove(), 6000);
    return node;
}

// Takes back all that was told, for whoever stands here next.
export function hush() {
    toasts?.remove();
    politeRegion?.remove();
    toasts = null;
    politeRegion = null;
}

// ---- dialogs

// The browser gives the focus back to what had it. Where that was drawn anew meanwhile, the newer one has its data-key.
function giveBackFocus(opener) {
    const key = opener?.dataset?.key;
    if (key && !opener.isConnected)
        document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

// Shows a modal dialog; returns { node, close }. `onClose` is called however it ends. The body is given `close`.
export function dialog({ title, body, closeLabel, wide = false, drawer = false, onClose = () => {} }) {
    const titleId = newId('title');
    const node = h('dialog', { 'aria-labelledby': titleId, class: `${wide ? 'wide' : ''} ${drawer ? 'drawer' : ''}` });
    const close = () => node.close();
    const opener = document.activeElement;
    node.addEventListener('close', () => {
        if (toasts?.parentNode === node)
            host().append(toasts);
        node.remove();
        giveBackFocus(opener);
        onClose();
    });
    append(node, [
        h('header', {}, h('h2', { id: titleId }, title),
            h('button', { type: 'button', class: 'quiet', 'aria-label': closeLabel, onclick: close }, icon('x-lg'))),
        typeof body === 'function' ? body(close) : body,
    ]);
    document.body.append(node);
    node.showModal();
    return { node, close };
}

// ---- forms

// A labelled input. `type` is an input type, 'textarea', 'select' (with options: [[value, text], …]) or 'checkbox'.
// Returns { root, input, name, setError(text), value(): null where it is empty }.
export function field({ label, name, type = 'text', hint = '', options = [], value = '', required = false, ...others }) {
    const id = newId(name);
    const errorId = `${id}-error`;
    const hintId = `${id}-hint`;
    const describedBy = hint === '' ? errorId : `${hintId} ${errorId}`;
    const common = { id, name, required, 'aria-describedby': describedBy, ...others };
    let input;
    if (type === 'textarea')
        input = h('textarea', { rows: '4', ...common, value });
    else if (type === 'select')
        input = h('select', common, options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)));
    else if (type === 'checkbox')
        input = h('input', { ...common, type, checked: value === true });
    else
        input = h('input', { autocomplete: 'off', ...common, type, value });
    const error = h('p', { id: errorId, class: 'error' });
    const labelNode = h('label', { for: id }, label, required ? h('span', { class: 'required', 'aria-hidden': 'true' }, ' *') : null);
    const hintNode = hint === '' ? null : h('p', { id: hintId, class: 'hint' }, hint);
    const root = type === 'checkbox'
        ? h('div', { class: 'field check' }, input, labelNode, hintNode, error)
        : h('div', { class: 'field' }, labelNode, hintNode, input, error);
    return {
        root,
        input,
        name,
        setError(text) {
            fill(error, text ? [icon('exclamation-circle'), ' ', text] : []);
            if (text)
                input.setAttribute('aria-invalid', 'true');
            else
                input.removeAttribute('aria-invalid');
        },
        value() {
            if (type === 'checkbox')
                return input.checked;
            const text = input.value.trim();
            return text === '' ? null : text;
        },
    };
}

// A form of fields that is sent once at a time. onSubmit(values) returns null when all is well, else
// { field, message }: shown at the field of that name, or above. Empty fields are left out of `values`.
export function form({ fields, submitLabel, submitIcon = null, before = [], after = [], secondary = [], onSubmit }) {
    const problem = h('p', { class: 'problem', role: 'alert' });
    const button = h('button', { type: 'submit', class: 'primary' }, submitIcon === null ? null : icon(submitIcon), submitLabel);
    const node = h('form', { novalidate: true }, before, problem, fields.map((one) => one.root), after,
        h('div', { class: 'actions' }, button, secondary));
    const show = (error) => {
        const at = fields.find((one) => one.name === error.field.split(/[.[]/)[0]);
        fill(problem, at ? [] : [icon('exclamation-triangle'), ' ', error.message]);
        at?.setError(error.message);
        at?.input.focus();
    };
    node.addEventListener('submit', async (happening) => {
        happening.preventDefault();
        if (button.disabled)
            return;
        fill(problem);
        fields.forEach((one) => one.setError(''));
        const values = {};
        for (const one of fields)
            if (one.value() !== null)
                values[one.name] = one.value();
        button.disabled = true;
        node.setAttribute('aria-busy', 'true');
        const error = await onSubmit(values);
        button.disabled = false;
        node.removeAttribute('aria-busy');
        if (error)
            show({ field: '', ...error });
    });
    return { node, show, fields };
}

// columns: [{ title, cell(row) → node or text, class }]. An empty table shows `empty` instead.
export function table({ caption, columns, rows, empty = '', rowClass = () => null }) {
    if (rows.length === 0 && empty !== '')
        return h('p', { class: 'empty' }, empty);
    return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
        h('table', {}, h('caption', { class: 'visually-hidden' }, caption),
            h('thead', {}, h('tr', {}, columns.map((column) => h('th', { scope: 'col', class: column.class }, column.title)))),
            h('tbody', {}, rows.map((row) => h('tr', { class: rowClass(row) },
                columns.map((column) => h('td', { class: column.class }, column.cell(row))))))));
}

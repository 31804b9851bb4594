// The first screen, and what is left of the page when it is locked: name and PIN, nothing of anybody else.
import { field, form, h, icon } from '/dom.js';
import { explain, language, listLanguages, t } from '/i18n.js';
import { start } from '/api.js';
import { signIn } from '/session.js';

async function languageChoice(onLanguage) {
    const choice = field({
        label: t('desk.language'), name: 'language', type: 'select', value: language,
        options: await listLanguages(start.languages),
    });
    choice.input.addEventListener('change', () => onLanguage(choice.input.value));
    return choice.root;
}

// Resolves once somebody is signed in. `name` is proposed: who worked here before the lock.
export async function showSignIn(root, { name = '', isLocked = false, onLanguage }) {
    const choice = await languageChoice(onLanguage);
    return new Promise((resolve) => {
        const nameField = field({ label: t('desk.name'), name: 'name', value: name, required: true, autocapitalize: 'none' });
        const pinField = field({ label: t('desk.pin'), name: 'pin', type: 'password', required: true, inputmode: 'numeric' });
        const signInForm = form({
            fields: [nameField, pinField],
            submitLabel: t('desk.sign-in'),
            submitIcon: 'lock',
            onSubmit: async (values) => {
                if (!values.name || !values.pin)
                    return { field: values.name ? 'pin' : 'name', message: t('common.required') };
                const outcome = await signIn(values.name, values.pin);
                pinField.input.value = '';
                if (outcome.kind !== 'accepted')
                    return { message: explain(outcome.error) };
                resolve();
                return null;
            },
        });
        root.replaceChildren(h('main', { class: 'sign-in' },
            h('div', { class: 'card stack' },
                h('h1', { tabindex: '-1' }, icon('shield-lock'), ' ', t(isLocked ? 'desk.locked' : 'desk.title')),
                h('p', { class: 'soft' }, start.node),
                signInForm.node, choice)));
        (name === '' ? nameField : pinField).input.focus();
    });
}

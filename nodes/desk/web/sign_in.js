// The first screen, and what is left of the page when it is locked: name and PIN, nothing of anybody else.
import { start } from '/api.js';
import { connectionLine } from '/connection.js';
import { field, form, h, icon } from '/dom.js';
import { explain, language, listLanguages, t, time } from '/i18n.js';
import { signIn } from '/session.js';

function explainSignIn(outcome) {
    const until = outcome.data?.until;
    return until ? t('desk.locked-until', { time: time(until) }) : explain(outcome.error);
}

function signInForm(name, note, onSignedIn) {
    const nameField = field({ label: t('desk.name'), name: 'name', value: name, required: true, autocapitalize: 'none', spellcheck: 'false' });
    const pinField = field({ label: t('desk.pin'), name: 'pin', type: 'password', required: true, inputmode: 'numeric' });
    const made = form({
        fields: [nameField, pinField],
        submitLabel: t('desk.sign-in'),
        submitIcon: 'lock',
        onSubmit: async (values) => {
            if (!values.name || !values.pin)
                return { field: values.name ? 'pin' : 'name', message: t('common.required') };
            const outcome = await signIn(values.name, values.pin);
            pinField.input.value = '';
            if (outcome.kind === 'accepted') {
                onSignedIn();
                return null;
            }
            pinField.input.focus();
            return { message: explainSignIn(outcome) };
        },
    });
    if (note !== '')
        made.show({ field: '', message: note });
    return { node: made.node, nameField, focus: () => (name === '' ? nameField : pinField).input.focus() };
}

// Resolves once somebody is signed in. `name` is proposed: who worked here before the lock. `note` says why it was locked.
// onLanguage(code) loads a language.
export async function showSignIn(root, { name, isLocked, note, onLanguage }) {
    const languages = await listLanguages(start.languages);
    return new Promise((resolve) => {
        let line = null;

        function show(typedName, shownNote) {
            line?.stop();
            line = connectionLine();
            const signInNow = signInForm(typedName, shownNote, () => {
                line.stop();
                resolve();
            });
            const choice = field({ label: t('desk.language'), name: 'language', type: 'select', value: language, options: languages });
            choice.input.addEventListener('change', async () => {
                await onLanguage(choice.input.value);
                show(signInNow.nameField.input.value, '');
                root.querySelector('select[name=language]').focus();
            });
            root.replaceChildren(h('main', { class: 'sign-in' },
                h('div', { class: 'card stack' },
                    h('h1', {}, icon('shield-lock'), ' ', t(isLocked ? 'desk.locked' : 'desk.title')),
                    h('p', { class: 'soft' }, start.node),
                    signInNow.node, choice.root, line.node)));
            signInNow.focus();
        }

        show(name, note);
    });
}

// What was kept without a connection is answered later: to whoever entered it, if that person is still signed in.
import { toast } from '/dom.js';
import { t } from '/i18n.js';

// Says that it is kept, and follows it to its end. Of somebody else's the list of what this desk keeps is the place.
export function followLate(desk, outcome, { onAccepted = () => {}, onRejected }) {
    const { name } = desk.who;
    toast(t('queued'), 'note', t('common.close'));
    outcome.settled.then((late) => {
        if (desk.who.name !== name)
            return;
        if (late.kind === 'accepted')
            onAccepted(late);
        else
            onRejected(late);
    });
}

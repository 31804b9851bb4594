// Calling patients to a room. A doctor's room is remembered while this page is open.
import { dialog, field, form, toast } from '/dom.js';
import { explain, t } from '/i18n.js';

const rooms = new Map(); // doctor_id → room

export function roomOf(doctorId) {
    return rooms.get(doctorId) ?? '';
}

export function rememberRoom(doctorId, room) {
    rooms.set(doctorId, room.trim());
}

// Resolves with the room, or null if nobody said one.
function askRoom(doctorId) {
    return new Promise((resolve) => {
        const room = field({ label: t('visit.room'), name: 'room', value: roomOf(doctorId), required: true, maxlength: '40' });
        dialog({
            title: t('visit.call.title'), closeLabel: t('common.close'), onClose: () => resolve(null),
            body: (close) => form({
                fields: [room], submitLabel: t('visit.call'), submitIcon: 'megaphone',
                onSubmit: async (values) => {
                    if (!values.room)
                        return { field: 'room', message: t('common.required') };
                    rememberRoom(doctorId, values.room);
                    resolve(values.room);
                    close();
                    return null;
                },
            }).node,
        });
        room.input.focus();
    });
}

// `whom` is { appointment_id } or { doctor_id }: the next one who waits. The room is asked for where it is not known yet.
export async function callPatient(desk, doctorId, whom, { isAskedAgain = false } = {}) {
    const known = isAskedAgain ? '' : roomOf(doctorId);
    const room = known === '' ? await askRoom(doctorId) : known;
    if (room === null)
        return;
    const outcome = await desk.send('appointment/call', { ...whom, room }, t('visit.call.done', { room }));
    if (outcome !== null)
        toast(outcome.error.code === 'not-found' ? t('visit.call.nobody') : explain(outcome.error), 'bad', t('common.close'));
}

// A strip of the doctors for whom somebody waits: how many, the doctor's room, and calling the next one.
import { fill, h, icon, newId } from '/dom.js';
import { t, tn } from '/i18n.js';
import { keyedRows } from '/refresh.js';
import { runOnce } from '/visit.js';
import { callPatient, rememberRoom, roomOf } from '/visit_call.js';

function drawDoctor(desk, item) {
    const id = newId('room');
    const call = h('button', {
        type: 'button', 'data-key': `next-${item.doctor_id}`, 'data-doctor': item.doctor_id,
        'aria-label': t('day.call-next.of', { doctor: item.name }),
        onclick: () => runOnce(call, () => callPatient(desk, item.doctor_id, { doctor_id: item.doctor_id })),
    }, icon('megaphone'), t('day.call-next'));
    return h('li', { class: 'card doctor-queue' },
        h('strong', {}, item.name), h('span', { class: 'badge accent' }),
        h('label', { for: id, class: 'visually-hidden' }, `${t('visit.room')}: ${item.name}`),
        h('input', {
            id, 'data-key': `room-${item.doctor_id}`, class: 'room', maxlength: '40', autocomplete: 'off', placeholder: t('visit.room'),
            oninput: (typing) => rememberRoom(item.doctor_id, typing.target.value),
        }), call);
}

// What changes by itself is put into the card that is there, so that whoever types a room is not disturbed.
function update(node, doctorId, waiting) {
    const room = node.querySelector('input');
    fill(node.querySelector('.badge'), tn('day.waiting', waiting));
    if (room !== document.activeElement)
        room.value = roomOf(doctorId);
}

// Returns { root, show(rows, doctors) }.
export function dayDoctors(desk) {
    const list = h('ul', { class: 'plain doctor-queues' });
    const root = h('section', { hidden: true, 'aria-label': t('day.doctors') }, list);
    const draw = keyedRows(list, (item) => item.doctor_id, (item) => drawDoctor(desk, item));
    return {
        root,
        show(rows, doctors) {
            const waitFor = (doctor) => rows.filter((row) => row.state === 'arrived' && row.doctor_id === doctor.doctor_id).length;
            const busy = doctors.filter((doctor) => waitFor(doctor) > 0);
            root.hidden = busy.length === 0 || !desk.may('appointment/call');
            draw(busy.map((doctor) => ({ doctor_id: doctor.doctor_id, name: doctor.name })));
            busy.forEach((doctor, index) => update(list.children[index], doctor.doctor_id, waitFor(doctor)));
        },
    };
}

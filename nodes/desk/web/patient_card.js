// A patient's member card, to be printed: the member ID in digits, and as a QR code that the kiosk's scanner reads.
import { dialog, fill, h, icon } from '/dom.js';
import { loadLibrary } from '/library.js';
import { t } from '/i18n.js';

const QUIET_MODULES = 4; // what a scanner wants around the code (ISO/IEC 18004)

// The dark modules as one path, a row of each after the other.
function pathOf(code) {
    let path = '';
    for (let row = 0; row < code.getModuleCount(); row++)
        for (let column = 0; column < code.getModuleCount(); column++)
            if (code.isDark(row, column))
                path += `M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`;
    return path;
}

// Nine digits fit into the smallest code, so that each module is large.
function drawCode(qrcode, digits) {
    const space = 'http://www.w3.org/2000/svg';
    const code = qrcode(1, 'M');
    code.addData(digits, 'Numeric');
    code.make();
    const size = code.getModuleCount() + 2 * QUIET_MODULES;
    const svg = document.createElementNS(space, 'svg');
    const path = document.createElementNS(space, 'path');
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
    svg.setAttribute('class', 'card-code');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', t('patients.card.code'));
    path.setAttribute('d', pathOf(code));
    svg.append(path);
    return svg;
}

export function openCard(patient) {
    const place = h('div', {});
    const body = h('div', { class: 'stack' },
        h('div', { class: 'member-card' }, place, h('div', { class: 'stack' },
            h('strong', {}, patient.name),
            h('span', { class: 'card-number' }, patient.member_id.replace(/(\d{3})(?=\d)/g, '$1 ')),
            h('span', {}, t('patients.card.use')))),
        h('div', { class: 'actions no-print' },
            h('button', { type: 'button', class: 'primary', onclick: () => print() }, icon('printer'), t('common.print'))));
    dialog({ title: t('patients.card'), body, closeLabel: t('common.close') });
    loadLibrary('/qrcode.js', 'qrcode').then(
        (qrcode) => fill(place, drawCode(qrcode, patient.member_id)),
        () => fill(place, h('p', { class: 'hint no-print' }, t('patients.card.no-code'))));
}

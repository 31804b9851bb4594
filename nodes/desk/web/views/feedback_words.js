// How a rating and what kind of feedback it is are said: in words and stars, never in colour alone.
import { h, icon } from '/dom.js';
import { t } from '/i18n.js';

const RATING_MAX = 5;

export function ratingText(rating) {
    const stars = Array.from({ length: RATING_MAX }, (_, index) => icon(index < rating ? 'star-fill' : 'star'));
    return h('span', { class: 'rating' }, h('span', { class: 'stars' }, stars), ' ', t(`feedback.rating.${rating}`));
}

export function kindBadge({ verified }) {
    return verified ? h('span', { class: 'badge accent' }, icon('patch-check'), t('feedback.verified'))
        : h('span', { class: 'badge' }, icon('chat'), t('feedback.general'));
}

export function answeredBadge({ answered }) {
    return answered ? h('span', { class: 'badge good' }, icon('check-circle'), t('feedback.answered'))
        : h('span', { class: 'badge note' }, icon('hourglass-split'), t('feedback.open'));
}

export function doctorName(doctors, id) {
    if (!id)
        return t('feedback.no-doctor');
    return doctors.find((doctor) => doctor.doctor_id === id)?.name ?? t('feedback.former-doctor');
}

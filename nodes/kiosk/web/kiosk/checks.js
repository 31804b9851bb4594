// What can be told of an entry without asking anybody. The gateway judges again.

const YEARS_MOST = 130;

// ISO 7064 MOD 11,10: eight digits and a check digit.
export function isMemberId(text) {
    if (!/^\d{9}$/.test(text))
        return false;
    let product = 10;
    for (const digit of text.slice(0, 8)) {
        const sum = (product + Number(digit)) % 10 || 10;
        product = (2 * sum) % 11;
    }
    return (product + Number(text[8])) % 10 === 1;
}

// 'YYYY-MM-DD', or null where there is no such day, or nobody can have been born on it.
export function birthDate(day, month, year, now = new Date()) {
    if (!/^\d{1,2}$/.test(day) || !/^\d{1,2}$/.test(month) || !/^\d{4}$/.test(year))
        return null;
    const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const date = new Date(`${text}T00:00:00Z`);
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text)
        return null;
    return date > now || now.getUTCFullYear() - date.getUTCFullYear() > YEARS_MOST ? null : text;
}

export function isPhone(text) {
    return /^\+?[\d ()/.-]{3,40}$/.test(text) && text.replace(/\D/g, '').length >= 3;
}

export function isEmail(text) {
    return text.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
}

// The catalogue counts bytes of names and conditions.
export function byteLength(text) {
    return new TextEncoder().encode(text).length;
}

// Weights and percentages as people type them, as integers of a smaller unit. No floating point on the way: 0.1 g
// is 100 mg, and a known mass that is off by a factor of a thousand would spoil every count after it.
import { field } from '/dom.js';
import { language, number, t } from '/i18n.js';

const TYPED = /^(\d{1,9})(?:([.,])(\d+))?$/;
const GROUP_DIGITS = 3;

export const GRAM_DIGITS = 3; // a gram has 10^3 milligrams
export const PERCENT_DIGITS = 2; // a percent has 10^2 hundredths of a percent

function decimalSign() {
    return new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === 'decimal').value;
}

// "1,25" with three digits → { value: 1250 }; else { problem }: the key of a text. "1.000" is a thousand to some and one to
// others; where the sign is not that of the language, nobody guesses.
export function parseDecimal(text, digits) {
    const [, integer, sign, fraction = ''] = TYPED.exec(text.replace(/\s/g, '')) ?? [];
    if (integer === undefined)
        return { problem: 'scales.not-a-number' };
    if (sign && sign !== decimalSign() && fraction.length === GROUP_DIGITS)
        return { problem: 'scales.ambiguous' };
    if (fraction.length > digits)
        return { problem: 'scales.too-fine' };
    return { value: Number(integer + fraction.padEnd(digits, '0')) };
}

// The text for an input: 1500 with three digits → "1,5" in German.
export function printDecimal(value, digits) {
    return number(value / 10 ** digits, { maximumFractionDigits: digits, useGrouping: false });
}

export function grams(mg) {
    return t('scales.grams', { weight: number(mg / 10 ** GRAM_DIGITS, { maximumFractionDigits: GRAM_DIGITS }) });
}

export function percent(permyriad) {
    return number(permyriad / 10 ** (PERCENT_DIGITS + 2), { style: 'percent', maximumFractionDigits: PERCENT_DIGITS });
}

// A field whose parsed() is { value }, { problem } or {} where it is empty.
export function decimalField({ digits, value, ...others }) {
    const one = field({
        ...others, inputmode: 'decimal',
        value: value === undefined || value === null ? '' : printDecimal(value, digits),
    });
    return { ...one, parsed: () => (one.value() === null ? {} : parseDecimal(one.value(), digits)) };
}

// What the form shows of the first field that cannot be sent: { refusal }; else { values } by name.
export function readDecimals(fields) {
    const values = {};
    for (const one of fields) {
        const { value, problem } = one.parsed();
        if (problem)
            return { refusal: { field: one.name, message: t(problem, { sign: decimalSign() }) } };
        if (value === undefined && one.input.required)
            return { refusal: { field: one.name, message: t('common.required') } };
        if (value !== undefined)
            values[one.name] = value;
    }
    return { values };
}

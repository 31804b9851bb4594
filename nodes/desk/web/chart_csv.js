// Tables as files for spreadsheets (RFC 4180).

function cell(value) {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// rows: lists of texts and numbers. Begins with a byte order mark, by which spreadsheets know that it is UTF-8.
export function csvOf(rows) {
    return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

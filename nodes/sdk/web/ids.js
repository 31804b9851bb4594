// Ids of what a page adds: UUIDs of version 7 (RFC 9562, 5.7), which sort by the time they were made.

export function newUuid(now = Date.now()) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let time = now;
    for (let i = 5; i >= 0; i--) {
        bytes[i] = time % 256;
        time = Math.floor(time / 256);
    }
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

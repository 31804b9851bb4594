// A scanner that is a keyboard to the browser: it types what the code holds, quickly, and then Enter.
//
// A patient's code holds the nine digits of the member ID, maybe behind a word and a colon ("CLINIC:").

const GAP_MOST_MS = 80; // between two keys; nobody types nine digits so quickly
const CODE = /^(?:[A-Za-z][A-Za-z-]*:)?(\d{9})$/;
const LENGTH_MOST = 40;

export function watchScanner(onScan) {
    let typed = '';
    let last = 0;
    addEventListener('keydown', (key) => {
        if (key.timeStamp - last > GAP_MOST_MS)
            typed = '';
        last = key.timeStamp;
        if (key.key === 'Enter') {
            const found = CODE.exec(typed);
            typed = '';
            if (found === null)
                return;
            // Else the Enter would press what has the focus.
            key.preventDefault();
            key.stopPropagation();
            onScan(found[1]);
        } else if (key.key.length === 1 && typed.length < LENGTH_MOST) {
            typed += key.key;
        }
    }, { capture: true });
}

// A scanner that is a keyboard to the browser: it types what the code holds, and then Enter.
//
// A patient's code holds the nine digits of the member ID, maybe behind a word and a colon ("CLINIC:"). How quickly the
// keys come says little on a busy box; that nothing comes between them does.

const PAUSE_MOST_MS = 2000;
const CODE = /^(?:[A-Za-z][A-Za-z-]*:)?(\d{9})$/;
const LENGTH_MOST = 40;

// onScan(memberId) returns true where it takes the code. Else the keys are what they always are.
export function watchScanner(onScan) {
    let typed = '';
    let last = 0;
    addEventListener('pointerdown', () => { typed = ''; }, { capture: true });
    addEventListener('keydown', (key) => {
        if (key.timeStamp - last > PAUSE_MOST_MS)
            typed = '';
        last = key.timeStamp;
        const found = key.key === 'Enter' ? CODE.exec(typed) : null;
        if (found !== null && onScan(found[1])) {
            // Else the Enter would press what has the focus.
            key.preventDefault();
            key.stopPropagation();
        }
        if (key.key.length > 1 && key.key !== 'Shift')
            typed = '';
        else if (key.key.length === 1 && typed.length < LENGTH_MOST)
            typed += key.key;
    }, { capture: true });
}

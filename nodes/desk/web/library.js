// Scripts of Debian's libraries, which are no modules: fetched when they are first needed.
import { h } from '/dom.js';

const loading = new Map(); // path → promise

// Resolves with the global `name` that the script defines. Rejects where it cannot be had, and tries again the next time.
export function loadLibrary(path, name) {
    if (!loading.has(path))
        loading.set(path, new Promise((resolve, reject) => {
            document.head.append(h('script', { src: path, onload: () => resolve(globalThis[name]), onerror: () => reject(new Error(path)) }));
        }).catch((error) => {
            loading.delete(path);
            throw error;
        }));
    return loading.get(path);
}

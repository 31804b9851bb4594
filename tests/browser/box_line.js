// What clinic-desk's own command line speaks to `clinic-desk serve`: calls and answers as JSON lines over its Unix socket
// (nodes/sdk/include/clinic/box.h).
import { createConnection } from 'node:net';

// Resolves with all answers to one call.
export function call(socketPath, members) {
    return new Promise((resolve, reject) => {
        const socket = createConnection(socketPath);
        const answers = [];
        let rest = '';
        socket.setEncoding('utf8');
        socket.on('error', reject);
        socket.on('close', () => reject(new Error(`no answer to ${members.request ?? members.call}`)));
        socket.on('data', (text) => {
            const lines = (rest + text).split('\n');
            rest = lines.pop();
            for (const line of lines.filter((one) => one !== ''))
                answers.push(JSON.parse(line));
            if (answers.at(-1)?.done) {
                resolve(answers);
                socket.destroy();
            }
        });
        socket.write(`${JSON.stringify(members)}\n`);
    });
}

// A supply-room scale as it ships, on simulated hardware: clinic-scale-sim, and the people at its shelf.
//
//   const shelf = await startShelf(clinic, 'scale-1', ['--units', '0']);
//   shelf.people('mass 1000')       what somebody does there; `clinic-scale-sim --help` has the words
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';

import { program } from './program.js';

// `node` must be one of the clinic's `nodes`, of the role scale. It ends with the tests of the file.
export async function startShelf(clinic, node, options = []) {
    const control = join(clinic.folder, `${node}-people`);
    const scale = program({
        name: node,
        logPath: join(clinic.folder, 'logs', `${node}.log`),
        command: join(process.env.CLINIC_BIN, 'clinic-scale-sim'),
        args: ['--folder', clinic.nodeFolder(node), '--address', '127.0.0.1', '--control', control, ...options],
        isReady: (text) => text.includes(`${node} online`),
    });
    await scale.start();
    after(() => scale.end());
    return {
        people: (what) => writeFileSync(control, `${what}\n`),
        kill: () => scale.end('SIGKILL'),
        start: scale.start,
    };
}

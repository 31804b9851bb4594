// Headquarters for a clinic of clinic.js.
import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';

import { freePort, mustRun, program } from './program.js';

function listens(port) {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('connect', () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
    });
}

// A broker of their own, in whose eyes the clinic is a node, and an archive. Both end with the tests of the file; the
// gateway goes there from its next start on. Returns the broker: end('SIGKILL'), start().
export async function addHeadquarters(clinic) {
    const broker = join(process.env.CLINIC_BIN, 'clinic-broker');
    const dir = join(clinic.folder, 'headquarters');
    const port = await freePort();
    await mustRun(broker, ['init', '--dir', dir, '--site', 'headquarters', '--prefix', 'clinics', '--port', String(port),
        '--name', 'localhost', '--ip', '127.0.0.1', '--bind', '127.0.0.1']);
    await mustRun(broker, ['add', 'test-clinic', '--role', 'clinic', '--dir', dir]);
    await mustRun(broker, ['add', 'archive', '--role', 'archive', '--dir', dir]);
    appendFileSync(join(clinic.folder, 'gateway.ini'),
        `\n[upstream]\nurl = mqtts://localhost:${port}\nfolder = headquarters/nodes/test-clinic\n`);
    const log = (name) => join(clinic.folder, 'logs', `${name}.log`);
    const headquarters = program({
        name: 'headquarters', logPath: log('headquarters'), isReady: () => listens(port),
        command: 'mosquitto', args: ['-c', join(dir, 'broker/mosquitto.conf')],
        env: { PATH: `${process.env.PATH}:/usr/sbin` },
    });
    const archive = program({
        name: 'archive', logPath: log('archive'), isReady: () => true, command: join(process.env.CLINIC_BIN, 'clinic-sim'),
        args: ['archive', '--folder', join(dir, 'nodes/archive'), '--ledger', join(dir, 'ledger')],
    });
    for (const one of [headquarters, archive]) {
        await one.start();
        after(() => one.end());
    }
    return headquarters;
}

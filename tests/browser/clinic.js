// A whole clinic in a temporary folder: certificates, mosquitto, the gateway, and the programs of its boxes, as they ship.
//
//   const clinic = await startClinic({ desks: ['desk-1', 'desk-2'], kiosks: ['kiosk-1'], boards: ['board-1'] });
//   clinic.url('desk-1')                        where its page is: http://127.0.0.1:PORT/
//   clinic.staff.rosa                           { name, pin, role }: ada, rosa, dora, sam, mara; see `staff`
//   await clinic.ask('patient/create', { … })   a request by ada (or `{ as: 'rosa' }`) from the desk "office", which has
//                                               no page of its own; throws where it is refused (error.code)
//   await clinic.command('patient', 'find', 'Lef')   the real command line of "office": its answers, as --json prints them
//   await clinic.kill('broker'); await clinic.start('broker')         also 'gateway' and every box, whose page stays where it was
//   clinic.pause('gateway'); clinic.resume('gateway')                 it hangs, and goes on
//   clinic.events('clinic.patient.created')     what is in the log; `await`
//   await clinic.end()                          ends all, verifies the log, and removes the folder
//
// It is between 9 and 17 o'clock in the clinic: its zone is chosen so. Environment: CLINIC_BIN, the folder of the
// programs; CLINIC_KEEP=1: the folder stays.
import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { call } from './box_line.js';
import { freePort, mustRun, program, run, until } from './program.js';

const PIN = '2718281';
const LOG_LINES = 40;
const TEST_MOST_MS = 240000; // as ctest lets it
const RETURN_WITHIN_MS = 45000; // nodes that were cut off for long look again after up to half a minute
const OFFICE = 'office';
const WAY = ['broker', 'gateway', OFFICE];
const ZONES = ['Europe/Paris', 'Asia/Kolkata', 'Asia/Tokyo', 'America/New_York', 'America/Los_Angeles', 'Pacific/Auckland'];

export const staff = {
    ada: { name: 'ada', pin: PIN, role: 'admin' },
    rosa: { name: 'rosa', pin: '3141592', role: 'reception' },
    dora: { name: 'dora', pin: '1618033', role: 'doctor' },
    sam: { name: 'sam', pin: '1414213', role: 'stock' },
    mara: { name: 'mara', pin: '1732050', role: 'manager' },
};

// ---- time in the clinic

function clockIn(zone, instant) {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(instant);
}

function zoneOfDaytime() {
    const hour = (zone) => Number(clockIn(zone, Date.now()).slice(11, 13));
    return ZONES.find((zone) => hour(zone) >= 9 && hour(zone) < 17) ?? ZONES[0];
}

// ---- set-up

const binaries = process.env.CLINIC_BIN;

function binary(name) {
    return join(binaries, name);
}

function listens(port) {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('connect', () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
    });
}

async function makeCertificates(folder, port, nodes) {
    const dir = join(folder, 'broker');
    await mustRun(binary('clinic-broker'), ['init', '--dir', dir, '--site', 'test', '--port', String(port),
        '--name', 'localhost', '--ip', '127.0.0.1', '--bind', '127.0.0.1']);
    for (const [name, role] of nodes)
        await mustRun(binary('clinic-broker'), ['add', name, '--role', role, '--dir', dir]);
}

function writeSettings(folder, { id, zone, name }) {
    writeFileSync(join(folder, 'gateway.ini'), `[bus]
folder = broker/nodes/gateway
registry = broker/nodes.ini
[store]
folder = data
reserve_bytes = 0
[clinic]
id = ${id}
name = ${name}
phone = +33100000000
country = FR
zone = ${zone}
language = en
`);
}

async function addStaff(folder) {
    for (const one of Object.values(staff)) {
        const pinFile = join(folder, `pin-${one.name}`);
        writeFileSync(pinFile, `${one.pin}\n`, { mode: 0o600 });
        await mustRun(binary('clinic-gateway'), ['--config', join(folder, 'gateway.ini'),
            'staff', 'add', one.name, '--role', one.role, '--pin-file', pinFile]);
    }
}

function describePrograms(folder, port, boxes) {
    const logs = (name) => join(folder, 'logs', `${name}.log`);
    const isRoot = process.geteuid() === 0;
    const mosquitto = existsSync('/usr/sbin/mosquitto') ? '/usr/sbin/mosquitto' : 'mosquitto';
    const conf = join(folder, 'broker/broker/mosquitto.conf');
    const list = [
        // Mosquitto would give root's rights up by itself, and with them the bond to the test.
        program({
            name: 'broker', logPath: logs('broker'), isReady: () => listens(port),
            command: isRoot ? 'setpriv' : mosquitto,
            args: isRoot ? ['--reuid=mosquitto', '--regid=mosquitto', '--init-groups', '--pdeathsig=KILL', mosquitto, '-c', conf] : ['-c', conf],
        }),
        program({
            name: 'gateway', logPath: logs('gateway'), command: binary('clinic-gateway'),
            args: ['--config', join(folder, 'gateway.ini'), 'serve'], isReady: () => true,
        }),
    ];
    for (const [name, , command, args] of boxes)
        list.push(program({
            name, logPath: logs(name), command: binary(command),
            args: ['--folder', join(folder, 'broker/nodes', name), ...args],
            isReady: (text) => (name === OFFICE ? /ready: / : /ready: http/).test(text),
        }));
    return new Map(list.map((one) => [one.name, one]));
}

function listBoxes({ desks, kiosks, boards }) {
    return [
        [OFFICE, 'desk', 'clinic-desk', ['serve']],
        ...desks.map((name) => [name, 'desk', 'clinic-desk', ['serve']]),
        ...kiosks.map((name) => [name, 'kiosk', 'clinic-kiosk', []]),
        ...boards.map((name) => [name, 'board', 'clinic-kiosk', ['--board']]),
    ];
}

// A box's settings: its page on a port that the kernel chooses, and what the test adds to it.
function writeBoxSettings(folder, name, settings) {
    const path = join(folder, 'broker/nodes', name, 'node.ini');
    const page = { port: 0, ...settings.page };
    const sections = { ...settings, page };
    for (const [section, members] of Object.entries(sections))
        appendFileSync(path, `\n[${section}]\n${Object.entries(members).map(([key, value]) => `${key} = ${value}\n`).join('')}`);
}

// The kernel chose it once; a page that is open finds its program there after a restart.
function keepPort(folder, name, url) {
    const path = join(folder, 'broker/nodes', name, 'node.ini');
    if (url !== null && name !== OFFICE)
        writeFileSync(path, readFileSync(path, 'utf8').replace(/^port = 0$/m, `port = ${new URL(url).port}`));
}

// ---- the clinic

// settings: { 'desk-1': { page: { idle_s: 2 } } } goes into that box's node.ini. `nodes`: further ones without a program,
// as [['scale-1', 'scale']]. makeData(folder) may fill the gateway's data folder, for the clinic of that `id`.
export async function startClinic({ desks = ['desk-1'], kiosks = [], boards = [], nodes = [], settings = {},
    zone = zoneOfDaytime(), name = 'Test Clinic', id = 'test', makeData = () => {} } = {}) {
    if (!binaries)
        throw new Error('CLINIC_BIN must name the folder of the programs');
    const folder = mkdtempSync(join(tmpdir(), 'clinic-browser-'));
    chmodSync(folder, 0o755); // the broker is another user, and has to walk through it
    mkdirSync(join(folder, 'logs'), { mode: 0o700 });
    mkdirSync(join(folder, 'data'), { mode: 0o700 });

    const port = await freePort();
    const boxes = listBoxes({ desks, kiosks, boards });
    await makeCertificates(folder, port, [...boxes, ...nodes]);
    writeSettings(folder, { id, zone, name });
    await makeData(join(folder, 'data'));
    await addStaff(folder);
    for (const [box] of boxes)
        writeBoxSettings(folder, box, settings[box] ?? {});

    const programs = describePrograms(folder, port, boxes);
    const clinic = makeClinic(folder, zone, programs);
    try {
        for (const one of programs.keys())
            await clinic.start(one);
    } catch (error) {
        clinic.showLogs();
        await clinic.abandon();
        throw error;
    }
    return clinic;
}

function makeClinic(folder, zone, programs) {
    const begun = Date.now() + TEST_MOST_MS;
    const sessions = new Map();
    const direct = new Map(); // name of a request → 'ask' or 'submit'
    const office = join(folder, 'broker/nodes', OFFICE);

    const named = (name) => {
        if (!programs.has(name))
            throw new Error(`no program is called ${name}`);
        return programs.get(name);
    };

    async function put(name, data, session) {
        const members = { request: name, data, timeout_ms: 15000, ...(session ? { session } : {}) };
        const kinds = direct.has(name) ? [direct.get(name)] : ['submit', 'ask'];
        for (const kind of kinds) {
            const answers = await call(join(office, 'state/desk.sock'), { call: kind, ...members });
            if (answers.at(-1).message === 'there is no such request')
                continue;
            direct.set(name, kind);
            const { reply } = answers.find((answer) => answer.reply) ?? {};
            if (!reply)
                throw new Error(`${name}: ${JSON.stringify(answers.at(-1))}`);
            return reply;
        }
        throw new Error(`there is no request ${name}`);
    }

    async function sessionOf(name) {
        if (!sessions.has(name)) {
            const reply = await put('staff/sign-in', { name, pin: staff[name].pin });
            sessions.set(name, reply.data.session);
        }
        return sessions.get(name);
    }

    // The reply, whatever it says.
    async function attempt(name, data = {}, { as = 'ada' } = {}) {
        return put(name, data, as === null ? null : await sessionOf(as));
    }

    async function ask(name, data = {}, options = {}) {
        const reply = await attempt(name, data, options);
        if (reply.status !== 'accepted')
            throw Object.assign(new Error(`${name}: ${JSON.stringify(reply.error)}`), reply.error);
        return reply.data;
    }

    // The way from the office to the gateway and back: any answer will do, and a refusal is one.
    async function gatewayAnswers() {
        const members = { call: 'ask', request: 'doctor/list', data: {}, timeout_ms: 300 };
        const answers = await call(join(office, 'state/desk.sock'), members).catch(() => []);
        return answers.some((answer) => answer.reply);
    }

    // Where its page is: null for what has none.
    const pageOf = (name) => named(name).logNow().match(/ready: (http:\/\/127\.0\.0\.1:\d+\/)/)?.[1] ?? null;

    async function start(name) {
        await named(name).start();
        keepPort(folder, name, pageOf(name));
        if (WAY.every((one) => programs.get(one).pid()) && WAY.includes(name))
            await until('the gateway answers', gatewayAnswers, RETURN_WITHIN_MS);
    }

    // Starts what a test has ended, and lets go on what it has stopped.
    async function heal() {
        for (const [name, one] of programs) {
            if (one.pid())
                one.resume();
            else
                await start(name);
        }
    }

    // What the log holds, oldest first. `type` is optional.
    async function events(type = null, { personal = false } = {}) {
        const args = ['--config', join(folder, 'gateway.ini'), '--json', 'events'];
        const out = await mustRun(binary('clinic-gateway'),
            [...args, ...(type ? ['--type', type] : []), ...(personal ? ['--personal'] : [])]);
        return out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
    }

    async function command(...words) {
        const { code, out, problems } = await run(binary('clinic-desk'), ['--folder', office, '--json', ...words]);
        const answers = out.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
        return { code, answers, problems, reply: answers.find((answer) => answer.reply)?.reply };
    }

    function showLogs() {
        for (const one of programs.values())
            process.stderr.write(`---- ${one.name}\n${one.log().split('\n').slice(-LOG_LINES).join('\n')}\n`);
    }

    async function endPrograms() {
        for (const one of [...programs.values()].reverse())
            await one.end();
    }

    async function abandon() {
        await endPrograms();
        if (!process.env.CLINIC_KEEP)
            rmSync(folder, { recursive: true, force: true });
        else
            process.stderr.write(`the clinic is kept in ${folder}\n`);
    }

    async function end() {
        await endPrograms();
        const { code, out, problems } = await run(binary('clinic-gateway'), ['--config', join(folder, 'gateway.ini'), 'verify']);
        await abandon();
        if (code !== 0)
            throw new Error(`the log does not verify:\n${out}${problems}`);
    }

    return {
        folder, zone, staff,
        nodeFolder: (name) => join(folder, 'broker/nodes', name),
        url(name) {
            const found = pageOf(name);
            if (found === null)
                throw new Error(`${name} has said of no page:\n${named(name).logNow()}`);
            return found;
        },
        start, heal,
        stop: (name) => named(name).end(),
        kill: (name) => named(name).end('SIGKILL'),
        pause: (name) => named(name).pause(),
        resume: (name) => named(name).resume(),
        pid: (name) => named(name).pid(),
        log: (name) => named(name).log(),
        logs: () => readdirSync(join(folder, 'logs')).map((file) => readFileSync(join(folder, 'logs', file), 'utf8')).join(''),
        ask, attempt, command, events, showLogs, abandon, end,
        // "2026-11-23T10:40" so many minutes from the test's beginning on the clinic's clock, at a slot's beginning that has
        // not come when the test ends. The same minutes are the same slot all the time.
        local(minutes = 0, slotMinutes = 10) {
            const slot = slotMinutes * 60000;
            return clockIn(zone, Math.ceil((begun + minutes * 60000) / slot) * slot).replace(' ', 'T');
        },
        today: () => clockIn(zone, Date.now()).slice(0, 10),
        ...beginWith(ask),
    };
}

// ---- what tests begin with

let phoneNumber = 39980000; // of a range that is kept for films

function beginWith(ask) {
    // All week, around the clock, in slots of ten minutes, so that there is always a visit to come.
    async function hireDoctor(data = {}) {
        const doctor = {
            doctor_id: randomUUID(), name: 'Dr. Ilse Brandt', specialty: 'general medicine', slot_minutes: 10,
            hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' })), ...data,
        };
        return { ...doctor, ...await ask('doctor/create', doctor) };
    }

    // Returns the record with member_id and the `phone_end` that a kiosk asks for.
    async function registerPatient(data = {}) {
        phoneNumber += 1;
        const patient = {
            patient_id: randomUUID(), name: `Zoë Lefèvre ${phoneNumber % 10000}`, birth_date: '1987-03-14',
            phone: `+336${phoneNumber}`, is_distinct: true, ...data,
        };
        return { ...patient, ...await ask('patient/create', patient), phone_end: patient.phone.slice(-4) };
    }

    // `start` is local: clinic.local(20). Returns the booking.
    async function book(patient, doctor, start, data = {}) {
        const booking = {
            appointment_id: randomUUID(), patient_id: patient.patient_id, doctor_id: doctor.doctor_id, start, ...data,
        };
        return { ...booking, ...await ask('appointment/schedule', booking) };
    }

    return { hireDoctor, registerPatient, book };
}

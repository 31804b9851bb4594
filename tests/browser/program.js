// Programs that a test starts: each with a log of its own, ended by its pid, and gone with the test whatever happens to it.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const END_WITHIN_MS = 10000;
const LOOK_EVERY_MS = 20;

export function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

// Calls `check` until it returns something true, and returns that.
export async function until(what, check, withinMs = 20000) {
    const deadline = Date.now() + withinMs;
    for (;;) {
        const found = await check();
        if (found)
            return found;
        if (Date.now() > deadline)
            throw new Error(`not within ${withinMs} ms: ${what}`);
        await pause(LOOK_EVERY_MS);
    }
}

// One that the kernel says is free.
export function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

// Runs a command to its end: { code, out, problems }. `input` goes to its standard input.
export function run(command, args, { env = {}, input = '' } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { env: { ...process.env, ...env } });
        let out = '';
        let problems = '';
        child.stdout.on('data', (bytes) => { out += bytes; });
        child.stderr.on('data', (bytes) => { problems += bytes; });
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, out, problems }));
        child.stdin.on('error', () => {}); // it may end without reading
        child.stdin.end(input);
    });
}

export async function mustRun(command, args, options) {
    const ended = await run(command, args, options);
    if (ended.code !== 0)
        throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}:\n${ended.out}${ended.problems}`);
    return ended.out;
}

// A program that can be started, killed and started again. isReady(text) looks at what this start has logged.
export function program({ name, logPath, command, args, isReady, env = {} }) {
    let child = null;
    let ended = Promise.resolve();
    let logStart = 0;

    const log = () => {
        try {
            return readFileSync(logPath, 'utf8');
        } catch {
            return '';
        }
    };
    const logNow = () => log().slice(logStart);

    async function start() {
        if (child !== null)
            throw new Error(`${name} runs already`);
        logStart = log().length;
        const file = openSync(logPath, 'a');
        // setpriv: a test that is killed takes its programs with it.
        const own = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args],
            { stdio: ['ignore', file, file], env: { ...process.env, ...env } });
        closeSync(file);
        child = own;
        ended = new Promise((resolve) => own.on('close', () => {
            if (child === own)
                child = null;
            resolve();
        }));
        await until(`${name} is ready`, async () => {
            if (child === null)
                throw new Error(`${name} ended at its start:\n${logNow()}`);
            return isReady(logNow());
        });
    }

    // SIGTERM asks, SIGKILL does not. Returns once it has ended.
    async function end(signal = 'SIGTERM') {
        if (child === null)
            return;
        const own = child;
        own.kill('SIGCONT');
        own.kill(signal);
        const timer = setTimeout(() => own.kill('SIGKILL'), END_WITHIN_MS);
        await ended;
        clearTimeout(timer);
    }

    return {
        name,
        log,
        logNow,
        start,
        end,
        pid: () => child?.pid,
        pause: () => child.kill('SIGSTOP'), // it hangs: its connections stay open, nothing is answered
        resume: () => child.kill('SIGCONT'),
    };
}

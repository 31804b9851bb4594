// controls.mjs - would validate.mjs notice? Breaks good documents and messages, each in one way, and ends with
// status 1 where a break goes unseen or is taken for another.
//
//   node controls.mjs DOCUMENT LINES

import { readFile } from 'node:fs/promises';
import { checkDocument, checkLines, parseLines } from './validate.mjs';

const brokenDocuments = [
    ['a version from nowhere', '9.0.0', (document) => { document.asyncapi = '9.0.0'; }],
    ['no title', 'title', (document) => { delete document.info.title; }],
    ['a reference to nothing', 'PatientCloned', (document) => {
        document.channels.PatientCreated.messages.PatientCreated.$ref = '#/components/messages/PatientCloned';
    }],
    ['an action that is none', 'action', (document) => {
        document.operations.publishPatientCreated.action = 'shout';
    }],
];

const brokenEvents = [
    ['no id', 'id', (event) => { delete event.id; }],
    ['an empty id', 'id', (event) => { event.id = ''; }],
    ['no source', 'source', (event) => { delete event.source; }],
    ['another version of CloudEvents', 'specversion', (event) => { event.specversion = '0.1'; }],
    ['a type of another topic', 'type', (event) => { event.type = 'clinic.patient.deleted'; }],
    ['a sequence that does not sort', 'sequence', (event) => { event.sequence = 7; }],
    ['a day for a time', 'time', (event) => { event.time = '2026-11-22'; }],
    ['no data', 'data', (event) => { delete event.data; }],
    ['a required field missing', 'patient_id', (event) => { delete event.data.patient_id; }],
    ['a field of another type', 'provisional', (event) => { event.data.provisional = 'yes'; }],
    ['a name on the bus', 'personal', (event) => { event.data.name = 'Ana'; }],
    ['an attribute that CloudEvents forbids', 'CloudEvents', (event) => { event.recorded_time = 'x'; }],
];

const brokenLines = [
    ['a topic of nobody', 'no channel', ({ payload }) => ({ topic: 'clinic/patient/cloned', payload })],
    ['a request on an event topic', 'not a', ({ topic }) => ({ topic, payload: '{"id":"1"}' })],
    ['no JSON', 'not JSON', ({ topic }) => ({ topic, payload: '{' })],
];

let unseen = 0;

function expectProblem(what, needle, problems) {
    const isSeen = problems.some((problem) => problem.includes(needle));
    if (!isSeen) {
        unseen += 1;
        console.error(`${what}: not noticed. ${problems.join('; ')}`);
    }
}

const [documentPath, linesPath] = process.argv.slice(2);
const text = await readFile(documentPath, 'utf8');
const document = JSON.parse(text);
const good = parseLines(await readFile(linesPath, 'utf8'))
    .find(({ topic }) => topic === 'clinic/patient/created');

for (const [what, needle, breakIt] of brokenDocuments) {
    const broken = JSON.parse(text);
    breakIt(broken);
    expectProblem(what, needle, await checkDocument(JSON.stringify(broken)));
}
for (const [what, needle, breakIt] of brokenEvents) {
    const event = JSON.parse(good.payload);
    breakIt(event);
    const line = { topic: good.topic, payload: JSON.stringify(event) };
    expectProblem(what, needle, checkLines(document, [line]));
}
for (const [what, needle, breakIt] of brokenLines)
    expectProblem(what, needle, checkLines(document, [breakIt(good)]));

const count = brokenDocuments.length + brokenEvents.length + brokenLines.length;
console.log(`${count} controls, ${unseen} not noticed`);
process.exit(unseen === 0 ? 0 : 1);

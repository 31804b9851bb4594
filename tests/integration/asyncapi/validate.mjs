// validate.mjs - do other people's tools read what we publish?
//
//   node validate.mjs DOCUMENT LINES
//
// DOCUMENT is what `clinic-gateway asyncapi` prints; the AsyncAPI project's parser must find no error in it.
// LINES holds one JSON object a line, {"topic": …, "payload": …}, the payload as the text that was seen on the
// bus: each must belong to a channel of the document and fit one of its messages (ajv), and each event must
// be one to the CloudEvents project's SDK as well, and hold no personal data.

import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { MQTT } from 'cloudevents';

const ERROR = 0; // of the parser's severities
const EVENT_TYPE = 'application/cloudevents+json';
// What ajv may meet beside the words of JSON Schema; any other word is an error.
const OTHER_KEYWORDS = [
    'components', 'x-personal', 'x-min-bytes', 'x-max-bytes', 'x-meanings', 'x-temporary',
];

// Resolves to the problems that the AsyncAPI parser finds, as lines of text.
export async function checkDocument(text) {
    const { document, diagnostics } = await new Parser().parse(text);
    const problems = diagnostics
        .filter((diagnostic) => diagnostic.severity === ERROR)
        .map((diagnostic) => `${diagnostic.path.join('.')}: ${diagnostic.message}`);
    if (document === undefined && problems.length === 0)
        problems.push('the parser returned no document');
    return problems;
}

// "clinic/reply/{node}" becomes an expression; an audience may be two levels, as "doctor/<id>".
function expressionOf(address) {
    const pattern = address
        .replaceAll('{audience}', '[a-z]+(/[a-z0-9-]+)?')
        .replaceAll('{node}', '[a-z0-9-]{1,32}');
    return new RegExp(`^${pattern}$`);
}

function follow(document, reference) {
    return reference.slice(2).split('/').reduce((value, name) => value[name], document);
}

// One entry a channel: how its topics look, and its messages with their compiled schemas.
function compile(document) {
    const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
    addFormats(ajv);
    ajv.addVocabulary(OTHER_KEYWORDS);
    ajv.addSchema({ $id: 'document', components: { schemas: document.components.schemas } });
    return Object.values(document.channels).map((channel) => ({
        expression: expressionOf(channel.address),
        messages: Object.values(channel.messages).map(({ $ref }) => {
            const message = follow(document, $ref);
            return { ...message, fits: ajv.compile({ $ref: `document${message.payload.$ref}` }) };
        }),
    }));
}

function personalNames(document, message) {
    const schema = follow(document, message.payload.$ref);
    const { properties } = schema.allOf[1].properties.data;
    return Object.keys(properties).filter((name) => properties[name]['x-personal']);
}

function checkEvent(document, message, text) {
    const event = JSON.parse(text);
    const problems = personalNames(document, message)
        .filter((name) => name in event.data)
        .map((name) => `personal data on the bus: ${name}`);
    try {
        const read = MQTT.toEvent({ PUBLISH: { 'Content Type': EVENT_TYPE }, headers: {}, body: text }, true);
        read.validate();
        // The SDK makes up an id or a time where there is none: then it is no longer the same event.
        if (!isDeepStrictEqual(JSON.parse(read.toString()), event))
            problems.push('CloudEvents SDK: reads another event than was written');
    } catch (error) {
        problems.push(`CloudEvents SDK: ${error.message} ${JSON.stringify(error.errors ?? '')}`);
    }
    return problems;
}

function checkLine(document, channels, { topic, payload }) {
    const channel = channels.find(({ expression }) => expression.test(topic));
    if (channel === undefined)
        return ['no channel of the document has this topic'];
    let value;
    try {
        value = JSON.parse(payload);
    } catch {
        return ['not JSON'];
    }
    const message = channel.messages.find(({ fits }) => fits(value));
    if (message === undefined) {
        return channel.messages.flatMap(({ name, fits }) => fits.errors
            .map((error) => `not a ${name}: ${error.instancePath} ${error.message}`));
    }
    return message.contentType === EVENT_TYPE ? checkEvent(document, message, payload) : [];
}

// Problems of all lines, each with its topic, and how many lines of each kind of topic there were.
export function checkLines(document, lines) {
    const channels = compile(document);
    return lines.flatMap((line, index) => checkLine(document, channels, line)
        .map((problem) => `line ${index + 1}, ${line.topic}: ${problem}`));
}

export function parseLines(text) {
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
}

async function main([documentPath, linesPath]) {
    const text = await readFile(documentPath, 'utf8');
    const lines = parseLines(await readFile(linesPath, 'utf8'));
    const problems = await checkDocument(text);
    if (problems.length === 0)
        problems.push(...checkLines(JSON.parse(text), lines));
    if (lines.length === 0)
        problems.push('there was nothing to check');
    for (const problem of problems)
        console.error(problem);
    console.log(`${lines.length} messages, ${problems.length} problems`);
    return problems.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    if (process.argv.length !== 4) {
        console.error('Usage: node validate.mjs DOCUMENT LINES');
        process.exit(2);
    }
    process.exit(await main(process.argv.slice(2)));
}

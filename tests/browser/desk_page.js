// What tests of the desk's page do again and again.
import { staff } from './clinic.js';
import { until } from './program.js';

// On the sign-in that is shown.
export async function signIn(page, name) {
    await page.locator('input[name=name]').fill(name);
    await page.locator('input[name=pin]').fill(staff[name].pin);
    await page.locator('form button[type=submit]').click();
    await page.locator('nav').waitFor();
}

// Signs in, and returns the session that the page sends with its requests.
export async function signInForSession(page, name) {
    let session = '';
    const look = (request) => {
        if (request.method() === 'POST')
            session = request.postDataJSON().session ?? session;
    };
    page.on('request', look);
    await signIn(page, name);
    await until('the first view asks for something', () => session !== '');
    page.off('request', look);
    return session;
}

// Leads to a view by its place in the menu.
export async function goTo(page, view) {
    await page.locator(`nav [data-view="${view}"]`).click();
    await page.locator(`.view-${view}`).waitFor();
}

// What a page of this box could send by itself: { http, body }; the answer that comes on the stream is waited for.
export async function postAs(page, session, name, data = {}) {
    return page.evaluate(async ([own, request, fields]) => {
        const { token } = await (await fetch('/api/start')).json();
        const stream = (await fetch('/api/stream', { headers: { 'X-Clinic-Token': token } })).body
            .pipeThrough(new TextDecoderStream()).getReader();
        let heard = '';
        const hear = async (pattern) => {
            while (!pattern.test(heard))
                heard += (await stream.read()).value;
            return heard.match(pattern);
        };
        const [, id] = await hear(/"stream":"([^"]+)"/);
        const response = await fetch(`/api/${request}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Clinic-Token': token, 'X-Clinic-Stream': id },
            body: JSON.stringify({ session: own, data: fields }),
        });
        let http = response.status;
        let body = await response.json();
        if (http === 202) {
            const [, late] = await hear(new RegExp(`event: reply\\ndata: (\\{[^\\n]*"${body.id}"[^\\n]*)\\n`));
            body = JSON.parse(late);
            http = body.http;
        }
        await stream.cancel();
        return { http, body };
    }, [session, name, data]);
}

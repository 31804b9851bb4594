// What tests of reports do again and again, on a stage with the box desk-1.
import { goTo, signIn } from './desk_page.js';

let count = 0;

export function reportsPage({ clinic, open }) {
    // Whose name is found by no other test.
    async function newPatient() {
        count += 1;
        return clinic.registerPatient({ name: `Ines${String.fromCharCode(96 + count)} Okafor` });
    }

    async function openReports(patient, { as = 'dora', ...options } = {}) {
        const page = await open('desk-1', options);
        await signIn(page, as);
        await goTo(page, 'reports');
        await page.locator('.view-reports input[role=combobox]').fill(patient.name.split(' ')[0]);
        await page.locator('[role=option]').click();
        await page.locator('.view-reports h2').waitFor();
        return page;
    }

    const reportsOf = async (patient) => (await clinic.ask('report/list', { patient_id: patient.patient_id })).reports;
    return {
        newPatient,
        openReports,
        reportsOf,
        readNewest: async (patient) => (await clinic.ask('report/read', { report_id: (await reportsOf(patient))[0].report_id })).report,
        versionsOf: async (patient) => (await clinic.events('clinic.report.updated'))
            .map((event) => event.data).filter((data) => data.patient_id === patient.patient_id),
    };
}

export async function beginReport(page, title) {
    await page.getByRole('button', { name: 'New report' }).click();
    await page.locator('dialog select[name=kind]').selectOption('diagnosis');
    await page.locator('dialog input[name=title]').fill(title);
    await page.getByRole('button', { name: 'Begin writing' }).click();
    await page.locator('textarea[name=text]').waitFor();
}

export async function finishWriting(page) {
    await page.getByRole('button', { name: 'Save and finish writing' }).click();
    await page.locator('article h2').waitFor();
}

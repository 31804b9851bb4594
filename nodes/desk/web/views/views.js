import { analytics } from '/views/analytics.js';
import { audit } from '/views/audit.js';
import { conflicts } from '/views/conflicts.js';
import { day } from '/views/day.js';
import { doctors } from '/views/doctors.js';
import { feedback } from '/views/feedback.js';
import { messages } from '/views/messages.js';
import { nodes } from '/views/nodes.js';
import { patients } from '/views/patients.js';
import { reports } from '/views/reports.js';
import { restock } from '/views/restock.js';
import { scales } from '/views/scales.js';
import { staff } from '/views/staff.js';
import { stock } from '/views/stock.js';

// The views of the front desk, in the order of the menu. A view is an object:
//   id       its name, also in the address (never anything about a person)
//   icon     of icons.txt
//   group    'day', 'care', 'house': where it stands in the menu; its title is the text "<id>.title"
//   needs    the request without which it is of no use, or several of which one will do; who may make none does not see
//            the view
//   open(root, desk, params)   fills root, and may return a function that is called when the view is left.
//            `desk` is what session.js says of itself; `params` what desk.go(id, params) gave.
// Each view is a module beside this one, with its texts in i18n/<language>/<part>.json.
export const views = [day, conflicts, patients, messages, reports, feedback, stock, restock, scales, nodes, doctors, analytics, audit, staff];

// The parts of the texts that all these views need.
export const parts = ['common', 'desk', 'codes', 'day', 'messages', 'patients', 'reports', 'feedback', 'analytics', 'audit', 'nodes', 'stock', 'booking', 'doctors', 'staff'];

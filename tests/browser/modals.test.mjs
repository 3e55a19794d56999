// The questions of an application. In a sandbox without modal dialogs they are answered with no; in a shell they are asked, and nothing prints all the same.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, run, sleep } from './support.mjs';
import { site } from './site.mjs';

describe('modals = "shell"', () => {
  let chromium, at, block, context, page;
  before(async () => {
    chromium = await browser();
    at = await site('royal-free', { more: 'modals = "shell"' });
    block = await site('royal-free', { clinicPort: at.clinicPort });
    context = await chromium.newContext();
    page = await context.newPage();
    await page.goto(`${at.origin}/`);
    const login = await framed(/login|\/$/);
    await login.fill('input[name=user]', 'engineer');
    await login.fill('input[type=password]', 'demo');
    await login.click('form button, form input[type=submit]');
    for (let i = 0; i < 100 && /login/.test(page.url()); i++) await sleep(50);
    await sleep(500);
  });
  after(async () => { await context?.close(); await block?.stop(); await at?.stop(); await chromium?.close(); });

  /** The application's frame, once it is at `path` and the address bar says so. */
  async function framed(path, in_ = page) {
    for (let i = 0; i < 200; i++) {
      const frame = in_.frames()[1];
      if (frame && path.test(new URL(frame.url(), 'http://x').pathname) && in_.url() === frame.url() && await frame.$('body > *').catch(() => null)) return frame;
      await sleep(40);
    }
    throw new Error(`no frame at ${path}: ${in_.url()}, ${in_.frames().map((f) => f.url())}`);
  }
  /** What is asked and answered while `work` runs. */
  async function asked(in_, answer, work) {
    const said = [];
    const on = async (dialog) => { said.push(`${dialog.type()}: ${dialog.message()}`); if (answer === null) await dialog.dismiss(); else await dialog.accept(answer); };
    in_.on('dialog', on);
    const got = await work();
    in_.off('dialog', on);
    return { got, said };
  }

  test('the control: with "block" nothing is asked, and the answer is no', async () => {
    const other = await (await chromium.newContext()).newPage();
    await other.goto(`${block.origin}/login`);
    assert.equal(other.frames().length, 1);
    const { got, said } = await asked(other, 'yes', () => other.evaluate(() => [confirm('Discharge?'), prompt('Why?'), alert('x') === undefined]));
    assert.deepEqual([got, said], [[false, null, true], []]);
    await other.context().close();
  });

  test('confirm, prompt and alert are asked and answered at once', async () => {
    await page.goto(`${at.origin}/patients`);
    const frame = await framed(/^\/patients$/);
    assert.deepEqual(await asked(page, 'yes', () => frame.evaluate(() => confirm('Discharge?'))), { got: true, said: ['confirm: Discharge?'] });
    assert.deepEqual(await asked(page, null, () => frame.evaluate(() => confirm('Discharge?'))), { got: false, said: ['confirm: Discharge?'] });
    assert.deepEqual(await asked(page, 'ward seven', () => frame.evaluate(() => window.prompt('Why?', 'no'))), { got: 'ward seven', said: ['prompt: Why?'] });
    assert.deepEqual(await asked(page, null, () => frame.evaluate(() => prompt('Why?'))), { got: null, said: ['prompt: Why?'] });
    assert.deepEqual(await asked(page, 'yes', () => frame.evaluate(() => { alert('Saved'); return 'on'; })), { got: 'on', said: ['alert: Saved'] });
  });

  test('nothing prints, by the page or by the window around it', async () => {
    const frame = await framed(/^\/patients$/);
    const printed = await frame.evaluate(() => {
      let n = 0;
      for (const w of [window, top]) w.addEventListener('beforeprint', () => { n += 1; });
      print(); top.print(); top.document.defaultView.print();
      return n;
    });
    assert.equal(printed, 0);
    for (const css of ['print', 'screen']) {
      await page.emulateMedia({ media: css });
      const boxes = await page.evaluate(() => document.querySelector('iframe').getClientRects().length);
      assert.equal(boxes, css === 'print' ? 0 : 1, css);
    }
    const policy = await page.evaluate(async () => (await fetch('/.fanlight/health')).headers.get('content-security-policy')).catch((e) => e.message);
    assert.match(policy, /fetch|Failed|default-src/, 'the shell itself asks for nothing');
  });

  test('address, title, links, back, forward, reload and deep links are those of the application', async () => {
    await page.goto(`${at.origin}/patients?ward=none#top`);
    let frame = await framed(/^\/patients$/);
    assert.equal(page.url(), `${at.origin}/patients?ward=none#top`);
    await sleep(400);
    assert.equal(await page.title(), await frame.title());
    await frame.evaluate(() => { const a = document.createElement('a'); a.href = '/patients?page=2'; a.id = 'go'; a.textContent = 'go'; document.body.prepend(a); });
    await frame.click('#go');
    for (let i = 0; i < 100 && !page.url().endsWith('page=2'); i++) await sleep(40);
    assert.equal(page.url(), `${at.origin}/patients?page=2`);
    await page.goBack().catch(() => {});
    for (let i = 0; i < 100 && !page.url().includes('ward=none'); i++) await sleep(40);
    assert.equal(page.url(), `${at.origin}/patients?ward=none#top`);
    await page.goForward().catch(() => {});
    for (let i = 0; i < 100 && !page.url().endsWith('page=2'); i++) await sleep(40);
    assert.equal(page.url(), `${at.origin}/patients?page=2`);
    await page.reload();
    frame = await framed(/^\/patients$/);
    assert.equal(page.url(), `${at.origin}/patients?page=2`);
    assert.equal(page.frames().length, 2, 'no shell in a shell');
    await frame.evaluate(() => history.pushState(null, '', '/patients?page=3'));
    await sleep(500);
    assert.equal(page.url(), `${at.origin}/patients?page=3`);
    const up = await frame.evaluate(() => { const a = document.createElement('a'); a.href = '/patients?page=4'; a.target = '_top'; a.id = 'up'; a.textContent = 'up'; document.body.prepend(a); return true; });
    assert.ok(up);
    await frame.click('#up');
    for (let i = 0; i < 100 && !page.url().endsWith('page=4'); i++) await sleep(40);
    await framed(/^\/patients$/);
  });

  test('the mark is drawn once, by the window around', async () => {
    await sleep(300);
    const frame = await framed(/^\/patients$/);
    const marks = (f) => f.evaluate(() => document.querySelectorAll('html > div[popover="manual"][aria-hidden]').length);
    assert.deepEqual([await marks(page), await marks(frame)], [1, 0]);
  });

  test('a window that is opened knows who opened it, and closes itself', async () => {
    const frame = await framed(/^\/patients$/);
    const [opened] = await Promise.all([context.waitForEvent('page'), frame.evaluate(() => { window.open('/patients?page=5', '_blank', 'width=500,height=400'); })]);
    const inner = await framed(/^\/patients$/, opened);
    assert.equal(await inner.evaluate(() => typeof window.opener?.document), 'object');
    await Promise.all([opened.waitForEvent('close'), inner.evaluate(() => { setTimeout(() => window.close(), 50); })]);
  });

  test('an application that insists on the top window comes to rest', async () => {
    const other = await context.newPage();
    await other.addInitScript(() => { if (window.top !== window && location.protocol === 'http:') try { window.top.location.href = location.href; } catch { /* it may not */ } });
    await other.goto(`${at.origin}/patients`).catch(() => {});
    await sleep(5000);
    assert.match(await other.textContent('body'), /modals = "block"/);
    assert.equal(await other.isVisible('p'), true);
    await other.close();
  });

  test('a record counts once', async () => {
    await sleep(300);
    const before = (await run(['audit', 'export', '--config', at.config])).stdout.trim().split('\n').length;
    const key = at.identifiers.filter((i) => i.kind === 'record-id').map((i) => i.value).find((v) => /^\d+$/.test(v));
    await page.goto(`${at.origin}/patients/${key}/problems`);
    await framed(/problems$/);
    await sleep(600);
    const rows = (await run(['audit', 'export', '--config', at.config])).stdout.trim().split('\n').slice(before).map((l) => JSON.parse(l));
    const opened = rows.filter((r) => JSON.stringify(r).includes('"open"') && (r.records ?? []).length > 0);
    assert.equal(opened.length, 1, JSON.stringify(rows.map((r) => [r.act, r.code, r.route, r.records?.length])));
  });
});

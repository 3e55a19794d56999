// What is seen cannot be exported or printed, no more may be seen than allowed, and the trail says so.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, readPage, run, shots, sleep } from './support.mjs';
import { logIn, site } from './site.mjs';

describe('export, print and limits', () => {
  let chromium, at, context, page;
  before(async () => {
    chromium = await browser();
    at = await site('royal-free');
    context = await chromium.newContext({ acceptDownloads: true });
    page = await context.newPage();
    await logIn(page, at.origin);
  });
  after(async () => { await context?.close(); await at?.stop(); await chromium?.close(); });

  const offers = () => page.evaluate(() => {
    const shown = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== 'hidden';
    return [...document.querySelectorAll('a,button,input[type=button],input[type=submit],[role=button]')]
      .filter((el) => shown(el) && !el.disabled && el.getAttribute('aria-disabled') !== 'true')
      .map((el) => (el.innerText || el.value || el.title || el.getAttribute('aria-label') || '').trim())
      .filter((text) => /\b(print|export|download|csv|pdf|excel|save as|copy)\b/i.test(text));
  });

  test('the clinic itself offers to print and export', async () => {
    const raw = await chromium.newContext();
    const other = await raw.newPage();
    await logIn(other, at.raw);
    await other.goto(`${at.raw}/patients`);
    const before = page;
    page = other;
    const there = await offers();
    page = before;
    assert.ok(there.length >= 1, 'the control: an offer is there without Fanlight');
    await raw.close();
  });

  test('no page offers to print, export or download', async () => {
    await page.goto(`${at.origin}/patients?ward=none`);
    assert.deepEqual(await offers(), [], 'patient list');
  });

  test('what a script draws is looked at by the same rules, also when its words change', async () => {
    await page.goto(`${at.origin}/patients?ward=none`);
    await page.evaluate(() => {
      const draw = (to, html) => { const box = document.createElement('div'); box.innerHTML = html; to.append(box); };
      draw(document.body, '<button id="export">Export to CSV</button><button id="next">Next</button><a id="print" href="/x" title="Print"><i>P</i></a><button id="turns">Save</button>');
      document.body.append(Object.assign(document.createElement('div'), { id: 'host' }));
      draw(document.getElementById('host').attachShadow({ mode: 'open' }), '<button id="deep">Download PDF</button><button id="kept">Ward</button>');
    });
    const seen = () => page.evaluate(() => {
      const inner = document.getElementById('host').shadowRoot, by = (id) => document.getElementById(id) ?? inner.getElementById(id);
      return ['export', 'next', 'print', 'turns', 'deep', 'kept'].filter((id) => by(id).getClientRects().length).join();
    });
    const becomes = async (what) => {
      for (let i = 0; i < 50 && (await seen()) !== what; i++) await sleep(100);
      assert.equal(await seen(), what);
    };
    await becomes('next,turns,kept');
    await page.evaluate(() => { document.getElementById('turns').firstChild.data = 'Export list'; });
    await becomes('next,kept');
    await page.evaluate(() => { document.getElementById('turns').firstChild.data = 'Save'; });
    await becomes('next,turns,kept');
  });

  test('export endpoints are refused, whatever asks', async () => {
    for (const path of ['/patients/export.csv', '/patients?format=csv', '/patients/1/results.csv', '/patients/1/print']) {
      const answer = await page.evaluate(async (p) => { const r = await fetch(p); return { status: r.status, type: r.headers.get('content-type'), body: await r.text() }; }, path);
      assert.equal(answer.status, 403, path);
      assert.equal(at.canaries.find(answer.body).length, 0, path);
    }
    const posted = await page.evaluate(async () => {
      const r = await fetch('/patients', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'action=export' });
      return { status: r.status, type: r.headers.get('content-type') };
    });
    assert.equal(posted.status, 403);
  });

  test('window.print does nothing, and the print style blanks the paper', async () => {
    await page.goto(`${at.origin}/`);
    await page.emulateMedia({ media: 'print' });
    const visible = await page.evaluate(() => (document.body ? document.body.getClientRects().length : 0));
    assert.equal(visible, 0, 'nothing of the page is laid out for print');
    await page.emulateMedia({ media: 'screen' });
    const copied = await page.evaluate(() => new Promise((done) => {
      document.addEventListener('copy', (e) => done(e.defaultPrevented ? 'prevented' : 'copied'), { once: true });
      setTimeout(() => done('stopped before the page'), 300);
      document.execCommand('selectAll');
      document.execCommand('copy');
    }));
    assert.notEqual(copied, 'copied');
  });

  test('the mark with engineer and ticket is on the page', async () => {
    await page.goto(`${at.origin}/`);
    await sleep(500);
    const html = await page.content();
    assert.match(html, /sam@centre\.example/);
    assert.match(html, /CHG-1001/);
    if (shots) await page.screenshot({ path: `${shots}/mark.png` });
  });

  test('the eleventh record view in a burst of ten is refused, with when it is free again', async () => {
    const tight = await site('royal-free', { clinicPort: at.clinicPort, limits: 'record_views_per_minute = 10, distinct_records_per_hour = 1000, distinct_records_per_day = 1000' });
    const mine = await chromium.newContext();
    try {
      const other = await mine.newPage();
      // Straight in: the page after the log-in shows patients too, and they count.
await other.goto(`${tight.origin}/login`);
      await other.evaluate(() => fetch('/login', { method: 'POST', body: new URLSearchParams({ user: 'engineer', password: 'demo', next: '/' }), redirect: 'manual' }));
      const keys = tight.identifiers.filter((i) => i.kind === 'record-id').map((i) => i.value).filter((v) => /^\d+$/.test(v)).slice(0, 14);
      const statuses = [];
      for (const key of keys.slice(0, 10)) {
        const answer = await other.goto(`${tight.origin}/patients/${key}/problems`);
        statuses.push(answer.status());
        assert.deepEqual(tight.canaries.find((await readPage(other)).replaceAll(key, '')), [], 'besides the number typed into the address');
      }
      assert.deepEqual(statuses, Array(10).fill(200));
      const script = await other.evaluate(async (path) => {
        const r = await fetch(path, { headers: { accept: 'application/json' } });
        return { status: r.status, type: r.headers.get('content-type'), retry: r.headers.get('retry-after') };
      }, `/patients/${keys[10]}/problems`);
      assert.equal(script.status, 429);
      assert.match(script.type, /application\/problem\+json/);
      const retry = Number(script.retry);
      assert.ok(retry >= 1 && retry <= 60, `Retry-After: ${retry}`);
      const refused = await other.goto(`${tight.origin}/patients/${keys[11]}/problems`);
      assert.equal(refused.status(), 429);
      assert.match(await other.textContent('body'), /10/, 'what was used');
      if (shots) await other.screenshot({ path: `${shots}/limited.png` });
      const trail = await run(['audit', 'export', '--config', tight.config]);
      assert.match(trail.stdout, /limit/i, 'the refused view is in the trail');
      assert.equal(tight.canaries.find(trail.stdout).length, 0);
    } finally {
      await mine.close();
      await tight.stop();
    }
  });

  test('all of this is in the trail, which verifies and holds no identifier', async () => {
    await sleep(500);
    const verified = await run(['audit', 'verify', '--config', at.config]);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const exported = await run(['audit', 'export', '--config', at.config]);
    assert.equal(exported.code, 0, exported.stderr);
    const rows = exported.stdout.trim().split('\n').map((l) => JSON.parse(l));
    const text = exported.stdout;
    assert.ok(rows.length > 20, `${rows.length} rows`);
    assert.match(text, /export/i, 'refused exports');
    assert.match(text, /print/i, 'a refused print');
    assert.match(text, /sam@centre\.example/);
    assert.equal(at.canaries.find(text).length, 0);
  });
});

// Nothing stays: what is typed is not kept for the next form, what a page stored goes where a rule says so, and an open page ends with its grant.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browser, folder, freePort, sleep } from './support.mjs';
import { front } from './site.mjs';

const PAGE = `<!DOCTYPE html><meta charset="utf-8"><title>t</title><form id="find"><input id="q" name="q"><textarea id="note" name="note"></textarea></form>
<form id="login"><input id="user" name="user" autocomplete="username"><input id="password" name="password" type="password" autocomplete="current-password"><input id="code" name="code"></form><a href="/away">away</a>
<script>localStorage.setItem('seen', 'ward seven'); sessionStorage.setItem('seen', 'ward seven'); indexedDB.open('charts');</script>`;
const RULES = '[[route]]\nid = "charts"\npath = "/charts/**"\ntreatment = "rewrite"\nclear_on_leave = true\nhit = "GET /charts/1"\nmiss = "GET /list"\n';

describe('nothing stays', () => {
  let chromium, server, port, at;
  before(async () => {
    chromium = await browser();
    port = await freePort();
    server = createServer((req, res) => { res.writeHead(200, { 'content-type': 'text/html' }); res.end(req.url === '/away' ? '<!DOCTYPE html><title>t</title><p>away</p>' : PAGE); });
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    const pack = join(folder(), 'charts');
    mkdirSync(pack);
    writeFileSync(join(pack, 'own.toml'), RULES);
    at = await front({ upstream: `http://127.0.0.1:${port}`, packs: [pack] });
  });
  after(async () => { await chromium?.close(); await at?.stop(); server?.closeAllConnections(); server?.close(); });

  test('what is typed is not offered again, and passwords are kept as ever', async () => {
    const read = async (origin) => {
      const page = await chromium.newPage();
      await page.goto(`${origin}/list`);
      for (const id of ['q', 'note', 'user', 'password', 'code']) await page.fill(`#${id}`, 'some words');
      const out = await page.evaluate(() => ['q', 'note', 'find', 'user', 'password', 'code', 'login'].map((id) => document.getElementById(id).autocomplete));
      await page.close();
      return out;
    };
    assert.deepEqual(await read(`http://127.0.0.1:${port}`), ['', '', 'on', 'username', 'current-password', '', 'on'], 'the control');
    assert.deepEqual(await read(at.origin), ['off', 'off', 'off', 'username', 'current-password', '', 'on']);
  });

  test('storage goes with the page where a rule says so, and stays elsewhere', async () => {
    const left = async (path) => {
      const context = await chromium.newContext();
      const page = await context.newPage();
      await page.goto(at.origin + path);
      await sleep(1200);
      await page.click('a');
      await page.waitForURL('**/away');
      await sleep(500);
      const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]);
      await context.close();
      return kept;
    };
    assert.deepEqual(await left('/list'), [1, 1, 1], 'the control: a page that no rule names');
    assert.deepEqual(await left('/charts/1'), [0, 0, 0]);
  });

  test('an open page ends with its grant and says why', async () => {
    const short = await front({ upstream: `http://127.0.0.1:${port}`, until: new Date(Date.now() + 4000).toISOString() });
    try {
      const page = await chromium.newPage();
      await page.goto(`${short.origin}/list`);
      assert.equal(await page.title(), 't');
      await page.waitForFunction(() => /Your grant ended at/.test(document.body.innerText), null, { timeout: 15000 });
      await page.close();
    } finally {
      await short.stop();
    }
  });
});

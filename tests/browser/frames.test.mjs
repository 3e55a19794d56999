// Framesets: a menu that leads a list by link, form, script and window.open(), nested, as classic systems do. In a sandbox no frame may lead another;
// through Fanlight they do all the same.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { browser, freePort, sleep } from './support.mjs';
import { front } from './site.mjs';

const PAGES = {
  '/f/': '<html><head><title>Classic</title><script>function later() { return parent === window; }</script></head><frameset cols="30%,*"><frame name="menu" src="menu.asp"><frame name="main" src="main.asp"></frameset></html>',
  '/f/menu.asp': `<html><head><base target="list"></head><body>
    <a id="link" href="list.asp?by=link">link</a> <a id="own" href="menu.asp?by=own" target="_self">own</a>
    <a id="handled" href="list.asp?by=handled" onclick="return false">handled</a>
    <form id="get" action="list.asp"><input name="by" value="form"><input type=hidden name="action" value="go &amp; find"><button id="form" name="pressed" value="yes">go</button></form>
    <form id="post" method="post" action="/f/find/search"><textarea name="by">a post\nin lines</textarea><input type="file" name="scan"></form>
    <button id="posted" type="button" onclick="document.getElementById('post').submit()">post</button>
    <button id="location" onclick="parent.main.list.location = 'list.asp?by=location'">l</button>
    <button id="href" onclick="top.frames['main'].frames.list.location.href = '/f/list.asp?by=href'">h</button>
    <button id="replace" onclick="parent.main.list.location.replace('list.asp?by=replace')">r</button>
    <button id="open" onclick="window.open('list.asp?by=open', 'list')">o</button>
    <button id="call" onclick="parent.main.list.show('by=call')">c</button>
    <button id="read" onclick="this.textContent = [parent.main.list.document.title, parent.main.list.location.search, parent.main.list.location + '' === parent.main.list.document.URL, parent.main.list.getComputedStyle(parent.main.list.document.body).display].join()">?</button>
  </body></html>`,
  '/f/main.asp': '<html><head></head><frameset rows="30%,*"><frame name="head" src="head.asp"><frame name="list" src="list.asp"></frameset></html>',
  '/f/head.asp': '<html><head></head><body><a id="up" href="main2.asp" target="_parent">up</a></body></html>',
  '/f/main2.asp': '<html><head></head><body><p>second</p></body></html>',
};
const list = (query, body) => `<html><head><title>List</title><script>function show(by) { location = 'list.asp?' + by; }</script></head><body><p id="got">${query} ${body}</p></body></html>`;

describe('framesets', () => {
  let chromium, server, port, at;
  before(async () => {
    chromium = await browser();
    port = await freePort();
    server = createServer((req, res) => {
      const { pathname, search } = new URL(req.url, 'http://x');
      let body = '';
      req.setEncoding('latin1').on('data', (d) => { body += d; });
      req.on('end', () => {
        const page = PAGES[pathname] ?? (/list\.asp$|search$/.test(pathname) ? list(search.slice(1).replaceAll('&', '&amp;'), body.replaceAll('&', '&amp;')) : null);
        res.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
        res.end(page ?? 'nothing');
      });
    });
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    at = await front({ upstream: `http://127.0.0.1:${port}` });
  });
  after(async () => { await chromium?.close(); await at?.stop(); server?.close(); });

  const visit = async (origin) => {
    const page = await chromium.newPage();
    const seen = [], wrong = [];
    page.on('pageerror', (e) => wrong.push(e.message));
    page.on('console', (m) => { if (m.type() === 'error' && !/favicon|404/.test(m.text())) wrong.push(m.text()); });
    await page.goto(`${origin}/f/`);
    const frame = async (path) => { for (let i = 0; i < 100; i++) { const found = page.frames().find((f) => path.test(f.url())); if (found && await found.$('body > *').catch(() => null)) return found; await sleep(40); } throw new Error(`${path}: ${page.frames().map((f) => f.url())}`); };
    const menu = await frame(/menu\.asp/);
    await frame(/list\.asp/);
    for (const id of ['link', 'form', 'posted', 'location', 'href', 'replace', 'open', 'call']) {
      await menu.click(`#${id}`);
      const got = await frame(id === 'posted' ? /find\/search/ : new RegExp(`by=${id}`)).catch((e) => { throw new Error(`${id}: ${e.message}; ${wrong}`); });
      seen.push([id, await got.textContent('#got')]);
      // Each to a frame, not a new tab.
      seen.push(page.context().pages().length);
    }
    await menu.click('#handled');
    await menu.click('#read');
    seen.push(await menu.textContent('#read'));
    await (await frame(/head\.asp/)).click('#up');
    seen.push(await (await frame(/main2\.asp/)).textContent('body'), page.frames().length);
    await menu.click('#own');
    await frame(/menu\.asp\?by=own/);
    await page.close();
    assert.deepEqual(wrong, []);
    return seen;
  };

  test('lead one another through Fanlight as they do without', { timeout: 60000 }, async () => {
    const without = await visit(`http://127.0.0.1:${port}`);
    assert.ok(without.length > 15);
    assert.deepEqual(await visit(at.origin), without);
  });
});

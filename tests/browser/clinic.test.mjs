// An engineer clicks through every page of the clinic; nothing that the browser receives names a patient, and the pages work.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, listen, readPage, shots, sleep } from './support.mjs';
import { logIn, site } from './site.mjs';

let chromium;
before(async () => { chromium = await browser(); });
after(() => chromium?.close());

/** Pages that differ only in whom they are about are one page. */
const pattern = (url) => new URL(url).pathname.split('/').map((s) => (/\d|flt|%/.test(s) && !/\.\w+$/.test(s) ? '*' : s)).join('/');

for (const trust of ['royal-free', 'milton-keynes', 'winchester-and-eastleigh', 'barts-and-the-london']) {
  describe(trust, () => {
    let at, context, page, ears;
    before(async () => {
      at = await site(trust);
      context = await chromium.newContext();
      ears = listen(context);
      page = await context.newPage();
      await logIn(page, at.origin);
    });
    after(async () => { await context?.close(); await at?.stop(); });

    const clean = async (what, text) => {
      const hits = at.canaries.find(text);
      assert.equal(hits.length, 0, `${what}: ${JSON.stringify(hits.slice(0, 5))}`);
    };

    test('the canaries are real: the clinic itself, without Fanlight, shows them', async () => {
      const raw = await chromium.newContext();
      const other = await raw.newPage();
      await logIn(other, at.raw);
      await other.goto(`${at.raw}/patients`);
      assert.ok(at.canaries.find(await readPage(other)).length > 20);
      await raw.close();
    });

    test('every page that links lead to: no identifier in title, address, text, attributes, frames', { timeout: 240000 }, async () => {
      const seen = new Map();
      const queue = [`${at.origin}/`, `${at.origin}/patients`, `${at.origin}/app`, `${at.origin}/legacy`];
      const visited = new Set();
      const refused = [];
      while (queue.length && visited.size < 90) {
        const url = queue.shift();
        const kind = pattern(url);
        if (visited.has(url) || (seen.get(kind) ?? 0) >= 2) continue;
        visited.add(url);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const answer = await page.goto(url, { waitUntil: 'load' }).catch((e) => { refused.push(`${kind}: ${e.message.split('\n')[0]}`); return null; });
        if (!answer) continue;
        await sleep(250);
        await clean(`page ${kind}`, await readPage(page));
        const links = await Promise.all(page.frames().map((f) => f.evaluate(() => [...document.querySelectorAll('a[href],frame[src],iframe[src],area[href]')].map((a) => a.href ?? a.src)).catch(() => [])));
        for (const link of links.flat()) if (link.startsWith(at.origin) && !link.includes('/logout')) queue.push(link.split('#')[0]);
      }
      const kinds = [...seen.keys()];
      for (const need of ['/patients', '/patients/*', '/patients/*/notes', '/patients/*/results', '/patients/*/documents', '/patients/*/edit', '/app', '/legacy']) {
        assert.ok(kinds.includes(need), `${need} was reached; reached: ${kinds.join(' ')}; ${refused.join('; ')}`);
      }
    });

    test('search by GET finds, and the row opens the chart', async () => {
      await page.goto(`${at.origin}/patients`);
      const rows = await page.locator('table tbody tr').count();
      assert.ok(rows > 5, `${rows} rows`);
      const link = page.locator('table tbody tr a[href*="/patients/"]').first();
      const href = await link.getAttribute('href');
      await Promise.all([page.waitForNavigation(), link.click()]);
      assert.equal(page.url(), new URL(href, at.origin).href.replace(/#.*/, ''));
      assert.match(await page.textContent('body'), /Problems/);
      if (shots) await page.screenshot({ path: `${shots}/${trust}-chart.png`, fullPage: true });
      await clean('chart', await readPage(page));
    });

    test('every tab of a chart opens, the plot draws, the application loads', async () => {
      const chart = page.url();
      for (const tab of ['problems', 'medicines', 'results', 'notes', 'documents', 'vitals']) {
        const answer = await page.goto(`${chart}/${tab}`);
        assert.equal(answer.status(), 200, tab);
        await sleep(300);
        await clean(tab, await readPage(page));
        if (tab === 'results') {
          const drawn = await page.evaluate(() => {
            const canvas = [...document.querySelectorAll('canvas')].some((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v));
            return canvas || document.querySelectorAll('svg path, svg polyline, svg circle').length > 0;
          });
          assert.ok(drawn, 'the trend plot drew something');
        }
        if (tab === 'notes') assert.ok((await page.textContent('body')).length > 400, 'notes are there to read');
        if (shots) await page.screenshot({ path: `${shots}/${trust}-${tab}.png`, fullPage: true });
      }
    });

    test('live vitals arrive over WebSocket and the ward feed over server-sent events', async () => {
      const messages = () => ears.seen.filter((s) => s.what === 'websocket message').length;
      const chart = page.url().replace(/\/vitals$/, '');
      await page.goto(`${chart}/vitals`);
      for (let i = 0; i < 50 && messages() < 2; i++) await sleep(100);
      assert.ok(messages() >= 2, 'two messages arrived');
      const events = await page.evaluate(() => new Promise((done) => {
        const source = new EventSource('/feed');
        const got = [];
        const take = (e) => { got.push(e.data); if (got.length >= 2) { source.close(); done(got); } };
        source.onmessage = take;
        for (const name of ['admission', 'transfer', 'discharge', 'ward', 'update', 'observation', 'bed']) source.addEventListener(name, take);
        setTimeout(() => { source.close(); done(got); }, 6000);
      }));
      assert.ok(events.length >= 1, 'events arrived');
      await clean('events', events.join('\n'));
    });

    test('the single-page application finds and shows a patient', async () => {
      await page.goto(`${at.origin}/app`);
      await sleep(1500);
      await clean('application', await readPage(page));
      const text = await page.textContent('body');
      assert.ok(text.replace(/\s+/g, ' ').length > 100, 'the application drew itself');
      if (shots) await page.screenshot({ path: `${shots}/${trust}-app.png`, fullPage: true });
    });

    test('nothing that came over the wire held an identifier', async () => {
      await ears.settled();
      assert.ok(ears.seen.length > 100, `${ears.seen.length} things heard`);
      const bad = [];
      for (const { what, url, text } of ears.seen) {
        const hits = at.canaries.find(text);
        if (hits.length) bad.push(`${what} of ${pattern(url)}: ${JSON.stringify(hits.slice(0, 3))}`);
      }
      assert.equal(bad.length, 0, `${bad.length} of ${ears.seen.length}:\n${[...new Set(bad)].slice(0, 20).join('\n')}`);
    });

    test('nothing that came may be stored', async () => {
      const loose = ears.seen.filter((s) => s.what === 'headers' && !/^cache-control:.*no-store/im.test(s.text));
      assert.equal(loose.length, 0, [...new Set(loose.map((s) => pattern(s.url)))].join(' '));
      const validated = ears.seen.filter((s) => s.what === 'headers' && /^(etag|last-modified|accept-ranges|content-disposition):/im.test(s.text));
      assert.equal(validated.length, 0, [...new Set(validated.map((s) => pattern(s.url)))].join(' '));
    });
  });
}

// Every export and print of the clinic, as each hospital sees it: without Fanlight it is there and answers; through Fanlight it is gone and refused,
// and every other link and button of the same page is there and leads to the same place.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browser, shots, sleep } from './support.mjs';
import { logIn, site } from './site.mjs';

// A hospital takes half a minute: four that differ most, and all ten with FANLIGHT_TRUSTS=all.
const TRUSTS = process.env.FANLIGHT_TRUSTS === 'all'
  ? ['barnet-and-chase-farm', 'barts-and-the-london', 'buckinghamshire', 'milton-keynes', 'nuffield-orthopaedic', 'royal-free', 'surrey-and-sussex', 'taunton-and-somerset', 'weston-area', 'winchester-and-eastleigh']
  : (process.env.FANLIGHT_TRUSTS ?? 'barts-and-the-london milton-keynes royal-free weston-area').split(' ');

let chromium;
before(async () => { chromium = await browser(); });
after(() => chromium?.close());

/** In the page: what a person can press, in order, and whether it takes a record away. What a live feed adds is there for a while only, and
 * a number to call is an identifier, which some trusts take out. */
const controls = () => {
  const EXPORTS = /\b(print|export|download|csv|pdf|excel|save (as|table)|copy|e-?mail this|share)\b/i;
  const shown = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== 'hidden';
  const dead = (el) => el.disabled || el.getAttribute('aria-disabled') === 'true' || el.closest('[inert]');
  const all = document.querySelectorAll('a,button,input:not([type=hidden]),select,textarea,summary,area,[role=button],[role=menuitem]');
  return [...all].filter((el) => shown(el) && !dead(el) && !el.closest('#feed') && !/^(tel|mailto):/.test(el.getAttribute('href') ?? '')).map((el) => {
    const label = (el.innerText || el.value || el.title || el.getAttribute('aria-label') || '').trim().replace(/\s+/g, ' ');
    const pressed = !/^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName) || /^(submit|button|image|reset)$/.test(el.type);
    const leads = el.href && /^https?:/.test(el.href) && el.getAttribute('href') !== '#' ? el.href : undefined;
    const form = el.form && pressed && el.type !== 'button' ? { to: new URL(el.form.getAttribute('action') ?? '', location).href, body: new URLSearchParams(new FormData(el.form)).toString() } : undefined;
    return { tag: el.tagName, label: pressed ? label : '', leads, form, exports: pressed && (EXPORTS.test(label) || el.hasAttribute('download')), says: pressed ? label : el.name || el.id };
  });
};

/** Pages that differ only in whom they are about are one page. */
const kind = (url) => new URL(url).pathname.split('/').map((s) => (/\d|flt|%/.test(s) && !/\.(asp|html)$/.test(s) ? '*' : s)).join('/');

/** A frame of a data: address would have no guard, so the browser is told not to open it, and says so. */
const UNFRAMED = /^Framing '' violates .*"frame-src /;

for (const trust of TRUSTS) {
  describe(trust, () => {
    let at, raw, through, rawPage, page;
    const said = { raw: [], through: [] };
    const exports = [];
    before(async () => {
      at = await site(trust);
      raw = await chromium.newContext();
      through = await chromium.newContext();
      rawPage = await raw.newPage();
      page = await through.newPage();
      for (const [which, one] of [['raw', rawPage], ['through', page]]) {
        one.on('pageerror', (e) => said[which].push(`${kind(one.url())}: ${e.message}`));
        one.on('console', (m) => { if (m.type() === 'error' && !UNFRAMED.test(m.text())) said[which].push(`${kind(one.url())}: ${m.text()} ${m.location().url ? kind(m.location().url) : ''}`); });
      }
      await logIn(rawPage, at.raw);
      await logIn(page, at.origin);
    });
    after(async () => { await raw?.close(); await through?.close(); await at?.stop(); });

    test('each export is there without Fanlight and gone with it; each other control is there with both, and leads to the same', { timeout: 240000 }, async () => {
      const queue = ['/', '/patients', '/app', '/legacy', '/legacy/list.asp', '/legacy/menu.asp'].map((p) => [at.raw + p, at.origin + p]);
      const seen = new Map();
      let ordinary = 0;
      while (queue.length) {
        const [there, here] = queue.shift();
        const what = kind(there);
        if ((seen.get(what) ?? 0) >= (/documents\/\*$/.test(what) ? 4 : 1)) continue;
        seen.set(what, (seen.get(what) ?? 0) + 1);
        const answers = [await rawPage.goto(there).catch(() => null), await page.goto(here).catch(() => null)];
        assert.equal(answers[1]?.status(), answers[0]?.status(), `${what} answers alike`);
        // What is drawn by a script, and no feed that goes on.
        await sleep(what === '/app' ? 1200 : 150);
        const frames = (one) => one.frames().filter((f) => f === one.mainFrame());
        const before = (await Promise.all(frames(rawPage).map((f) => f.evaluate(controls)))).flat();
        const after = (await Promise.all(frames(page).map((f) => f.evaluate(controls)))).flat();
        for (const one of before.filter((c) => c.exports)) exports.push({ ...one, page: what });
        assert.deepEqual(after.filter((c) => c.exports).map((c) => c.label), [], `${what} offers nothing to take away`);
        const left = before.filter((c) => !c.exports);
        ordinary += left.length;
        // Names are masked, the kind of control and its place are not.
        assert.deepEqual(after.map((c) => c.tag), left.map((c) => c.tag), `${what} has the same controls:\n${left.map((c) => c.says).join(' | ')}\n${after.map((c) => c.says).join(' | ')}`);
        left.forEach((c, n) => {
          const plain = !/\d/.test(c.says) && at.canaries.find(c.says).length === 0 && !/^[A-Z'’-]+, /.test(c.says) && !/patients\//.test(c.leads ?? '');
          if (plain) assert.equal(after[n].says, c.says, what);
          assert.equal(after[n].leads && kind(after[n].leads), c.leads && kind(c.leads), `${what}: ${c.says}`);
          if (c.leads?.startsWith(at.raw) && !/logout/.test(c.leads)) queue.push([c.leads.split('#')[0], after[n].leads.split('#')[0]]);
        });
      }
      const kinds = [...seen.keys()];
      for (const need of ['/patients/*', '/patients/*/results', '/patients/*/documents', '/patients/*/documents/*', '/patients/*/edit', '/ward/*']) assert.ok(kinds.includes(need), `${need}: ${kinds.join(' ')}`);
      assert.ok(ordinary > 150, `${ordinary} ordinary controls were compared`);
      const places = new Set(exports.map((e) => `${e.page} ${e.label}`));
      for (const need of ['/patients Export CSV', '/patients Export to Excel', '/patients Export this list', '/patients Save table', '/patients Print list', '/patients/*/results Download results',
        '/patients/*/results Save as CSV', '/patients/*/results Print', '/legacy/list.asp Print']) {
        assert.ok(places.has(need), `the control: ${need} is there without Fanlight: ${[...places].join('; ')}`);
      }
      if (shots) await page.screenshot({ path: `${shots}/controls-${trust}.png` });
    });

    test('no page failed that does not fail without Fanlight', () => {
      const before = new Set(said.raw);
      const more = said.through.filter((line) => !before.has(line));
      assert.deepEqual([...new Set(more)], []);
    });

    test('what each export asks for is answered without Fanlight and refused with it', { timeout: 60000 }, async () => {
      const asks = exports.filter((e) => e.leads).map((e) => ({ path: e.leads.replace(at.raw, ''), method: 'GET' }));
      asks.push(...exports.filter((e) => e.form && !e.leads).map((e) => ({ path: e.form.to.replace(at.raw, ''), method: 'POST', body: e.form.body })));
      const results = asks.map((a) => a.path).find((p) => p.endsWith('/results.csv'));
      assert.ok(results);
      asks.push({ path: results.replace('results.csv', 'print'), method: 'GET' }, { path: '/patients?format=csv', method: 'GET' });
      assert.ok(asks.length >= 6, JSON.stringify(asks.map((a) => a.path)));
      const fetched = (one, ask) => one.evaluate(async ({ path, method, body }) => {
        const answer = await fetch(path, { method, body, headers: body ? { 'content-type': 'application/x-www-form-urlencoded' } : {} });
        return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
      }, ask);
      await rawPage.goto(`${at.raw}/patients`);
      await page.goto(`${at.origin}/patients`);
      const token = await page.locator('#search input[name=csrf]').getAttribute('value');
      for (const ask of asks) {
        const what = `${ask.method} ${kind(at.raw + ask.path)}`;
        const there = await fetched(rawPage, ask);
        assert.equal(there.status, 200, `${what} without Fanlight`);
        assert.ok(/csv|pdf/.test(there.type) || there.body.includes('window.print'), `${what} is an export: ${there.type}`);
        const here = await fetched(page, { ...ask, body: ask.body?.replace(/csrf=[^&]*/, `csrf=${encodeURIComponent(token)}`) });
        // A letter is shown to who opens it, and to no script; its address here is the one without Fanlight, and may name a patient who is known.
        assert.ok(here.status === 403 || (there.type.includes('pdf') && here.status === 502), `${what} through Fanlight: ${here.body.slice(0, 200)}`);
        assert.equal(at.canaries.find(here.body).length, 0);
      }
    });
  });
}

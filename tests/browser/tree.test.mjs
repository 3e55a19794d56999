// Pages with scripts behave the same whether their markup leaves as it came or is written down from a browser's tree.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { browser, folder, readPage, sleep } from './support.mjs';
import { logIn, site } from './site.mjs';

let chromium;
before(async () => { chromium = await browser(); });
after(() => chromium?.close());

/** The pages that are read as trees on the second site: all that a person reads, none that is refused. */
const PACK = `
[[route]]
id = "as-trees"
path = ["/", "/patients", "/patients/{id}", "/patients/{id}/{tab}", "/app", "/legacy", "/legacy/**", "/ward/**"]
treatment = "rewrite"
parser = "tree"
hit = "GET /patients/1/results"
miss = "GET /patients/1/results/export"
`;

/** Pseudonyms and tokens are another site's own. */
const plain = (text) => text
  .replace(/‹[^›]*›/g, '‹›').replace(/flt[a-z0-9]{10,}/g, 'flt').replace(/localhost:\d+/g, 'localhost')
  .replace(/\s+/g, ' ').trim();

/** What a page is once its scripts have run: text, elements, what forms would send, what is drawn. */
const bones = (page) => page.evaluate(() => {
  const elements = [...document.body.querySelectorAll('*')].filter((e) => !e.closest('[popover]'));
  return {
    mode: document.compatMode,
    text: document.body.innerText,
    elements: elements.map((e) => e.localName),
    classes: elements.map((e) => e.getAttribute('class') ?? ''),
    forms: [...document.forms].map((f) => [...f.elements].map((c) => c.name).join()),
    values: [...document.querySelectorAll('input:not([type=hidden]),select,textarea')].map((c) => c.value),
    scripts: document.scripts.length,
    drawn: [...document.querySelectorAll('canvas')].map((c) => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].some((v) => v)),
    paths: document.querySelectorAll('svg path, svg polyline, svg circle').length,
  };
});

for (const trust of ['royal-free', 'milton-keynes']) {
  describe(trust, () => {
    const sides = [];
    before(async () => {
      const streamed = await site(trust);
      const pack = join(folder(), 'trees');
      mkdirSync(pack);
      writeFileSync(join(pack, 'routes.toml'), PACK);
      const tree = await site(trust, { clinicPort: streamed.clinicPort, packs: [pack] });
      for (const at of [streamed, tree]) {
        const context = await chromium.newContext();
        const page = await context.newPage();
        const errors = [];
        page.on('pageerror', (e) => errors.push(e.message));
        page.on('console', (m) => { if (m.type() === 'error') errors.push(m.text()); });
        await logIn(page, at.origin);
        sides.push({ at, page, context, errors });
      }
    });
    after(async () => {
      for (const { at, context } of sides.reverse()) { await context?.close(); await at?.stop(); }
    });

    /** Opens the same page on both sites, and says what it is there. */
    const both = async (open) => {
      const out = [];
      for (const side of sides) {
        side.errors.length = 0;
        const answer = await open(side);
        await sleep(700);
        const body = answer ? await answer.text().catch(() => '') : '';
        const hits = side.at.canaries.find(await readPage(side.page));
        assert.equal(hits.length, 0, JSON.stringify(hits.slice(0, 5)));
        out.push({ body: plain(body), errors: side.errors.map(plain), ...await bones(side.page) });
      }
      const [streamed, tree] = out;
      for (const key of ['errors', 'mode', 'elements', 'classes', 'forms', 'scripts', 'drawn', 'paths']) {
        assert.deepEqual(tree[key], streamed[key], key);
      }
      assert.deepEqual(tree.values.map(plain), streamed.values.map(plain), 'values');
      assert.equal(plain(tree.text), plain(streamed.text), 'text');
      assert.ok(streamed.text.length > 100, 'there is a page');
      return out;
    };

    test('the list: rows, and a search that its form sends', async () => {
      const [streamed, tree] = await both((s) => s.page.goto(`${s.at.origin}/patients`));
      assert.notEqual(tree.body, streamed.body, 'one was written down from a tree');
      assert.match(tree.body, /<!DOCTYPE html>.*<html/, 'as a tree is written');
      const search = async ({ page }) => {
        const field = page.locator('form input:not([type=hidden])').first();
        await field.fill('ward');
        await Promise.all([page.waitForNavigation(), field.press('Enter')]);
      };
      await both(search);
    });

    test('the chart and every tab of it, the plots among them', async () => {
      await both(async ({ page, at }) => {
        await page.goto(`${at.origin}/patients`);
        await Promise.all([page.waitForNavigation(), page.locator('table tbody tr a[href*="/patients/"]').first().click()]);
      });
      const charts = sides.map(({ page }) => page.url());
      for (const tab of ['problems', 'medicines', 'results', 'notes', 'documents']) {
        const [, tree] = await both((s) => s.page.goto(`${charts[sides.indexOf(s)]}/${tab}`));
        if (tab === 'results') assert.ok(tree.drawn.some(Boolean) || tree.paths > 0, 'the trend is drawn');
      }
    });

    test('the results application draws itself', async () => {
      const [, tree] = await both(async (s) => {
        const answer = await s.page.goto(`${s.at.origin}/app`);
        await sleep(1500);
        return answer;
      });
      assert.ok(tree.text.replace(/\s+/g, ' ').length > 100);
    });
  });
}

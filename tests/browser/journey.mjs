// One journey through the clinic, as a nurse without Fanlight and an engineer through it make it: log in, wards and their feed, list, pages of it,
// search, a chart with all its tabs, documents, a save, the single-page application, the classic frames, log out. It returns
// what was seen at each stop with the masks aside: the shape of the page, its own words (headings, labels, buttons), counts, what scripts drew.
import assert from 'node:assert/strict';
import { sleep } from './support.mjs';

/** What a view on a screen takes out, and what only says that it did. */
const TAKEN_OUT = '.exports, [data-action=print], [data-action=blob], a.button[href*="/documents/"], a[href$="/print"], a[href$=".csv"], object, iframe.card, [data-fanlight-out], input[type=button][value=Print], #feed > *, html > div[popover]';

/** Runs in the page: its shape and its own words. Texts about a patient are not among them. */
function shape(takenOut) {
  // Values, where they are marked as a patient's, and what is only there because Fanlight is.
  const out = [];
  const skip = (el) => el.matches(takenOut) || el.closest(takenOut) || (el.parentElement === document.head && ['STYLE', 'SCRIPT', 'META', 'LINK'].includes(el.tagName));
  for (const el of document.documentElement.querySelectorAll('*')) {
    if (skip(el) || ['HTML', 'HEAD', 'BODY', 'TITLE'].includes(el.tagName)) continue;
    const says = ['TH', 'DT', 'LABEL', 'BUTTON', 'LEGEND', 'CAPTION', 'H2', 'H3', 'OPTION'].includes(el.tagName) || (el.tagName === 'A' && el.closest('nav, footer, .bar, .switch'));
    const about = el.closest('#recent, datalist, tbody td, .picker, #app-patient h2, caption, .note h3, #cda');
    out.push(el.tagName.toLowerCase() + (el.getAttribute('class') ? `.${el.className}` : '') + (says && !about ? `=${el.textContent.replace(/\s+/g, ' ').trim()}` : ''));
  }
  return out;
}

/** The journey from `origin`, in a fresh page of `context`. */
export async function journey(context, origin) {
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const seen = [], wrong = [];
  page.on('pageerror', (e) => wrong.push(`script: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error' && !/Failed to load resource|^Framing .* violates .*"frame-src /.test(m.text())) wrong.push(`console: ${m.text()}`); });
  page.on('response', (r) => { if (r.status() >= 400) wrong.push(`${r.status()} of ${new URL(r.url()).pathname.replace(/\/[^/]*\d[^/]*(?=\/|$)/g, '/*')}`); });
  page.on('requestfailed', (r) => { if (!/feed/.test(r.url())) wrong.push(`request: ${r.failure()?.errorText} ${new URL(r.url()).pathname.split('/').slice(0, 2).join('/')}`); });
  // Where an address of the system behind was followed, that was not through here.
  page.on('request', (r) => { if (/^(?:https?|wss?):/.test(r.url()) && new URL(r.url()).host !== new URL(origin).host && !context.also?.includes(new URL(r.url()).host)) wrong.push(`left: ${new URL(r.url()).origin}`); });
  const note = (stop, what) => seen.push({ stop, what });
  const look = async (stop, frame = page) => note(stop, await frame.evaluate(shape, TAKEN_OUT));
  // The next document. That a page renamed its own entry in the history is a navigation too, but none that a click led to.
  const arrived = async () => {
    for (;;) {
      const answer = await page.waitForNavigation({ waitUntil: 'load' });
      if (answer) return answer;
    }
  };
  const go = async (stop, click, also) => {
    const [answer] = await Promise.all([arrived(), click()]).catch((e) => { throw new Error(`${stop}: ${e.message}`, { cause: wrong }); });
    await also?.();
    note(`${stop}: status`, answer?.status());
    await look(stop);
  };

  // Logging in: a page behind it leads there, a wrong password is told, the right one leads to the page that was asked for.
  const first = await page.goto(`${origin}/patients`);
  note('log-in: status', [first.status(), new URL(page.url()).pathname]);
  await look('log-in');
  await page.fill('input[name=user]', 'engineer');
  await page.fill('input[type=password]', 'wrong');
  await go('wrong password', () => page.click('main form button'));
  note('what it says', (await page.textContent('.error')).trim());
  await page.fill('input[name=user]', 'engineer');
  await page.fill('input[type=password]', 'demo');
  await go('logged in', () => page.click('main form button'));
  note('where to', new URL(page.url()).pathname);

  // Home, a ward and its feed.
  await go('home', () => page.click('nav.main a >> nth=0'));
  await go('a ward', () => page.click('nav.main a >> nth=2'));
  await page.waitForSelector('#feed li', { timeout: 15000 });
  const entry = await page.evaluate(() => document.querySelector('#feed li a')?.href ?? null);
  if (entry) assert.equal(new URL(entry).origin, new URL(origin).origin, 'the feed leads to here');
  note('its feed', 'events came');

  // The list: its second page, a ward of it by the form, the row that a script shows.
  await go('list', () => page.click('nav.main a >> nth=1'));
  await go('second page', () => page.click('a[rel=next]'));
  await go('back', () => page.click('a[rel=prev]'));
  await page.selectOption('#ward', { index: 2 });
  await go('searched by ward', () => page.click('#search-button'));
  note('found', (await page.textContent('#count')).trim());
  await page.click('button.select >> nth=1');
  note('selected', [await page.isVisible('#selected'), (await page.textContent('#selected span')).trim()]);
  const key = async () => page.evaluate(() => document.querySelector('#selected a').href);
  assert.equal(new URL(await key()).origin, new URL(origin).origin);
  await go('chart of the selected', () => page.click('#selected a'));

  // What stands in the page as the key of a record finds it again.
  const record = await page.getAttribute('#banner', 'data-nhs-number');
  await page.fill('#find', record);
  await go('searched by what the page holds', () => page.click('.find button'));
  note('found', (await page.textContent('#count')).trim());
  await go('chart', () => page.click('#patients tbody a >> nth=0'));

  // And the name that a page shows, whatever stands there.
  await page.goto(`${origin}/patients`);
  const shown = (await page.textContent('#patients tbody a >> nth=2')).trim();
  await page.fill('#find', shown);
  await go('searched by the name shown', () => page.click('.find button'));
  note('found', (await page.textContent('#count')).trim());
  await page.goto(`${origin}/patients`);
  await go('chart again', () => page.click('#patients tbody a >> nth=2'));

  // Every tab of the chart.
  const chart = page.url().split(/[?#]/)[0];
  const tabs = await page.$$eval('nav.tabs a', (all) => all.map((a) => a.textContent.trim()));
  note('tabs', tabs);
  for (let i = 0; i < tabs.length; i++) {
    await go(`tab ${tabs[i]}`, () => page.click(`nav.tabs a >> nth=${i}`), async () => {
      if (tabs[i] !== 'Vital signs' && !(await page.$('#vitals'))) return;
      await page.waitForFunction(() => /\d/.test(document.getElementById('hr')?.textContent ?? ''), null, { timeout: 15000 });
      const drawn = () => { const c = document.getElementById('wave'); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v); };
      await page.waitForFunction(drawn, null, { timeout: 15000 });
      await page.click('#again');
      await page.evaluate(() => { document.getElementById('bp').textContent = ''; });
      await page.waitForFunction(() => /\d+\/\d+/.test(document.getElementById('bp').textContent), null, { timeout: 15000 });
      note('vitals', 'drawn, subscribed again');
    });
    if (await page.$('canvas:not(#wave)')) {
      note('plot', await page.evaluate(() => [...document.querySelectorAll('canvas')].map((c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v))));
    }
  }

  // Documents of each kind: text, and what a script loads and shows.
  await page.goto(`${chart}/documents`);
  const documents = await page.$$eval('#documents tbody tr', (rows) => rows.map((r) => ({ href: r.querySelector('a').href, file: /\.(\w+)/.exec(r.querySelector('.file').textContent)?.[1] ?? r.cells.length })));
  note('documents', documents.length);
  for (const { href } of documents.slice(0, 4)) {
    // A script fetches some of them, which takes as long as the machine is busy.
    await page.goto(href, { waitUntil: 'networkidle' });
    await look('document');
  }

  // A save of one field leaves the others what they were, and the page says that it is saved.
  await page.goto(`${chart}/edit`);
  const before = await page.$$eval('#edit input, #edit textarea', (all) => all.map((i) => i.name));
  // A field that holds a token is of text, whatever it was.
  note('fields', before);
  await page.fill('#e-title', 'Professor');
  await go('saved', () => page.click('#save'));
  note('saved: address', new URL(page.url()).search);
  await page.goto(`${chart}/edit`);
  note('title', await page.inputValue('#e-title'));
  note('kept', await page.$$eval('#edit input:not([type=hidden]), #edit textarea', (all) => all.filter((i) => i.value).map((i) => i.name)));

  // The single-page application, by its own search and by its address.
  await go('application', () => page.click('nav.main a >> nth=4'), () => page.waitForSelector('#app-list button'));
  note('patients', (await page.textContent('#app-count')).trim());
  await page.click('#app-list button >> nth=3');
  await page.waitForSelector('#app-results tr');
  await look('application: a patient');
  await page.reload();
  await page.waitForSelector('#app-results tr');
  await go('from the application to the chart', () => page.click('#app-patient a'));

  // The classic frames, of another charset.
  await go('own page', () => page.click('nav.main a >> nth=3'));
  await page.goto(`${origin}/legacy`);
  const frame = async (url) => { for (let i = 0; i < 80; i++) { const f = page.frames().find((x) => url.test(x.url())); if (f && await f.$('body').catch(() => null)) return f; await sleep(50); } throw new Error(`no frame ${url}`); };
  const menu = await frame(/menu\.asp/);
  await look('classic menu', menu);
  note('classic menu: signs', await menu.textContent('body > p'));
  const list = await frame(/list\.asp$/);
  // One frame leads another.
  const lead = (link) => Promise.all([list.waitForNavigation({ waitUntil: 'load' }), menu.click(link)]);
  await lead('a >> nth=0');
  await list.waitForSelector('table a');
  await look('classic list', list);
  await lead('a >> nth=2');
  await list.waitForSelector('h1:has-text(" on ")');
  await lead('a >> nth=0');
  await list.waitForSelector('table a');
  await list.click('table a >> nth=2');
  const patient = await frame(/pat\.asp/);
  await patient.waitForSelector('table');
  note('classic patient: signs', (await patient.textContent('body')).match(/Caf. open[^\n]*/)?.[0]);
  await Promise.all([page.waitForNavigation(), patient.click('a[target=_top]')]);
  note('out of the frames', page.frames().length);

  // Out.
  await go('log out', () => page.click('.leave button'));
  note('after', new URL(page.url()).pathname);
  await page.goto(`${origin}/patients`);
  note('no longer in', new URL(page.url()).pathname);
  await page.close();
  // The wrong password is meant.
  assert.deepEqual(wrong, ['422 of /login'], 'no error on the way');
  return seen;
}

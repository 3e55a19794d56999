// Controls that scripts draw, in every way pages do it: while the page is read and later, in lists, shadows and elements of their own, by another word or class, again
// and again. What the rules take away is not seen, what they disable does nothing, all else is seen and works; and no page makes the guard ask without end. The same
// pages without Fanlight show and do everything.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { browser, freePort, sleep } from './support.mjs';
import { front } from './site.mjs';

const page = (script, body = '') => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title></head><body><h1>Ward list</h1>
<script>window.pressed = []; addEventListener('click', function (e) { var el = e.composedPath()[0].closest('[id]'); pressed.push(el && el.id); e.preventDefault(); });
function draw(markup, into) { var box = (into || document.getElementById('app')).appendChild(document.createElement('div')); box.innerHTML = markup; return box; }</script>
<div id="app"></div>${body}<script>${script}</script><p>the end</p></body></html>`;
// Markup in the text of a script is looked at as it passes: here it is put together only when it runs.
const hidden = (script) => `(0, eval)(${JSON.stringify([...script].reverse().join(''))}.split('').reverse().join(''));`;
const later = (script) => page(hidden(`setTimeout(function () { ${script}; window.drawn = true; }, 200);`));
const PAGES = {
  read: page(hidden(`draw('<button id="out-1">Export</button> <button id="in-1">Save</button>'); document.write('<button id="out-2">Print</button><button id="in-2">Next</button>'); window.drawn = true;`)),
  list: later(`draw('<ul><li id="out-1"><a id="out-2" href="#">Print</a></li><li id="in-1"><a id="in-2" href="#">Problems</a></li></ul>')`),
  group: later(`draw('<div class="btn-group" id="in-1"><button id="in-2">Save</button><button id="out-1">Print</button></div>')`),
  table: later(`draw('<table><tr><th id="in-1"><a id="in-2" href="#">Email</a></th></tr></table> <a id="out-1" href="#">Email</a>')`),
  pressed: later(`draw('<span id="out-1" data-action="export">CSV file</span> <span id="in-1" data-action="sort">Sort</span> <x-button id="out-2">Download</x-button> <x-button id="in-2">Open</x-button>')`),
  shadow: later(`var host = draw('<span></span>').firstChild, root = host.attachShadow({ mode: 'open' }); root.innerHTML = '<button id="out-1">Download</button> <button id="in-1">Open</button>'`),
  word: later(`var b = draw('<button id="out-1">Save</button> <button id="in-1">Export</button>').children; setTimeout(function () { b[0].textContent = 'Export'; b[1].firstChild.data = 'Save'; }, 600)`),
  attribute: later(`var b = draw('<button id="out-1"><i></i></button> <button id="in-1" title="Print"><i></i></button>').children; setTimeout(function () { b[0].title = 'Print'; b[1].title = 'Next'; }, 600)`),
  style: later(`var b = draw('<button id="in-1" style="display:inline-block">Export</button> <button id="out-1">Export</button>').children[0]; setTimeout(function () { b.style.display = 'none'; b.textContent = 'Save'; b.style.display = 'block'; }, 600)`),
  drawing: later(`var svg = '<svg width="9" height="9">' + '<path d="M0 0L9 9" data-x="' + 'x'.repeat(40) + '"/>'.repeat(1) + '<path d="M0 0L9 9L0 9L9 0"/>'.repeat(400) + '</svg>'; draw('<button id="out-1">' + svg + 'Export</button> <button id="in-1">' + svg + 'Save</button>')`),
  disabled: later(`draw('<a id="off-1" href="/lists/today.csv">Today</a> <a id="in-1" href="/lists/today">Today</a>')`),
  written: later(`document.open(); document.write('<!DOCTYPE html><title>t</title><h1>New</h1><button id="in-1">Save</button><div id="app"></div>'); document.close(); pressed = []; addEventListener('click', function (e) { pressed.push(e.target.id); e.preventDefault(); }); setTimeout(function () { document.getElementById('app').innerHTML = '<button id="out-1">Export</button> <button id="in-2">Next</button> <a id="off-1" href="/lists/today.csv">Today</a>'; }, 300)`),
  busy: later(`draw('<button id="in-1">0</button><button id="out-1">Export</button>'); var n = 0; setInterval(function () { n += 1; document.getElementById('in-1').textContent = 'Ward ' + n; }, 30)`),
  many: later(`for (var n = 0; n !== 2000; n += 1) draw('<a class="w" href="#">Ward ' + n + '</a>'); draw('<button id="out-1">Export</button><button id="in-1">Save</button>')`),
  important: later(`draw('<button id="out-1" style="display:inline-block!important">Export</button><button id="in-1" style="display:inline-block!important">Save</button>')`),
  mended: later(`var b = draw('<button id="out-1">Export</button> <button id="in-1">Save</button>').children[0]; setTimeout(function () { b.removeAttribute('data-fanlight-out'); }, 600)`),
  cut: later(`draw('<ul><li id="in-1">x</li></ul><button id="out-1">Export</button>'); document.getElementById('in-1').textContent = 'Fine ' + String.fromCharCode(0xd83d)`),
  libraries: page(hidden(`Array.prototype.toJSON = String.prototype.toJSON = function () { return '"x"'; }; Array.from = function (of) { return of.length === undefined ? [of] : Array.prototype.slice.call(of); }; setTimeout(function () { draw('<button id="out-1">Export</button> <button id="in-1">Save</button>'); window.drawn = true; }, 200)`)),
  unclosed: later(`document.open(); document.write('<!DOCTYPE html><title>t</title><h1>New</h1><div id="app"></div>'); pressed = []; addEventListener('click', function (e) { pressed.push(e.target.id); e.preventDefault(); }); setTimeout(function () { document.getElementById('app').innerHTML = '<button id="out-1">Export</button> <button id="in-1">Save</button>'; }, 300)`),
  copied: later(`var b = draw('<button id="out-1">Export</button> <a id="off-1" href="/lists/today.csv">Today</a>').children; setTimeout(function () { var c = b[0].cloneNode(true), d = b[1].cloneNode(true); c.id = 'in-1'; c.textContent = 'Save'; d.id = 'in-2'; d.href = '/lists/today'; b[1].after(c, d); }, 900)`),
  container: later(`draw('<div onclick="if(event.target.id===0)window.print()"><button id="in-1">Save</button></div>')`),
  heading: later(`draw('<table><tr><th onclick="void 0" id="in-1">Name <button id="out-1">Export</button></th></tr></table>')`),
  icon: later(`draw('<button id="out-1"><svg width="9" height="9"><g><use href="#icon-print"></use></g></svg></button><button id="in-1"><svg width="9" height="9"><g><use href="#icon-next"></use></g></svg></button>')`),
  settles: later(`var b = draw('<button id="out-1">0</button> <button id="in-1">Save</button> <button id="out-2">Export</button>').children[0], n = 0, t = setInterval(function () { n += 1; b.textContent = 'Ward ' + n; if (n === 40) { clearInterval(t); b.textContent = 'Export'; } }, 20)`),
  mute: later(`draw('<button id="in-1">Save</button>')`),
};

describe('controls that scripts draw', { concurrency: 4 }, () => {
  let chromium, server, fanlight, raw;
  before(async () => {
    server = createServer((request, response) => {
      const name = request.url.slice(1);
      if (!PAGES[name]) { response.writeHead(404).end(); return; }
      const policy = name === 'mute' ? { 'content-security-policy': "connect-src 'none'" } : {};
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(PAGES[name]);
    });
    const port = await freePort();
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    raw = `http://127.0.0.1:${port}`;
    fanlight = await front({ upstream: raw });
    chromium = await browser();
  });
  after(async () => { await chromium?.close(); await fanlight?.stop(); server?.close(); });

  /** What can be seen, and what pressing each does; the questions that were asked meanwhile. */
  async function visit(origin, name) {
    const context = await chromium.newContext(), tab = await context.newPage();
    let asked = 0;
    const errors = [];
    tab.on('request', (request) => { if (request.url().endsWith('/.fanlight/controls')) asked += 1; });
    // Where the page's policy forbids to ask, the attempts are told.
    tab.on('console', (message) => { if (message.text().includes('connect-src')) asked += 1; });
    tab.on('pageerror', (error) => errors.push(String(error)));
    await tab.goto(`${origin}/${name}`);
    await tab.waitForFunction(() => window.drawn, null, { timeout: 5000 });
    // As long as all of them change; and then, on a machine with much to do, until what is to go has gone.
    await sleep(2000);
    const left = () => tab.evaluate(() => ['out-1', 'out-2'].some((id) => document.getElementById(id)?.checkVisibility({ visibilityProperty: true })));
    for (let n = 0; origin !== raw && n !== 40 && await left(); n += 1) await sleep(200);
    const seen = [], worked = [];
    for (const id of ['in-1', 'in-2', 'out-1', 'out-2', 'off-1']) {
      const control = tab.locator(`#${id}`);
      if (!(await control.count()) || !(await control.isVisible())) continue;
      seen.push(id);
      await control.dispatchEvent('pointerdown');
      await control.click({ force: true });
      if ((await tab.evaluate(() => pressed.splice(0))).length > 0) worked.push(id);
    }
    const says = await tab.evaluate(() => { var el = document.getElementById('off-1'); return el ? [el.title, el.getAttribute('aria-disabled')] : null; });
    await context.close();
    return { asked, errors, seen, says, worked };
  }

  for (const name of Object.keys(PAGES)) {
    test(name, async () => {
      const ids = [...new Set(PAGES[name].match(/\b(in|out|off)-\d|\b\d-(ni|tuo|ffo)\b/g).map((id) => (/^\d/.test(id) ? [...id].reverse().join('') : id)))].sort();
      const [without, shown] = [await visit(raw, name), await visit(fanlight.origin, name)];
      assert.deepEqual(without.seen.sort(), ids, 'without Fanlight all is seen');
      assert.deepEqual(without.worked.sort(), ids, 'without Fanlight all works');
      assert.deepEqual(shown.errors, without.errors, 'no other errors');
      assert.deepEqual(shown.seen.sort(), ids.filter((id) => !id.startsWith('out')), 'what is taken away is not seen');
      assert.deepEqual(shown.worked.sort(), ids.filter((id) => id.startsWith('in')), 'what is left works');
      if (ids.includes('off-1')) assert.deepEqual(shown.says, ['not available in this view', 'true']);
      assert.ok(without.asked === 0 && shown.asked >= 1 && shown.asked <= (name === 'many' ? 110 : 14), `${shown.asked} questions`);
    });
  }
});

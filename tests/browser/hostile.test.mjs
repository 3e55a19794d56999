// Pages that do not want the guard, or that take it away without meaning to: wiped styles, wars of `!important`, policies of their own, documents written and
// replaced, fresh frames and windows, other kinds of documents. On each the paper stays blank, nothing is copied, the mark is seen and the application works;
// without Fanlight the same page prints, copies and works.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { join } from 'node:path';
import { browser, freePort, shots, sleep } from './support.mjs';
import { front } from './site.mjs';

const WORDS = 'quarterly valves are open';
const COUNTER = `<p><button id="b">more</button> <b id="n">0</b></p><p>${WORDS}</p>`;
const COUNT = `var counts = function () { var b = document.getElementById('b'), n = document.getElementById('n'); if (b) b.onclick = function () { n.textContent = 1 + Number(n.textContent); }; }; document.addEventListener('DOMContentLoaded', counts); if (document.readyState !== 'loading') counts();`;
const page = (script, body = '', head = '') => `<!DOCTYPE html><html><head><meta charset="utf-8"><title>t</title>${head}</head><body>${COUNTER}${body}<script>${COUNT}${script}</script></body></html>`;
const inner = `<!DOCTYPE html><meta charset=utf-8>${COUNTER}<script>${COUNT}</scr` + `ipt>`;
const quoted = JSON.stringify(inner).replaceAll('</', '<\\/');
const xhtml = (ns, script) => `<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="${ns}"><head><title>t</title></head><body>${COUNTER}<script>${script}</script></body></html>`;
const svg = (script = '') => `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><g id="b"><rect width="120" height="40" fill="#9cf"/><text x="5" y="25">more</text></g><text id="n" x="200" y="25">0</text><text x="5" y="80">${WORDS}</text><script>document.getElementById('b').addEventListener('click', function () { var n = document.getElementById('n'); n.textContent = 1 + Number(n.textContent); });${script}</script></svg>`;
const utf16 = (text) => Buffer.from('\ufeff' + text, 'utf16le');
const html = 'text/html; charset=utf-8';

/** name: { body, type, headers; frame: where the counter is; counts: false when the page runs no script; copies: false where even without Fanlight nothing would be. */
const PAGES = {
  plain: { body: page('') },
  'wipes every style and link': { body: page(`setInterval(function () { document.querySelectorAll('style,link').forEach(function (e) { e.remove(); }); }, 20);`) },
  'empties the adopted style sheets': { body: page(`setInterval(function () { document.querySelectorAll('style').forEach(function (e) { e.remove(); }); document.adoptedStyleSheets = []; document.adoptedStyleSheets.length = 0; }, 20);`) },
  'deletes rules and disables sheets': { body: page(`setInterval(function () { Array.from(document.styleSheets).concat(Array.from(document.adoptedStyleSheets)).forEach(function (s) { while (s.cssRules.length) s.deleteRule(0); s.disabled = true; }); }, 20);`) },
  'important by #id, inline and layer': { body: page(`document.documentElement.style.setProperty('display', 'block', 'important'); document.body.style.setProperty('user-select', 'text', 'important');`, '', '<style>@layer war{html,html *{display:block!important;visibility:visible!important;opacity:1!important;position:static!important;left:0!important;color:#000!important;user-select:text!important}}@media print{html#i#i#i,#i#i#i *{display:block!important;visibility:visible!important;position:static!important;left:0!important;opacity:1!important;color:#000!important;user-select:text!important}}</style>').replace('<html>', '<html id="i" style="display:block!important;user-select:text!important">') },
  'wipes styles and brings the page back before printing': { body: page(`document.querySelectorAll('style').forEach(function (e) { e.remove(); }); document.adoptedStyleSheets = []; window.onbeforeprint = document.body.onbeforeprint = function () { document.documentElement.removeAttribute('style'); }; matchMedia('print').addEventListener('change', function () { document.documentElement.style.setProperty('display', 'block', 'important'); });`) },
  'own sandbox with scripts': { body: page(''), headers: { 'content-security-policy': 'sandbox allow-scripts allow-same-origin allow-modals allow-downloads' } },
  'own sandbox without scripts': { body: page(''), headers: { 'content-security-policy': 'sandbox allow-same-origin' }, counts: false },
  'own sandbox of no origin': { body: page(''), headers: { 'content-security-policy': 'sandbox allow-scripts' } },
  'strict-dynamic': { body: page('').replace('<script>', '<script nonce="r4nd">'), headers: { 'content-security-policy': "script-src 'strict-dynamic' 'nonce-r4nd'; style-src 'nonce-r4nd'; object-src 'none'" } },
  'nonce only': { body: page('').replace('<script>', '<script nonce="r4nd">'), headers: { 'content-security-policy': "default-src 'none'; script-src 'nonce-r4nd'" } },
  'hash only': { hashed: true, body: page('') },
  'Trusted Types': { body: page(''), headers: { 'content-security-policy': "require-trusted-types-for 'script'; trusted-types none" } },
  'policy in a meta element': { body: page('').replace('<script>', '<script nonce="r4nd">').replace('<head>', `<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-r4nd'">`) },
  'document.write after load': { body: page(`setTimeout(function () { document.write(${quoted}); document.close(); }, 300);`) },
  'document.open, and a listener before the guard': { body: page(`setTimeout(function () { document.open(); window.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', 'quarterly valves by script'); e.preventDefault(); e.stopImmediatePropagation(); }, true); document.write(${quoted}); document.close(); }, 300);`) },
  'a listener that is written': { body: page(`setTimeout(function () { document.write(${JSON.stringify(inner.replace('<script>', `<script>window.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', 'quarterly valves by script'); e.preventDefault(); e.stopImmediatePropagation(); }, true);`)).replaceAll('</', '<\\/')}); document.close(); }, 300);`) },
  'html replaced': { body: page(`setTimeout(function () { var html = document.createElement('html'); html.appendChild(document.createElement('head')); var body = html.appendChild(document.createElement('body')); while (document.body.firstChild) body.appendChild(document.body.firstChild); document.replaceChild(html, document.documentElement); }, 200);`) },
  'body replaced': { body: page(`setTimeout(function () { var body = document.createElement('body'); while (document.body.firstChild) body.appendChild(document.body.firstChild); document.body = body; document.head.innerHTML = ''; }, 200);`) },
  'prototypes overridden': { body: page(`Event.prototype.preventDefault = Event.prototype.stopImmediatePropagation = EventTarget.prototype.addEventListener = function () {}; HTMLElement.prototype.showPopover = HTMLElement.prototype.hidePopover = function () {}; Element.prototype.attachShadow = function () { throw 1; }; window.MutationObserver = function () {}; Reflect.apply = function () {}; CSSStyleDeclaration.prototype.setProperty = function () {};`) },
  'clears every timer': { body: page(`setInterval(function () { for (var i = 0; i < 999; i++) { clearTimeout(i); cancelAnimationFrame(i); } }, 10);`) },
  'script before html': { body: `<!DOCTYPE html><script>window.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', 'quarterly valves by script'); e.preventDefault(); e.stopImmediatePropagation(); }, true);</script>${page('').slice(15)}` },
  'no doctype, and a script first': { mode: 'BackCompat', body: `<script>window.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', 'quarterly valves by script'); e.preventDefault(); e.stopImmediatePropagation(); }, true);</script>${page('').slice(15)}` },
  'comment before the doctype': { mode: 'CSS1Compat', body: `<!-- a word --> ${page('')}` },
  'old doctype': { mode: 'BackCompat', body: page('').replace('<!DOCTYPE html>', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">') },
  'no head, no html': { mode: 'CSS1Compat', body: `<!DOCTYPE html><title>t</title>${COUNTER}<script>${COUNT}</script>` },
  'UTF-16': { body: utf16(page('', '<p id="u">Ærø ☃</p>').replace('<meta charset="utf-8">', '')), type: 'text/html; charset=utf-16', says: ['#u', 'Ærø ☃'] },
  'removes the mark in a loop': { body: page(`setInterval(function () { document.querySelectorAll('[popover]').forEach(function (e) { e.remove(); }); }, 1);`) },
  'hides the mark in a loop': { body: page(`setInterval(function () { document.querySelectorAll('[popover]').forEach(function (e) { e.style.setProperty('display', 'none', 'important'); e.hidden = true; e.hidePopover(); }); }, 4);`) },
  'hides the mark by hidePopover': { body: page(`setInterval(function () { document.querySelectorAll('[popover]').forEach(function (e) { e.hidePopover(); }); }, 2);`) },
  'hides the mark by style': { body: page('', '', '<style>html > div, [popover] { display: none !important; scale: 0 !important; translate: 9999px !important; mask: linear-gradient(#0000, #0000) !important; animation: none !important; z-index: -1 !important; opacity: 0 !important; zoom: .01 !important }</style>') },
  'margin boxes of the paper': { body: page('', '', '<style>@page { margin: 3cm !important; @top-center { content: "quarterly valves" !important } @bottom-left { content: "quarterly valves" } } @page :first { margin: 4cm !important }</style>') },
  'covers with z-index': { body: page('', '<div style="position:fixed;inset:0;background:#fed;z-index:2147483647;pointer-events:none"></div>') },
  'covers with a dialog': { body: page(`var d = document.querySelector('dialog'); setTimeout(function () { d.showModal(); }, 200);`, '').replace(COUNTER, `<dialog style="width:100vw;height:100vh;max-width:none;max-height:none;background:#fed;border:0;padding:0">${COUNTER}</dialog>`) },
  'covers with a popover': { body: page(`setTimeout(function () { document.getElementById('c').showPopover(); }, 200);`, '<div id="c" popover="manual" style="inset:0;width:100vw;height:100vh;margin:0;border:0;background:#fed;pointer-events:none"></div>') },
  'covers with a dialog in a shadow': { body: page(`var root = document.getElementById('h').attachShadow({ mode: 'open' }); root.innerHTML = ${JSON.stringify(`<dialog style="inset:0;width:100vw;height:100vh;max-width:none;max-height:none;background:#fed;border:0;margin:0;padding:0">${COUNTER}</dialog>`).replaceAll('</', '<\\/')}; var n = root.getElementById('n'); root.getElementById('b').onclick = function () { n.textContent = 1 + Number(n.textContent); }; setTimeout(function () { root.querySelector('dialog').showModal(); }, 200);`).replace(COUNTER, `<p>${WORDS}</p><div id="h"></div>`) },
  'covers by fullscreen': { body: page(`document.addEventListener('keydown', function (e) { if (e.key === 'F9') document.getElementById('c').requestFullscreen(); });`, '').replace(COUNTER, `<div id="c" style="background:#fed;width:100%">${COUNTER}</div>`), key: 'F9' },
  'srcdoc frame by script': { frame: true, body: page(`var f = document.createElement('iframe'); f.srcdoc = ${quoted}; document.body.append(f);`) },
  'srcdoc frame whose script listens first': { frame: true, body: page(`var f = document.createElement('iframe'); f.srcdoc = ${JSON.stringify(`<script>window.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', 'quarterly valves by script'); e.preventDefault(); e.stopImmediatePropagation(); }, true);</script>${inner}`).replaceAll('</', '<\\/')}; document.body.append(f);`) },
  'srcdoc frame in the page': { frame: true, body: page('', `<iframe srcdoc="${inner.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`) },
  'about:blank frame, written': { frame: true, body: page(`var f = document.createElement('iframe'); document.body.append(f); f.contentDocument.open(); f.contentDocument.write(${quoted}); f.contentDocument.close();`) },
  'about:blank frame, built': { frame: true, body: page(`var f = document.createElement('iframe'); document.body.append(f); var d = f.contentDocument; d.body.innerHTML = ${JSON.stringify(COUNTER).replaceAll('</', '<\\/')}; d.getElementById('b').onclick = function () { var n = d.getElementById('n'); n.textContent = 1 + Number(n.textContent); };`) },
  'frame in a shadow': { frame: true, body: page(`var f = document.createElement('iframe'); var h = document.body.appendChild(document.createElement('div')); h.attachShadow({ mode: 'closed' }).append(f); f.contentDocument.write(${quoted}); f.contentDocument.close();`) },
  'blob frame': { frame: true, body: page(`var f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob([${quoted}], { type: 'text/html' })); document.body.append(f);`) },
  'javascript frame': { frame: true, body: page(`var f = document.createElement('iframe'); f.src = 'javascript:parent.said'; window.said = ${quoted}; document.body.append(f);`) },
  'frame from the server': { frame: true, body: page(`var f = document.createElement('iframe'); f.src = 'plain'; document.body.append(f); f.contentWindow.early = 1;`) },
  'window written into': { window: true, body: page(`document.getElementById('o').onclick = function () { var w = window.open('about:blank', '_blank', 'width=800,height=600'); w.document.write(${quoted}); w.document.close(); };`, '<button id="o">open</button>') },
  'window built': { window: true, body: page(`document.getElementById('o').onclick = function () { var w = window.open(''); w.document.body.innerHTML = ${JSON.stringify(COUNTER).replaceAll('</', '<\\/')}; w.document.getElementById('b').onclick = function () { var n = w.document.getElementById('n'); n.textContent = 1 + Number(n.textContent); }; };`, '<button id="o">open</button>') },
  'window of a blob': { window: true, body: page(`document.getElementById('o').onclick = function () { window.open(URL.createObjectURL(new Blob([${quoted}], { type: 'text/html' }))); };`, '<button id="o">open</button>') },
  'window without opener': { window: true, body: page(`document.getElementById('o').onclick = function () { window.open('plain', '_blank', 'noopener'); };`, '<button id="o">open</button>') },
  'XHTML': { type: 'application/xhtml+xml', body: xhtml('http://www.w3.org/1999/xhtml', COUNT), mode: 'CSS1Compat' },
  'SVG document': { type: 'image/svg+xml', body: svg(), at: [60, 20] },
  'SVG document in a frame': { frame: true, body: page(`var f = document.createElement('iframe'); f.src = 'svg-document'; document.body.append(f);`), at: [60, 20] },
};
const slug = (name) => name.replace(/[^A-Za-z]+/g, '-').toLowerCase();

/** Whether anything is on the paper: a font or a picture is named in the file, or a path is filled in a page's content. */
function printed(pdf) {
  const text = pdf.toString('latin1');
  if (/\/Type\s*\/Font\b|\/Subtype\s*\/Image\b/.test(text)) return true;
  for (const [, body] of text.matchAll(/FlateDecode[^>]*>>\s*stream\r?\n([^]*?)\r?\nendstream/g)) {
    try { if (/\b(Tj|TJ|Do)\b/.test(inflateSync(Buffer.from(body, 'latin1')).toString('latin1'))) return true; } catch { /* not a content stream */ }
  }
  return false;
}

describe('hostile pages', { concurrency: 2 }, () => {
  // Focus and clipboard are a browser's own: each test takes one for itself, and two wait at the same time.
  let browsers, server, port, at;
  const free = [];
  const taking = async (deed) => { const mine = free.pop(); try { return await deed(mine); } finally { free.push(mine); } };
  before(async () => {
    browsers = await Promise.all([browser(), browser()]);
    free.push(...browsers);
    port = await freePort();
    const by = Object.fromEntries(Object.entries(PAGES).map(([name, page]) => [`/h/${slug(name)}`, page]));
    const { createHash } = await import('node:crypto');
    server = createServer((req, res) => {
      const page = by[new URL(req.url, 'http://x').pathname];
      const headers = { ...page?.headers };
      if (page?.hashed) {
        const [, script] = page.body.match(/<script>([^]*?)<\/script>/);
        headers['content-security-policy'] = `default-src 'none'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
      }
      res.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? html, ...headers });
      res.end(page?.body ?? 'nothing');
    });
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    at = await front({ upstream: `http://127.0.0.1:${port}` });
  });
  after(async () => { await Promise.all((browsers ?? []).map((b) => b.close())); await at?.stop(); server?.closeAllConnections(); server?.close(); });

  /** What can be done with a page. */
  async function tried(chromium, origin, name, what) {
    const context = await chromium.newContext({ viewport: { width: 900, height: 600 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://127.0.0.1:${port}` });
    const desk = await context.newPage();
    await desk.goto(`http://127.0.0.1:${port}/none`);
    const errors = [];
    let page = await context.newPage();
    page.on('pageerror', (e) => errors.push(e.message));
    await page.goto(`${origin}/h/${slug(name)}`);
    if (what.window) {
      const [opened] = await Promise.all([context.waitForEvent('page'), page.click('#o')]);
      page = opened;
      await page.waitForLoadState().catch(() => {});
    }
    await sleep(700);
    await page.waitForSelector('#n', { state: 'attached', timeout: 3000 }).catch(() => {});
    if (what.key) { await page.click('#n'); await page.keyboard.press(what.key); await sleep(500); }
    const out = { errors };
    const inside = what.frame ? page.frames().at(-1) : page;
    out.found = await inside.evaluate(() => document.documentElement.textContent).catch((e) => e.message);
    if (what.mode) out.mode = await page.evaluate(() => document.compatMode);
    if (what.says) out.says = await page.textContent(what.says[0]);
    // The mark: where the page itself has but one colour.
    const shot = await page.screenshot({ clip: { x: 420, y: 330, width: 400, height: 220 } });
    out.colours = await desk.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const to = canvas.getContext('2d');
      to.drawImage(image, 0, 0);
      return new Set(new Uint32Array(to.getImageData(0, 0, image.width, image.height).data.buffer)).size;
    }, shot.toString('base64'));
    if (shots) await page.screenshot({ path: join(shots, `hostile-${slug(name)}.png`) });
    if (what.counts !== false) {
      const button = await inside.$('#b');
      for (let i = 0; i < 2; i++) await button.click({ timeout: 2000, force: Boolean(what.at) });
      out.count = await inside.textContent('#n');
    }
    // Copying, with real keys.
    await desk.bringToFront();
    await desk.evaluate(() => navigator.clipboard.writeText('untouched'));
    await page.bringToFront();
    const n = await inside.$('#n');
    await n.click({ timeout: 2000, force: true });
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await sleep(100);
    await desk.bringToFront();
    out.copied = await desk.evaluate(() => navigator.clipboard.readText());
    await page.bringToFront();
    out.printed = printed(await page.pdf());
    await context.close();
    return out;
  }

  test('functions of a fresh frame, in the very task that makes it', () => taking(async (chromium) => {
    const look = async (origin) => {
      const context = await chromium.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/h/plain`);
      const found = await page.evaluate(() => {
        const of = (w) => ['print', 'open', 'showSaveFilePicker', 'Clipboard.prototype.writeText', 'Clipboard.prototype.readText', 'MediaDevices.prototype.getDisplayMedia', 'Document.prototype.write', 'Element.prototype.attachShadow']
          .filter((path) => { const f = path.split('.').reduce((at, name) => at?.[name], w); return f && Function.prototype.toString.call(f).includes('[native code]'); });
        const out = {};
        const add = (frame) => document.body.appendChild(frame);
        const frame = (set = {}) => Object.assign(document.createElement('iframe'), set);
        out.index = of((add(frame()), window[window.length - 1]));
        out.window = of(add(frame()).contentWindow);
        out.document = of(add(frame()).contentDocument.defaultView);
        out.srcdoc = of(add(frame({ srcdoc: '<p>x' })).contentWindow);
        out.address = of(add(frame({ src: '/h/plain?a' })).contentWindow);
        const holder = document.createElement('div');
        document.body.append(holder);
        holder.innerHTML = '<iframe></iframe>';
        out.markup = of(window[window.length - 1]);
        const shadow = holder.attachShadow({ mode: 'closed' });
        out.shadow = of(shadow.appendChild(frame()).contentWindow);
        const inner = add(frame()).contentDocument.body.appendChild(add(frame()).contentDocument.createElement('iframe'));
        out.nested = of(inner.contentWindow);
        return out;
      });
      await context.close();
      return found;
    };
    const raw = await look(`http://127.0.0.1:${port}`);
    for (const [how, natives] of Object.entries(raw)) assert.ok(natives.length >= 4, `the control: ${how} ${natives}`);
    const seen = await look(at.origin);
    assert.deepEqual(seen, Object.fromEntries(Object.keys(raw).map((how) => [how, []])));
  }));

  test('a frame of a data address is withheld, and the page goes on', () => taking(async (chromium) => {
    const load = async (origin) => {
      const context = await chromium.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/h/plain`);
      await page.evaluate(() => { const f = document.createElement('iframe'); f.src = 'data:text/html,<p>quarterly valves'; document.body.append(f); });
      await sleep(500);
      const text = await page.frames()[1]?.evaluate(() => document.body.innerText).catch(() => '') ?? '';
      await page.click('#b');
      const count = await page.textContent('#n');
      await context.close();
      return [/quarterly valves/.test(text), count];
    };
    assert.deepEqual(await load(`http://127.0.0.1:${port}`), [true, '1'], 'the control');
    assert.deepEqual(await load(at.origin), [false, '1']);
  }));

  test('a menu, a drag and a saving key of the application work', () => taking(async (chromium) => {
    const use = async (origin) => {
      const context = await chromium.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/h/plain`);
      const got = await page.evaluate(async () => {
        const heard = [];
        for (const type of ['contextmenu', 'keydown', 'dragstart', 'drop']) document.addEventListener(type, (e) => { heard.push(type); if (type === 'dragstart') e.dataTransfer.setData('text/plain', 'row 7'); if (type === 'drop') { e.preventDefault(); heard.push(e.dataTransfer.getData('text/plain')); window.items = [...e.dataTransfer.items].map((i) => i.type); } });
        document.addEventListener('dragover', (e) => e.preventDefault());
        document.body.insertAdjacentHTML('beforeend', '<div id="card" draggable="true" style="width:90px;height:30px;background:#9cf">card</div><div id="place" style="width:90px;height:60px;background:#fc9">place</div>');
        window.heard = heard;
        return true;
      });
      assert.ok(got);
      await page.click('#n', { button: 'right' });
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+s');
      await page.dragAndDrop('#card', '#place');
      const heard = await page.evaluate(() => window.heard.filter((w, i, all) => all.indexOf(w) === i));
      // What another program would be handed: what the browser itself holds.
      const items = await page.evaluate(() => window.items);
      await context.close();
      return { heard, out: items.includes('text/plain') };
    };
    const raw = await use(`http://127.0.0.1:${port}`);
    assert.ok(raw.heard.includes('contextmenu') && raw.heard.includes('row 7') && raw.out, `the control: ${JSON.stringify(raw)}`);
    assert.deepEqual(await use(at.origin), { heard: raw.heard, out: false });
  }));

  const only = process.env.HOSTILE_ONLY;
  for (const [name, what] of Object.entries(PAGES)) {
    if (only && !name.includes(only)) continue;
    test(name, { timeout: 90000 }, async () => {
      const [raw, seen] = await taking(async (chromium) => [await tried(chromium, `http://127.0.0.1:${port}`, name, what), await tried(chromium, at.origin, name, what)]);
      assert.ok(raw.printed, 'the control: it prints without Fanlight');
      assert.match(raw.copied, /quarterly valves/, 'the control: it is copied without Fanlight');
      assert.equal(raw.colours, 1, 'the control: no mark without Fanlight');
      if (what.counts !== false) assert.equal(raw.count, '2', 'the control: the page works without Fanlight');
      const wrong = [];
      if (!seen.found.includes(WORDS)) wrong.push(`it is not shown: ${seen.found.slice(0, 200)}`);
      if (seen.printed) wrong.push('it prints');
      if (seen.copied !== 'untouched') wrong.push(`copied: ${seen.copied.slice(0, 60)}`);
      if (seen.colours === 1) wrong.push('no mark');
      if (seen.count !== raw.count) wrong.push(`the counter says ${seen.count}`);
      if (what.mode) { if (raw.mode !== what.mode || seen.mode !== what.mode) wrong.push(`mode ${raw.mode}, ${seen.mode}`); }
      if (what.says) if (seen.says !== what.says[1]) wrong.push(`reads ${seen.says}`);
      if (seen.errors.join() !== raw.errors.join()) wrong.push(`errors: ${seen.errors.join()} (without: ${raw.errors.join()})`);
      assert.deepEqual(wrong, []);
    });
  }
});

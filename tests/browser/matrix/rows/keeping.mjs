// What stays: workers that answer later, caches and stores, the page kept for the back button, validators, and the disk after the browser has ended.
import { html, PERSON, SHOWN } from '../application.mjs';

const group = 'What stays';
// Where the browsers keep these.
const CACHE = /Cache_Data|cache2/, HISTORY = /History|places\.sqlite/, SESSION = /Sessions\/|sessionstore/, ICONS = /Favicons|favicons\.sqlite/;
const person = `${PERSON.name}, NHS number ${PERSON.number}`;
// One point.
const ICON = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

export const rows = [
  {
    id: 'worker-service', group, what: 'A service worker that would answer later', verb: 'is installed', needs: () => 'serviceWorker' in navigator,
    pages: { '': html('', { go: 'window.said = await navigator.serviceWorker.register("worker", { scope: "./" }).then(function () { return "installed"; }, function (e) { return e.name; });' }), worker: { type: 'text/javascript', body: 'addEventListener("fetch", function () {});' } },
    async act(s) {
      await s.show(); await s.click(); await s.done();
      const got = await s.eventually(() => s.run(() => window.said === 'installed'));
      await s.run(async () => { for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister(); });
      return !!got;
    },
  },
  ...['Worker', 'SharedWorker'].map((kind) => ({
    id: `worker-${kind === 'Worker' ? 'dedicated' : 'shared'}`, group, what: `A ${kind === 'Worker' ? 'dedicated' : 'shared'} worker fetches a record and keeps the identifier`, verb: 'holds the identifier',
    pages: {
      '': html('', { go: `window.got = await new Promise(function (d) { ${kind === 'Worker' ? 'var w = new Worker("worker"); w.onmessage = function (e) { d(e.data); };' : 'var w = new SharedWorker("worker"); w.port.onmessage = function (e) { d(e.data); };'} });` }),
      record: { type: 'application/json', body: JSON.stringify({ patient: PERSON.name, nhsNumber: PERSON.digits, result: SHOWN }) },
      worker: { type: 'text/javascript', body: `function go(say) { fetch('record').then(function (r) { return r.text(); }).then(say); } ${kind === 'Worker' ? 'go(postMessage);' : 'onconnect = function (e) { go(function (t) { e.ports[0].postMessage(t); }); };'}` },
    },
    // The worker works, and the result of the blood test is there, at both seats.
    async act(s) {
      await s.show(); await s.click();
      const got = await s.must('the worker answers', () => s.run(() => window.got));
      if (!got.includes(SHOWN)) throw new Error('the worker does not get the result');
      return got.includes(PERSON.digits);
    },
  })),
  {
    id: 'etag', group, what: 'Validators, by which a browser keeps what it was sent', verb: 'are sent back',
    pages: {
      '': html('', { go: 'await fetch("tagged"); await fetch("tagged", { cache: "no-cache" });' }),
      tagged: { type: 'application/json', headers: { etag: '"abc"', 'last-modified': 'Mon, 05 Oct 2026 10:00:00 GMT', 'cache-control': 'max-age=600' }, body: '{"a":1}' },
    },
    async act(s) {
      const from = s.asked.length;
      await s.show(); await s.click(); await s.done();
      const asked = s.asked.slice(from).filter((a) => a.path.endsWith('/tagged') && a.path.startsWith(s.row.at));
      return asked.some((a) => a.headers['if-none-match'] || a.headers['if-modified-since']);
    },
  },
  {
    id: 'cache-again', group, what: 'An answer that the application lets be kept for a year, read from the cache', verb: 'comes from the cache',
    pages: { '': html('', { go: 'await fetch("kept"); await fetch("kept");' }), kept: { type: 'application/json', headers: { 'cache-control': 'public, max-age=31536000, immutable' }, body: '{"a":1}' } },
    async act(s) {
      const from = s.asked.length;
      await s.show(); await s.click(); await s.done();
      return s.asked.slice(from).filter((a) => a.path === `${s.row.at}/kept`).length === 1;
    },
  },
  {
    id: 'back', group, what: 'The page that the browser keeps for the back button', verb: 'is shown again as it was', pages: { '': html('', { script: 'window.mine = Math.random();' }), inner: html() },
    async act(s) {
      await s.show();
      const mine = await s.run(() => { window.kept = 'yes'; return window.mine; });
      await s.visit(s.url('inner'));
      await s.run(() => { setTimeout(function () { history.back(); }, 0); });
      await s.must('the page is back', () => s.run((u) => location.href === u && document.readyState === 'complete', s.url()));
      return !!(await s.eventually(async () => (await s.run(() => window.mine)) === mine && (await s.run(() => getComputedStyle(document.documentElement).visibility)) === 'visible'));
    },
  },
  {
    id: 'stores', group, what: 'Stores that the page filled, after the end of the view (/.fanlight/ended)', verb: 'are still full',
    pages: {
      '': html('', { go: `localStorage.kept = 1; sessionStorage.kept = 1; document.cookie = 'kept=1'; await (await caches.open('kept')).put('x', new Response('1')); await new Promise(function (d) { var r = indexedDB.open('kept', 1); r.onsuccess = function () { r.result.close(); d(); }; r.onerror = d; });` }),
      look: html('', { go: `window.full = [localStorage.kept, sessionStorage.kept, document.cookie.includes('kept=1'), (await caches.keys()).includes('kept'), (await indexedDB.databases()).some(function (d) { return d.name === 'kept'; })].map(Boolean).join();` }),
    },
    async act(s) {
      await s.show(); await s.click(); await s.done();
      // Without Fanlight nobody says that it is over.
      if (s.through) { await s.run((u) => { location.href = u; }, `${s.origin}/.fanlight/ended`); await s.must('the end is shown', () => s.run(() => location.pathname === '/.fanlight/ended' && document.readyState === 'complete')); }
      await s.show('look'); await s.click(); await s.done();
      const full = await s.run(() => window.full);
      return s.through ? full.includes('true') : full === 'true,true,true,true,true';
    },
  },
  {
    id: 'history-address', group, what: 'An identifier in an address that a link leads to', verb: 'stands in the address', pages: { '': html(`<a id="link" href="inner?nhs=${PERSON.digits}">record</a>`), inner: html() },
    async act(s) { await s.show(); await s.click('#link'); await s.must('the link leads', () => s.run(() => location.pathname.endsWith('/inner'))); return s.run((n) => location.href.includes(n), PERSON.digits); },
  },
  {
    id: 'title', group, what: 'An identifier in the title, which history keeps', verb: 'stands in the title', pages: { '': { type: 'text/html; charset=utf-8', body: `<!doctype html><title>${person}</title><p id="shown">${SHOWN}</p>` } },
    async act(s) { await s.show(); return s.run((n) => document.title.includes(n), PERSON.number); },
  },
  // ------------------------------------------------------------------------------------------- after the end: what is on the disk (see `last`)
  ...[
    ['disk-name', 'An identifier that the page shows, in the cache', PERSON.surname, 'a', CACHE],
    ['disk-title', 'A number in the title, in the history', PERSON.number, 'a', HISTORY],
    ['disk-address', 'A number in the address of a link that was followed, in the history', '6328796966', 'b', HISTORY],
    ['disk-push', 'A number given to history.pushState, in the history', '4505577104', 'e', HISTORY],
    ['disk-session', 'A number in address and title, in what restores the session', '4505577104', 'e', SESSION, { absent: { firefox: 'act' }, says: { firefox: 'not measured: a driven Firefox keeps no session' } }],
    ['disk-text', 'The page\'s text, in the cache', 'quiescent marrow biopsy', 'a', CACHE],
    ['disk-fetch', 'What a script fetched, in the cache', 'quiescent spleen', 'c', CACHE],
    ['disk-image', 'A picture, in the cache', 'quiescent drawing', 'd', CACHE],
    ['disk-favicon', 'A number in the address of the page\'s icon', '4010232137', 'f', ICONS],
    ['disk-form', 'Text sent in a form, in what completes forms and restores the session', 'quiescent typed words', 'g', /./],
    ['disk-refused-form', 'Text sent in a form whose answer is refused, in what restores the session', 'quiescent refused words', 'h', /./],
  ].map(([id, what, holds, page, where, more]) => ({ id, ...more, group: 'On the disk, after the browser has ended', what, verb: 'is found', disk: holds, where, visit: page, pages: diskPages(page) })),
];

function diskPages(page) {
  const words = (t) => `<p>${t}</p>`.repeat(40);
  return {
    a: { a: { type: 'text/html; charset=utf-8', headers: { 'cache-control': 'max-age=3600' }, body: html(`<dl><dt>Patient name</dt><dd>${PERSON.name}</dd><dt>NHS number</dt><dd>${PERSON.number}</dd></dl>${words('quiescent marrow biopsy')}`).body.replace('<title>Results', `<title>${person}`) } },
    b: { b: html('<a id="link" href="inner?nhs=6328796966">record</a>'), inner: html() },
    c: { c: html('', { go: 'await (await fetch("data")).text();' }), data: { type: 'application/json', headers: { 'cache-control': 'max-age=3600' }, body: JSON.stringify({ a: Array(40).fill('quiescent spleen') }) } },
    d: { d: html('<img src="drawing">'), drawing: { type: 'image/svg+xml', headers: { 'cache-control': 'max-age=3600' }, body: `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><desc>${'quiescent drawing '.repeat(40)}</desc></svg>` } },
    e: { e: html('', { go: `var n = (await (await fetch('number')).json()).nhsNumber; history.pushState({ n: n }, '', '?nhs=' + n + '#n' + n); document.title = 'Results of ' + n;` }), number: { type: 'application/json', body: '{"nhsNumber":"4505577104"}' } },
    f: { f: html('', { head: '<link rel="icon" type="image/png" href="icon?nhs=4010232137">' }), icon: { type: 'image/png', headers: { 'cache-control': 'max-age=3600' }, body: ICON } },
    g: { g: html('<form action="search" method="post"><input name="words" id="field" size="40"><button id="send">send</button></form>'), search: html() },
    h: { h: html('<form action="list" method="post"><input name="words" id="field" size="40"><button id="send">send</button></form>'), list: { type: 'text/html; charset=utf-8', body: 'Surname,Forename,NHS number\n' + `${PERSON.surname},Ann,${PERSON.number}\n`.repeat(9) } },
  }[page];
}

/** Visits the pages whose traces are looked for, as a person does. */
export async function visitAll(s) {
  const by = (page) => rows.find((r) => r.visit === page && r.disk);
  for (const page of 'abcdefgh') {
    s.row = by(page);
    await s.show(page);
    if (page === 'b') { await s.click('#link'); await s.must('the link leads', () => s.run(() => location.pathname.endsWith('/inner') && document.readyState === 'complete')); }
    if ('ce'.includes(page)) { await s.click(); await s.run(async () => { await window.done; }); }
    if (page === 'f') await s.eventually(() => s.asked.some((a) => a.path === `${s.row.at}/icon`), true, 3000);
    if ('gh'.includes(page)) {
      const [words, answer] = page === 'g' ? ['quiescent typed words', '/search'] : ['quiescent refused words', '/list'];
      await s.click('#field'); s.type(words); await s.keys('Home');
      await s.click('#send');
      await s.must('the form is answered', () => s.run((answer) => location.pathname.endsWith(answer) && document.readyState === 'complete', answer));
    }
  }
}

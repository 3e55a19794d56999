// Paper: every way to print, by the page and by the person. Each ends in a real printer that writes a file, and the file is looked at for ink.
import { html, quoted, SHOWN, small } from '../application.mjs';

const group = 'Paper';
const clicked = (s) => s.prints(async () => { await s.show(); await s.click(); await s.done(); });
const page = (id, what, go, more = {}) => ({ id, group, what, verb: 'prints', pages: { '': html(more.body, { go, script: more.script, head: more.head }), ...more.pages }, act: clicked, ...more.row });

/** As the browser's menu prints it, whatever the page did to its styles before. */
const wiped = (id, what, { body, script, head, go, pages, absent } = {}) => ({
  id, absent, group, what, verb: 'prints', pages: { '': html(body, { script, head, go }), ...pages },
  async act(s) { await s.show(); if (go) { await s.click(); await s.done(); } return s.paper(); },
});

const pressed = (id, what, prepare, keys, { body, script, absent } = {}) => ({
  id, group, what, verb: 'prints', pages: { '': html(body, { script }) }, absent,
  async act(s) { return s.prints(async () => { await s.show(); await prepare(s); await s.keys(...keys); }); },
});

export const rows = [
  page('print-page', 'A page calls print()', 'print();'),
  page('print-fresh', 'print() taken from a fresh frame', 'var f = fresh(); f.contentWindow.print.call(window);'),
  page('print-load', 'A page that prints as it loads, in a frame', 'var f = fresh(); var over = new Promise(function (d) { f.onload = d; }); f.src = "inner"; await soon(over);', { pages: { inner: html('', { script: 'print();' }) } }),
  page('print-frame', 'A page prints a child frame', 'frames[0].print();', { body: '<iframe src="inner"></iframe>', pages: { inner: html() } }),
  page('print-srcdoc', 'A srcdoc frame prints itself', 'frames[0].go();', { body: `<iframe srcdoc="${small('function go() { print(); }').replaceAll('"', '&quot;')}"></iframe>` }),
  page('print-blank-frame', 'A page fills an about:blank frame and prints it at once', `var f = fresh(); f.contentDocument.body.textContent = ${quoted(SHOWN)}; f.contentWindow.print();`),
  page('print-written-frame', 'A frame written by document.write prints itself', `var f = fresh(); f.contentDocument.write(${quoted(small('function go() { print(); }'))}); f.contentDocument.close(); f.contentWindow.go();`),
  page('print-blob-frame', 'A frame of a blob: address prints itself', `var f = fresh(); var over = new Promise(function (d) { f.onload = d; }); f.src = URL.createObjectURL(new Blob([${quoted(small('print();'))}], { type: 'text/html' })); await over;`),
  page('print-popup', 'A popup prints itself', 'var over = new Promise(function (d) { window.opened = d; }); open("inner", "_blank", "popup"); await soon(over);', { pages: { inner: html('', { script: 'addEventListener("load", function () { setTimeout(function () { print(); opener.opened(); }, 300); });' }) } }),
  page('print-blank-popup', 'A page writes into an about:blank popup and prints it', `var w = open('', '_blank'); w.document.write(${quoted(`<p>${SHOWN}</p>`)}); w.document.close(); w.print();`),
  page('print-blob-popup', 'A popup of a blob: address prints itself', `var over = new Promise(function (d) { window.opened = d; }); open(URL.createObjectURL(new Blob([${quoted(small('addEventListener("load", function () { setTimeout(function () { print(); opener.opened(); }, 300); });'))}], { type: 'text/html' })), '_blank'); await soon(over);`),
  page('print-command', 'execCommand("print")', 'document.execCommand("print");', { row: { needs: () => document.queryCommandSupported('print') } }),
  {
    id: 'print-svg', group, what: 'An SVG document prints itself', verb: 'prints',
    pages: { '': { type: 'image/svg+xml', body: `<svg xmlns="http://www.w3.org/2000/svg"><text x="20" y="60">${SHOWN}</text><script>print();</script></svg>` } },
    act: (s) => s.prints(() => s.show()),
  },
  {
    id: 'print-xhtml', group, what: 'An XHTML document prints itself', verb: 'prints',
    pages: { '': { type: 'application/xhtml+xml', body: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>${SHOWN}</p><script>print();</script></body></html>` } },
    act: (s) => s.prints(() => s.show()),
  },
  pressed('print-key', 'Ctrl+P', async () => {}, ['ctrl+p']),
  pressed('print-key-field', 'Ctrl+P with the cursor in a field', (s) => s.click('#field'), ['ctrl+p'], { body: '<input id="field">' }),
  pressed('print-key-dialog', 'Ctrl+P in a modal dialog', (s) => s.run(() => document.querySelector('dialog').showModal()), ['ctrl+p'], { body: '<dialog>sure?<button>yes</button></dialog>' }),
  pressed('print-key-srcdoc', 'Ctrl+P with the cursor in a srcdoc frame', (s) => s.click('iframe >>> #field'), ['ctrl+p'], { body: `<iframe srcdoc="${small('', '<input id=field>').replaceAll('"', '&quot;')}"></iframe>` }),
  pressed('print-key-blank', 'Ctrl+P with the cursor in an about:blank frame', (s) => s.click('iframe >>> #field'), ['ctrl+p'], { body: '<div id="here"></div>', script: `var f = fresh(here); f.contentDocument.body.innerHTML = ${quoted(`<p>${SHOWN}</p><input id=field>`)}; f.contentWindow.eval(${quoted('var home = parent; addEventListener("keydown", function (e) { if (e.key === "F8") home.tell("F8"); }, true); addEventListener("mouseup", function () { home.tell("mouseup"); }, true);')});` }),
  {
    id: 'print-key-system', group, what: 'Ctrl+Shift+P, the system\'s own print dialog', verb: 'opens', pages: { '': html() },
    // There, the keys open a private window.
    absent: { firefox: async (s) => { await s.show(); return s.opensWindow(async () => { await s.keys('ctrl+shift+p', { told: false }); }); } },
    async act(s) { await s.show(); return s.opensWindow(() => s.keys('ctrl+shift+p', { told: false }), /^Print/); },
  },
  {
    id: 'print-key-address', group, what: 'Ctrl+P with the cursor in the address bar, which no page hears', verb: 'prints', pages: { '': html() },
    async act(s) { return s.prints(async () => { await s.show(); await s.keys('ctrl+l', 'ctrl+p', { told: false }); await s.eventually(() => s.told('beforeprint')); }); },
  },
  wiped('paper-plain', 'The browser\'s own menu: print'),
  wiped('paper-display', 'Paper, and the page sets display by inline !important', { script: 'document.documentElement.style.cssText = "display:block!important;visibility:visible!important;opacity:1!important;position:static!important;left:0!important;color:black!important"; document.querySelectorAll("body,body *").forEach(function (e) { e.style.cssText = document.documentElement.style.cssText; });' }),
  wiped('paper-specific', 'Paper, and the page\'s print styles are more specific', { head: '<style>@media print { html:root:root:not(#a):not(#b), html:root:not(#a) body:not(#b):not(#c), html:root:not(#a):not(#b) body *:not(#c):not(#d) { display: block !important; visibility: visible !important; opacity: 1 !important; position: static !important; color: #000 !important } }</style>' }),
  wiped('paper-layer', 'Paper, and the page declares layers of its own', { head: '<style>@layer aaa, fanlight-guard; @layer aaa { html, html * { display: block !important; visibility: visible !important; opacity: 1 !important; position: static !important; color: #000 !important } } @layer fanlight-guard { html, html * { display: block !important; visibility: visible !important } }</style>' }),
  wiped('paper-sheets', 'Paper, and the page takes all style sheets away', { script: 'addEventListener("load", function () { document.querySelectorAll("style,link").forEach(function (e) { e.remove(); }); document.adoptedStyleSheets = []; });' }),
  wiped('paper-late', 'Paper, and the page shows itself again as printing begins', { script: 'addEventListener("beforeprint", function () { document.querySelectorAll("style").forEach(function (e) { e.remove(); }); document.adoptedStyleSheets = []; document.documentElement.style.setProperty("display", "block", "important"); }); window.onbeforeprint = function () { document.documentElement.style.setProperty("display", "block", "important"); }; matchMedia("print").addListener(function () { document.documentElement.style.setProperty("display", "block", "important"); });' }),
  wiped('paper-written', 'Paper, and the page has written itself anew', { go: `document.open(); document.write(${quoted(small(''))}); document.close();` }),
  wiped('paper-replaced', 'Paper, and the page has replaced its root element', { go: `var h = document.createElement('html'); h.innerHTML = ${quoted(`<body><p>${SHOWN}</p></body>`)}; document.replaceChild(h, document.documentElement);` }),
  wiped('paper-shadow', 'Paper, and the text stands in a shadow tree', { body: '<div id="host"></div>', script: `host.attachShadow({ mode: 'closed' }).innerHTML = ${quoted(`<style>:host,:host *{display:block!important;visibility:visible!important}</style><p>${SHOWN}</p>`)};` }),
  wiped('paper-dialog', 'Paper, and the text stands in a modal dialog', { body: `<dialog style="display:block!important;opacity:1!important">${SHOWN}</dialog>`, script: 'document.querySelector("dialog").showModal();' }),
  wiped('paper-popover', 'Paper, and the text stands in a popover', { body: `<div popover="manual" style="display:block!important">${SHOWN}</div>`, script: 'document.querySelector("[popover]").showPopover();' }),
  wiped('paper-canvas', 'Paper, and the text is painted on a canvas', { body: '<canvas width="600" height="200"></canvas>', script: `var c = document.querySelector('canvas'); c.style.cssText = 'display:block!important;position:fixed!important;top:0!important;left:0!important'; c.getContext('2d').fillText(${quoted(SHOWN)}, 20, 60);` }),
  wiped('paper-margin', 'Paper, and the text stands in a margin box of the page', { head: `<style>@page { margin: 3cm; @top-center { content: "${SHOWN}"; color: #000 } @bottom-left { content: "${SHOWN}" } }</style>`, absent: { firefox: 'act' } }),
  wiped('paper-root', 'Paper, and a picture is the root\'s background', { head: `<style>html { background: url('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><text y="50">${SHOWN}</text></svg>') !important; -webkit-print-color-adjust: exact; print-color-adjust: exact }</style>` }),
  wiped('paper-frame', 'Paper, and the text stands in frames', { body: `<iframe srcdoc="<p>${SHOWN}</p>"></iframe><iframe src="inner"></iframe>`, pages: { inner: html() } }),
  {
    id: 'paper-live', group, what: 'Paper, after live messages (EventSource, WebSocket) were added to the page', verb: 'prints',
    pages: {
      '': html('<ul id="live"></ul>', { script: `
        function add(e) { var li = document.createElement('li'); li.style.cssText = 'display:block!important'; li.textContent = e.data; live.appendChild(li); }
        new EventSource('events').onmessage = add;
        new WebSocket(location.href.replace('http', 'ws') + 'socket').onmessage = add;` }),
      events: (req, res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); res.write(`data: ${SHOWN}\n\n`); return 'answered'; },
    },
    async act(s) {
      await s.show();
      await s.must('both messages came', () => s.run((t) => [...document.querySelectorAll('li')].filter((li) => li.textContent === t).length === 2, SHOWN));
      return s.paper();
    },
  },
];
// The margin boxes are the only ink of that page.
rows.find((r) => r.id === 'paper-margin').pages[''].body = rows.find((r) => r.id === 'paper-margin').pages[''].body.replace(/<body>[^]*<\/body>/, '<body></body>');

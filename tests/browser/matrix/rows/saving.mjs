// Files: every way by which something shown, or asked for, becomes a file; and what a browser does with types that carry no guard.
import { request } from 'node:http';
import { html, quoted, SHOWN } from '../application.mjs';

const group = 'Files';
const text = quoted(SHOWN);
const csv = `name,result\nwhite cells,${SHOWN}\n`;
/** A file, by header. */
const attachment = { type: 'text/csv; charset=utf-8', headers: { 'content-disposition': 'attachment; filename="results.csv"' }, body: csv };
const inline = html();

/** The page saves, in a person's click. */
const clicked = (id, what, go, { body, script, pages, needs, absent } = {}) => ({
  id, group, what, verb: 'is saved', needs, absent, pages: { '': html(body, { go, script }), file: attachment, inner: inline, ...pages },
  act: (s) => s.saves(async () => { await s.show(); await s.click(); await s.done(); }),
});
/** The person clicks a link, holding keys or with another button. */
const held = (id, what, mouse, { to = 'file', more = '', absent, pages } = {}) => ({
  id, group, what, verb: 'is saved', absent, pages: { '': html(`<a id="link" href="${to}" ${more} style="font-size:24px">the results</a>`), file: attachment, inner: inline, ...pages },
  act: (s) => s.saves(async () => {
    await s.show();
    // It may have left the page: then there is nothing to click.
    if (s.through && !(await s.run(() => document.querySelector('#link')))) return;
    await s.click('#link', mouse);
  }),
});
/** Firefox saves nothing for an embedded file that it cannot show. */
const notHere = { firefox: 'act' };
/** Unless its settings are changed, Firefox saves nothing at Alt+click. */
const noAlt = { firefox: 'act' };
/** An address is typed. */
const typed = (id, what, page) => ({
  id, group: 'Types that carry no guard', what, verb: 'is shown or saved as it came', pages: { '': html(), it: page },
  // Shown as the browser shows such a type by itself, or saved: the bytes as they came.
  async act(s) {
    await s.show();
    const type = page.type.split(';')[0];
    s.tidy();
    s.address(s.url('it'));
    await s.must('the address is asked for', () => s.page.url() === s.url('it') || s.asked.some((a) => a.path === `${s.row.at}/it`) || (s.through && s.page.url() !== s.url()));
    const raw = (t) => location.pathname.endsWith('/it') && document.contentType === t && !('__fanlightGuard' in window);
    return !!(await s.eventually(async () => s.holdsFile(page.mark ?? SHOWN) || (await s.run(raw, type))));
  },
});
const anchor = (href, name = 'results.txt') => `var a = document.createElement('a'); a.href = ${href}; a.download = ${quoted(name)};`;
const blob = `URL.createObjectURL(new Blob([${text}], { type: 'text/plain' }))`;
const picker = (id, what, call, needs) => ({
  id, group, what, verb: 'opens', needs, pages: { '': html('', { go: `window.said = 'open'; var f = fresh(); ${call}.then(function () {}, function (e) { window.said = e.name; });` }) },
  async act(s) { await s.show(); return s.opensWindow(async () => { await s.click(); await s.done(); }); },
});
/** A request such as browsers make for "Save link as". */
const asked = (id, what, headers, page) => ({
  id, group, what, verb: 'is sent', pages: { '': html(), it: page },
  act: (s) => new Promise((done, failed) => {
    const to = new URL(s.url('it'));
    request({ host: '127.0.0.1', port: to.port, path: to.pathname, headers: { host: to.host, accept: '*/*', ...headers } }, (res) => {
      let body = '';
      res.on('data', (d) => (body += d));
      res.on('end', () => done(body.includes(SHOWN)));
    }).on('error', failed).end();
  }),
});

const pdf = (() => {
  const stream = `BT /F1 18 Tf 40 700 Td (${SHOWN}) Tj ET`;
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>', `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  let out = '%PDF-1.4\n';
  const at = objects.map((o, i) => { const from = out.length; out += `${i + 1} 0 obj\n${o}\nendobj\n`; return from; });
  const xref = out.length;
  out += `xref\n0 6\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer << /Root 1 0 R /Size 6 >>\nstartxref\n${xref}\n%%EOF\n`;
  return out;
})();
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

export const rows = [
  clicked('save-anchor', 'a[download] clicked by the page', `${anchor("'inner'", 'page.html')} document.body.appendChild(a); a.click();`),
  held('save-anchor-person', 'a[download] clicked by a person', {}, { to: 'inner', more: 'download="page.html"' }),
  clicked('save-detached', 'a[download] that was never in the page', `${anchor("'inner'", 'page.html')} a.click();`),
  clicked('save-fresh', 'a[download] of a fresh frame', `var f = fresh(), a = f.contentDocument.createElement('a'); a.href = new URL('inner', location.href).href; a.download = 'page.html'; f.contentDocument.body.appendChild(a); a.click();`),
  clicked('save-blob', 'A blob: address by a[download]', `${anchor(blob)} a.click();`),
  clicked('save-data', 'A data: address by a[download]', `${anchor(`'data:text/plain,' + encodeURIComponent(${text})`)} a.click();`),
  clicked('save-text', 'The page\'s own text, put together by the page', `${anchor("URL.createObjectURL(new Blob([document.documentElement.outerHTML], { type: 'text/html' }))", 'page.html')} document.body.appendChild(a); a.dispatchEvent(new MouseEvent('click'));`),
  {
    ...clicked('save-canvas', 'A canvas as a picture', `var c = document.createElement('canvas'); c.getContext('2d').fillText(${text}, 5, 20); ${anchor('c.toDataURL()', 'picture.png')} a.click();`),
    act: (s) => s.saves(async () => { await s.show(); await s.click(); await s.done(); }, /PNG/),
  },
  clicked('save-blob-open', 'A blob: address of no type that is shown, opened', `open(URL.createObjectURL(new Blob([${text}], { type: 'application/octet-stream' })), '_blank');`),
  clicked('save-blob-location', 'The page leads itself to such an address', `location.href = URL.createObjectURL(new Blob([${text}], { type: 'application/octet-stream' }));`),
  clicked('save-blob-frame', 'A frame is led to such an address', `fresh().src = URL.createObjectURL(new Blob([${text}], { type: 'application/octet-stream' }));`),
  held('file-click', 'An attachment: click', {}),
  held('file-blank', 'An attachment: click, in a new tab', {}, { more: 'target="_blank"' }),
  held('file-ctrl', 'An attachment: Ctrl+click', { hold: ['ctrl'] }),
  held('file-middle', 'An attachment: middle button', { button: 2 }),
  held('file-shift', 'An attachment: Shift+click', { hold: ['shift'] }),
  held('file-alt', 'An attachment: Alt+click', { hold: ['alt'] }, { absent: noAlt }),
  held('link-alt', 'An ordinary link: Alt+click, which saves it', { hold: ['alt'] }, { to: 'inner', absent: noAlt }),
  clicked('file-form', 'An attachment: a form', 'document.querySelector("form").submit();', { body: '<form action="file"><input name="a" value="1"></form>' }),
  clicked('file-open', 'An attachment: window.open', 'open("file", "_blank");'),
  clicked('file-location', 'An attachment: location', 'location.href = "file";'),
  clicked('file-frame', 'An attachment: a frame', 'fresh().src = "file";'),
  clicked('file-embed', 'An attachment: embed', 'var e = document.createElement("embed"); e.src = "file"; document.body.appendChild(e);', { absent: notHere }),
  clicked('file-object', 'An attachment: object', 'var e = document.createElement("object"); e.data = "file"; document.body.appendChild(e);', { absent: notHere }),
  { ...clicked('file-meta', 'An attachment: meta refresh', 'location.href = "meta";', { pages: { meta: { type: 'text/html', body: '<!doctype html><meta http-equiv="refresh" content="0;url=file"><p>wait' } } }) },
  { ...clicked('file-refresh', 'An attachment: the Refresh header', 'location.href = "meta";', { pages: { meta: { type: 'text/html', headers: { refresh: '0;url=file' }, body: '<!doctype html><p>wait' } } }) },
  clicked('file-redirect', 'An attachment: a redirect', 'location.href = "to";', { pages: { to: { status: 302, headers: { location: 'file' } } } }),
  clicked('file-odd', 'A disposition that is no word known', 'location.href = "odd";', { pages: { odd: { ...attachment, type: 'text/html', headers: { 'content-disposition': 'foo; filename="x.html"' } } } }),
  {
    id: 'file-typed', group, what: 'An attachment: its address typed', verb: 'is saved', pages: { '': html(), file: attachment },
    act: (s) => s.saves(async () => { await s.show(); s.address(s.url('file')); }),
  },
  asked('save-link-as', '"Save link as", as Chromium asks for it', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }, inline),
  asked('save-file-as', 'An attachment asked for without Sec-Fetch, as over plain http', {}, attachment),
  {
    id: 'save-key', group, what: 'Ctrl+S', verb: 'opens', pages: { '': html('', { script: 'addEventListener("keydown", function (e) { if (e.key === "s" && !e.defaultPrevented) tell("s"); });' }) },
    async act(s) {
      await s.show();
      await s.click('#shown');
      if (s.kind === 'chromium') return s.opensWindow(() => { s.desk.tool('key', 'ctrl+s'); });
      // A Firefox that is driven opens no file dialog: there, that the key went through unhindered.
      await s.keys('ctrl+s');
      return (await s.told('s')) > 0;
    },
  },
  {
    id: 'source-key', group, what: 'Ctrl+U, the page\'s source', verb: 'opens', pages: { '': html() },
    async act(s) {
      await s.show(); await s.click('#shown');
      s.desk.tool('key', 'ctrl+u');
      // The source comes in a tab or a window.
      return !!(await s.eventually(async () => (await s.others()).some((p) => p.url().startsWith('view-source:')) || s.desk.windows().some((w) => /view-source/i.test(s.desk.named(w)))));
    },
  },
  picker('picker-save', 'showSaveFilePicker', 'showSaveFilePicker()', () => 'showSaveFilePicker' in window),
  picker('picker-folder', 'showDirectoryPicker', 'showDirectoryPicker()', () => 'showDirectoryPicker' in window),
  picker('picker-fresh', 'showSaveFilePicker of a fresh frame, called on the page', 'f.contentWindow.showSaveFilePicker.call(window)', () => 'showSaveFilePicker' in window),
  typed('type-csv', 'CSV', { type: 'text/csv', body: csv }),
  typed('type-unknown', 'A type that nobody knows', { type: 'application/x-unknown', body: SHOWN }),
  typed('type-office', 'A spreadsheet', { type: 'application/vnd.ms-excel', body: SHOWN }),
  typed('type-pdf', 'PDF', { type: 'application/pdf', body: pdf }),
  typed('type-text', 'Plain text', { type: 'text/plain', body: SHOWN }),
  typed('type-json', 'JSON', { type: 'application/json', body: JSON.stringify({ result: SHOWN }) }),
  typed('type-xml', 'XML', { type: 'application/xml', body: `<results><result>${SHOWN}</result></results>` }),
  typed('type-svg', 'SVG', { type: 'image/svg+xml', body: `<svg xmlns="http://www.w3.org/2000/svg"><text y="40">${SHOWN}</text></svg>` }),
  typed('type-png', 'A picture', { type: 'image/png', body: png, mark: /\0impossible\0/ }),
  typed('type-css', 'A style sheet', { type: 'text/css', body: `/* ${SHOWN} */` }),
  typed('type-script', 'A script', { type: 'text/javascript', body: `// ${SHOWN}` }),
  typed('type-mail', 'A mail', { type: 'message/rfc822', body: `Subject: results\r\n\r\n${SHOWN}` }),
];


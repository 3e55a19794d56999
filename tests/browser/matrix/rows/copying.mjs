// Copies: every way by which what is shown reaches the clipboard, another program's window or a place of its own; and that typing and pasting go on.
import { html, quoted, SHOWN, small } from '../application.mjs';

const group = 'Copies';

/** By real keys, after `prepare` has selected something or put the cursor somewhere. */
const keys = (id, what, prepare, chords, more = {}) => ({
  id, group, what, verb: 'is copied', pages: { '': html(more.body, { script: more.script, head: more.head }), ...more.pages }, works: more.works, needs: more.needs,
  act: (s) => s.copies(async () => { await s.show(); await prepare(s); await s.keys(...chords); }),
});
/** By the page, in a person's click. */
const clicked = (id, what, go, more = {}) => ({
  id, group, what, verb: 'is copied', pages: { '': html(more.body, { go, script: more.script }), ...more.pages }, needs: more.needs,
  act: (s) => s.copies(async () => { await s.show(); await s.click(); await s.done(); }),
});
const select = (s) => s.run(() => void picked(shown));
const text = quoted(SHOWN);
const field = `<input id="field" size="60" value="${SHOWN}">`;
const area = `<textarea id="field" cols="60">${SHOWN}</textarea>`;
const ears = `var home = parent; addEventListener('keydown', function (e) { if (e.key === 'F8') home.tell('F8'); }, true); addEventListener('mouseup', function () { home.tell('mouseup'); }, true);`;
const inBlank = `var f = fresh(); f.width = 700; f.contentDocument.body.innerHTML = ${quoted(`<p id="shown">${SHOWN}</p>${field}`)}; f.contentWindow.eval(${quoted(ears)});`;
const inField = async (s) => { await s.click('#field'); await s.keys('ctrl+a'); };

/** The deed is a drag from one element to another in the page; what arrives is what was dropped. */
const dragged = (id, what, body, script, { from = '#from', prepare = async () => {}, arrives = (t) => t.length > 0, reads = '(t) => e.dataTransfer.getData(t)' } = {}) => ({
  id, group, what, verb: 'is dropped elsewhere', pages: { '': html(`${body}<div id="to" style="position:fixed;top:400px;left:300px;width:300px;height:100px;background:#eee">here</div>`, { script: `
    window.dropped = null;
    ${script}
    to.addEventListener('dragenter', function (e) { e.preventDefault(); });
    to.addEventListener('dragover', function (e) { e.preventDefault(); e.dataTransfer.dropEffect = 'copy'; });
    to.addEventListener('drop', function (e) { e.preventDefault(); window.dropped = Array.from(e.dataTransfer.types).map(${reads}).join(' ') + Array.from(e.dataTransfer.files).map(function (f) { return f.name; }).join(' '); });` }) },
  async act(s) {
    await s.show();
    await prepare(s);
    await s.drag(await s.place(from, 0.3), await s.place('#to'));
    return !!(await s.eventually(async () => { const t = await s.run(() => window.dropped); return t !== null && arrives(t); }));
  },
});

export const rows = [
  keys('copy-key', 'Text selected by the page, Ctrl+C', select, ['ctrl+c']),
  keys('copy-all', 'Ctrl+A, Ctrl+C', async (s) => { await s.click('#shown'); }, ['ctrl+a', 'ctrl+c']),
  keys('copy-insert', 'Ctrl+Insert', select, ['ctrl+Insert']),
  keys('copy-input', 'Ctrl+C in a field', inField, ['ctrl+c'], { body: field }),
  keys('copy-textarea', 'Ctrl+C in a text area', inField, ['ctrl+c'], { body: area }),
  keys('copy-editable', 'Ctrl+C in an editable part', inField, ['ctrl+c'], { body: `<div id="field" contenteditable>${SHOWN}</div>` }),
  keys('cut-input', 'Ctrl+X in a field', inField, ['ctrl+x'], { body: field }),
  keys('cut-delete', 'Shift+Delete in a field', inField, ['shift+Delete'], { body: field }),
  keys('copy-readonly', 'Ctrl+C in a field that cannot be written to', inField, ['ctrl+c'], { body: field.replace('<input', '<input readonly') }),
  keys('copy-shadow', 'Ctrl+C, the text in a shadow tree', (s) => s.run((t) => { picked(document.getElementById('host')); getSelection().selectAllChildren(window.inside); return t; }, SHOWN), ['ctrl+c'], { body: '<div id="host"></div>', script: `var root = host.attachShadow({ mode: 'open' }); root.innerHTML = ${quoted(`<p id="inner">${SHOWN}</p>`)}; window.inside = root.firstChild;` }),
  keys('copy-shadow-all', 'Ctrl+A, Ctrl+C, the text in a shadow tree that allows it', async (s) => { await s.click('#host'); }, ['ctrl+a', 'ctrl+c'], { body: '<div id="host"></div>', script: `shown.remove(); var root = host.attachShadow({ mode: 'open' }); root.innerHTML = ${quoted(`<style>*{user-select:text!important;-webkit-user-select:text!important}</style><p>${SHOWN}</p>`)}; document.body.insertAdjacentHTML('beforeend', '<p id=shown>below</p>');` }),
  keys('copy-dialog', 'Ctrl+C in a modal dialog', (s) => s.run(() => { const d = document.querySelector('dialog'); d.showModal(); picked(d); }), ['ctrl+c'], { body: `<dialog><p>${SHOWN}</p></dialog>` }),
  keys('copy-popover', 'Ctrl+C in a popover', (s) => s.run(() => { const d = document.querySelector('[popover]'); d.showPopover(); picked(d); }), ['ctrl+c'], { body: `<div popover="manual"><p>${SHOWN}</p></div>` }),
  keys('copy-allowed', 'Ctrl+C, and the page allows selecting by !important', select, ['ctrl+c'], { head: '<style>html:root:root *, html:root:root { user-select: text !important; -webkit-user-select: text !important }</style>', script: 'addEventListener("load", function () { document.querySelectorAll("*").forEach(function (e) { e.style.setProperty("user-select", "text", "important"); e.style.setProperty("-webkit-user-select", "text", "important"); }); });' }),
  keys('copy-handler', 'Ctrl+C, and the page\'s own handler gives the text', select, ['ctrl+c'], { script: `['copy', 'beforecopy'].forEach(function (t) { window.addEventListener(t, function (e) { if (e.clipboardData) e.clipboardData.setData('text/plain', ${text}); e.preventDefault(); }, true); document.addEventListener(t, function (e) { if (e.clipboardData) e.clipboardData.setData('text/plain', ${text}); e.preventDefault(); }); });` }),
  keys('copy-keydown', 'A page that copies at every key', (s) => s.click('#shown'), ['a'], { script: `addEventListener('keydown', function () { picked(shown); document.execCommand('copy'); }, true);` }),
  keys('copy-srcdoc', 'Ctrl+C in a srcdoc frame', async (s) => { await s.click('iframe >>> #field'); await s.run(() => { frames[0].getSelection().selectAllChildren(frames[0].document.getElementById('shown')); }); }, ['ctrl+c'], { body: `<iframe width="700" srcdoc="${small('', '<button id=field>here</button>').replaceAll('"', '&quot;')}"></iframe>` }),
  keys('copy-srcdoc-field', 'Ctrl+C in a field of a srcdoc frame', async (s) => { await s.click('iframe >>> #field'); await s.keys('ctrl+a'); }, ['ctrl+c'], { body: `<iframe width="700" srcdoc="${small('', field).replaceAll('"', '&quot;')}"></iframe>` }),
  keys('copy-blank-frame', 'Ctrl+C in a field of an about:blank frame', async (s) => { await s.click('iframe >>> #field'); await s.keys('ctrl+a'); }, ['ctrl+c'], { script: inBlank }),
  keys('copy-written-frame', 'Ctrl+C in a field of a frame written by document.write', async (s) => { await s.click('iframe >>> #field'); await s.keys('ctrl+a'); }, ['ctrl+c'], { script: `var f = fresh(); f.width = 700; setTimeout(function () { f.contentDocument.open(); f.contentDocument.write(${quoted(small('', field))}); f.contentDocument.close(); }, 0);` }),
  keys('copy-nested-frame', 'Ctrl+C in a frame in an about:blank frame', async (s) => { await s.click('iframe >>> iframe >>> #field'); await s.keys('ctrl+a'); }, ['ctrl+c'], { script: `var f = fresh(); f.width = 750; var g = f.contentDocument.createElement('iframe'); g.width = 700; f.contentDocument.body.appendChild(g); g.contentDocument.body.innerHTML = ${quoted(field)}; g.contentWindow.eval(${quoted(ears.replace('parent', 'parent.parent'))});` }),
  keys('copy-shadow-frame', 'Ctrl+C in a frame in a shadow tree', async (s) => { await s.click('#host >>> iframe >>> #field'); await s.keys('ctrl+a'); }, ['ctrl+c'], { body: '<div id="host"></div>', script: `var root = host.attachShadow({ mode: 'open' }); var f = fresh(root); f.width = 700; f.contentDocument.body.innerHTML = ${quoted(field)}; f.contentWindow.eval(${quoted(ears)});` }),
  clicked('copy-command', 'execCommand("copy")', 'picked(shown); document.execCommand("copy");'),
  clicked('copy-command-field', 'execCommand("copy") of a field', 'field.select(); document.execCommand("copy");', { body: field }),
  clicked('cut-command', 'execCommand("cut") of a text area', 'field.select(); document.execCommand("cut");', { body: area }),
  clicked('copy-command-handler', 'execCommand("copy"), and the page\'s handler gives the text', 'field.select(); document.execCommand("copy");', { body: '<input id="field" value="other">', script: `document.addEventListener('copy', function (e) { e.clipboardData.setData('text/plain', ${text}); e.preventDefault(); }); field.oncopy = function (e) { e.clipboardData.setData('text/plain', ${text}); return false; };` }),
  {
    id: 'copy-popup', group, what: 'Ctrl+C in a field of an about:blank popup', verb: 'is copied',
    pages: { '': html('', { go: `window.w = open('', '_blank', 'popup,width=700,height=400'); w.document.body.innerHTML = ${quoted(area)}; w.document.getElementById('field').focus(); w.document.getElementById('field').select(); window.w.focus();` }) },
    act: (s) => s.copies(async () => { await s.show(); await inNewWindow(s, () => s.click(), () => s.run(() => window.w?.document.hasFocus())); await s.done(); s.desk.tool('key', '--delay', 4, 'ctrl+a', 'ctrl+c'); }),
  },
  clicked('clipboard-text', 'navigator.clipboard.writeText', `await navigator.clipboard.writeText(${text});`, { needs: () => !!navigator.clipboard?.writeText }),
  clicked('clipboard-write', 'navigator.clipboard.write', `await navigator.clipboard.write([new ClipboardItem({ 'text/plain': new Blob([${text}], { type: 'text/plain' }) })]);`, { needs: () => !!navigator.clipboard?.write }),
  clicked('clipboard-fresh', 'writeText taken from a fresh frame, called on the page\'s clipboard', `var f = fresh(); await f.contentWindow.Clipboard.prototype.writeText.call(navigator.clipboard, ${text});`, { needs: () => !!navigator.clipboard?.writeText }),
  clicked('clipboard-fresh-own', 'A frame\'s own clipboard, its writeText taken as the frame appears', `f.contentWindow.focus(); await w.call(c, ${text});`, { needs: () => !!navigator.clipboard?.writeText, script: 'var f = fresh(), c = f.contentWindow.navigator.clipboard, w = c.writeText;' }),
  {
    id: 'clipboard-read', group, what: 'A page reads the clipboard', verb: 'reads', needs: () => !!navigator.clipboard?.readText,
    pages: { '': html('', { go: 'window.read = await navigator.clipboard.readText();' }) },
    async act(s) {
      await s.desk.put('from another program');
      await s.show();
      // As a person who has once said yes; in Firefox, a button to paste comes up and is pressed.
      if (s.kind === 'chromium') await s.browser.defaultBrowserContext().overridePermissions(s.origin, ['clipboard-read']);
      await s.click();
      if (s.kind === 'firefox') {
        await s.eventually(async () => {
          if (await s.run(() => window.read)) return true;
          s.desk.tool('mousemove_relative', '--', 12, 12, 'click', 1, 'mousemove_relative', '--', -12, -12);
          return null;
        });
      }
      const got = !!(await s.eventually(() => s.run(() => window.read === 'from another program')));
      if (s.kind === 'chromium') await s.browser.defaultBrowserContext().clearPermissionOverrides();
      return got;
    },
  },
  {
    id: 'select-mouse', group, what: 'Text selected by the mouse, which X11 copies as it is selected', verb: 'is copied', pages: { '': html() },
    act: (s) => s.copies(async () => { await s.show(); await s.drag(await s.place('#shown', 0.001, 0.5), await s.place('#shown', 0.5, 0.5)); }, { selection: 'primary', holds: SHOWN.slice(0, 12) }),
  },
  {
    id: 'select-triple', group, what: 'Three clicks select a paragraph', verb: 'is copied', pages: { '': html('<p style="width:30em" id="line">' + SHOWN + '</p>') },
    async act(s) { await s.show(); const [x, y] = await s.place('#line', 0.1); s.desk.tool('mousemove', x, y, 'click', '--repeat', 3, '--delay', 40, 1); return !!(await s.eventually(() => s.run(() => getSelection().toString().length > 10))); },
  },
  {
    id: 'select-all', group, what: 'Ctrl+A selects the page', verb: 'is selected', pages: { '': html() },
    async act(s) { await s.show(); await s.click('#shown'); await s.keys('ctrl+a'); return !!(await s.eventually(() => s.run((t) => getSelection().toString().includes(t), SHOWN))); },
  },
  {
    id: 'menu-mouse', group, what: 'The right mouse button\'s menu (Copy, Save as, Print)', verb: 'opens', pages: { '': html() },
    async act(s) { await s.show(); const [x, y] = await s.place('#shown', 0.1); return s.opensWindow(() => { s.desk.tool('mousemove', x, y, 'click', 3); }); },
  },
  {
    id: 'menu-key', group, what: 'Shift+F10, the menu by keys', verb: 'opens', pages: { '': html() },
    async act(s) { await s.show(); await s.click('#shown'); return s.opensWindow(() => { s.desk.tool('key', 'shift+F10'); }); },
  },
  {
    id: 'menu-image', group, what: 'The right mouse button\'s menu on a picture', verb: 'opens', pages: { '': html('<img id="picture" width="120" height="80" src="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\' width=\'120\' height=\'80\'%3E%3Crect width=\'120\' height=\'80\'/%3E%3C/svg%3E">') },
    async act(s) { await s.show(); const [x, y] = await s.place('#picture'); return s.opensWindow(() => { s.desk.tool('mousemove', x, y, 'click', 3); }); },
  },
  dragged('drag-text', 'Selected text dragged away', '<p id="from" style="width:20em">' + SHOWN + '</p>', '', { prepare: (s) => s.run(() => void picked(document.getElementById('from'))) }),
  dragged('drag-link', 'A link dragged away', '<p><a id="from" href="inner" style="font-size:30px">a link to drag</a></p>', ''),
  dragged('drag-image', 'A picture dragged away', '<img id="from" width="120" height="80" src="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\' width=\'120\' height=\'80\'%3E%3Crect width=\'120\' height=\'80\'/%3E%3C/svg%3E">', ''),
  dragged('drag-data', 'An element dragged away, with data of the page\'s own', '<div id="from" draggable="true" style="width:200px;height:40px;background:#ccc">drag</div>', `window.from = document.getElementById('from'); window.from.addEventListener('dragstart', function (e) { e.dataTransfer.setData('text/plain', ${text}); e.dataTransfer.setData('text/html', ${text}); });`, {
    // Within the page it arrives, as it must; what another program would be handed is what the browser itself holds.
    reads: "(t) => Array.from(e.dataTransfer.items).some((i) => i.type === 'text/plain') ? 'out' : ''", arrives: (t) => t.includes('out') }),
  {
    id: 'drag-field', group, what: 'Text of a field dragged away', verb: 'is dropped elsewhere', pages: { '': html(`${field}<textarea id="to" style="position:fixed;top:400px;left:300px;width:300px;height:100px"></textarea>`) },
    async act(s) { await s.show(); await inField(s); await s.drag(await s.place('#field', 0.1), await s.place('#to')); return !!(await s.eventually(() => s.run(() => document.getElementById('to').value.length > 5))); },
  },
  {
    id: 'capture', group: 'Pictures of the screen', what: 'getDisplayMedia', verb: 'is asked for', needs: () => !!navigator.mediaDevices?.getDisplayMedia,
    pages: { '': html('', { go: `window.said = 'asking'; navigator.mediaDevices.getDisplayMedia({ video: true }).then(function (s) { window.said = 'given'; s.getTracks().forEach(function (t) { t.stop(); }); }, function (e) { window.said = e.name; });` }) },
    // Firefox asks the person, and what is asked for can be given. On a screen without a graphics card Chromium has nothing to give, having been allowed to.
    async act(s) { await s.show(); await s.click(); await s.done(); return !!(await s.eventually(async () => { const said = await s.run(() => window.said); return said === 'given' || said === 'NotReadableError' || (s.kind === 'firefox' && said === 'asking' && (await asksStill(s))); })); },
  },
  {
    id: 'capture-fresh', absent: { firefox: 'act' }, group: 'Pictures of the screen', what: 'getDisplayMedia of a fresh frame', verb: 'is asked for', needs: () => !!navigator.mediaDevices?.getDisplayMedia,
    pages: { '': html('', { go: `var f = fresh(); window.said = 'asking'; f.contentWindow.navigator.mediaDevices.getDisplayMedia.call(navigator.mediaDevices, { video: true }).then(function (s) { window.said = 'given'; s.getTracks().forEach(function (t) { t.stop(); }); }, function (e) { window.said = e.name; });` }) },
    async act(s) { await s.show(); await s.click(); await s.done(); return !!(await s.eventually(async () => { const said = await s.run(() => window.said); return said === 'given' || said === 'NotReadableError' || (s.kind === 'firefox' && said === 'asking' && (await asksStill(s))); })); },
  },
  {
    id: 'share', group: 'Pictures of the screen', what: 'navigator.share', verb: 'is offered', needs: () => !!navigator.share,
    pages: { '': html('', { go: `window.said = 'asking'; navigator.share({ text: ${text} }).then(function () { window.said = 'given'; }, function (e) { window.said = e.name; });` }) },
    async act(s) { await s.show(); await s.click(); return !!(await s.eventually(async () => (await s.run(() => window.said)) === 'asking')); },
  },
];

/** Waits for the window that the deed opens, and lets keys go there. */
async function inNewWindow(s, deed, focused) {
  const before = new Set(s.desk.windows());
  await deed();
  await s.must('the popup has the keys', async () => {
    const fresh = s.desk.windows().filter((w) => !before.has(w)).filter((w) => s.desk.named(w));
    if (!fresh.length) return false;
    s.desk.tool('windowfocus', fresh.at(-1));
    return focused();
  });
}

/** A question that is still open a moment later is one that was put to the person. */
async function asksStill(s) {
  await new Promise((done) => setTimeout(done, 300));
  return (await s.run(() => window.said)) === 'asking';
}

const uses = 'Ordinary use';
/** What must go on: the deed is that it does not. */
const use = (id, what, pages, deed, more = {}) => ({ id, group: uses, what, verb: 'works', pages, use: deed, ...more });
export const ordinary = [
  use('use-typing', 'Typing into a field, a text area and an editable part', { '': html('<input id="a"><textarea id="b"></textarea><div id="c" contenteditable style="width:200px;height:40px"></div>') }, async (s) => {
    await s.show();
    for (const id of ['#a', '#b', '#c']) { await s.click(id); s.type('abc'); await s.keys('BackSpace'); }
    return s.eventually(() => s.run(() => [a.value, b.value, c.textContent].join() === 'ab,ab,ab'), true);
  }),
  use('use-paste', 'Ctrl+V from another program', { '': html('<input id="field">') }, async (s) => {
    await s.desk.put('pasted');
    await s.show(); await s.click('#field'); await s.keys('ctrl+v');
    return s.eventually(() => s.run(() => field.value === 'pasted'), true);
  }),
  use('use-select', 'Selecting in a field and typing over it', { '': html('<input id="field" value="old">') }, async (s) => {
    await s.show(); await s.click('#field', { times: 2 }); s.type('new'); await s.keys('Home');
    return s.eventually(() => s.run(() => field.value === 'new'), true);
  }),
  use('use-popup', 'A popup, and a link to a new tab', { '': html('<a id="link" target="_blank" href="inner">a new tab</a>', { go: 'open("inner", "_blank", "popup");' }), inner: html('<i id="there">there</i>') }, async (s) => {
    await s.show();
    const there = async () => (await Promise.all((await s.others()).map((p) => p.evaluate(() => !!document.getElementById('there')).catch(() => false)))).filter(Boolean).length;
    await s.click();
    if (!(await s.eventually(async () => (await there()) === 1))) return false;
    for (const p of await s.others()) await p.close();
    s.focus();
    await s.page.bringToFront();
    await s.click('#link');
    return s.eventually(async () => (await there()) === 1);
  }),
  use('use-dialog', 'A modal dialog, its field and its button', { '': html('<dialog><input id="field"><button id="close" onclick="document.querySelector(\'dialog\').close()">close</button></dialog>', { go: 'document.querySelector("dialog").showModal();' }) }, async (s) => {
    await s.show(); await s.click(); await s.click('#field'); s.type('abc'); await s.keys('Home');
    if (!(await s.eventually(() => s.run(() => field.value === 'abc'), true))) return false;
    await s.click('#close');
    return s.eventually(() => s.run(() => !document.querySelector('dialog').open), true);
  }),
  use('use-fetch', 'fetch, storage and a dedicated worker', {
    '': html('', { go: `var r = await (await fetch('data')).json(); localStorage.a = r.say; window.got = await new Promise(function (d) { var w = new Worker('worker'); w.onmessage = function (e) { d(e.data + localStorage.a); }; });` }),
    data: { type: 'application/json', body: '{"say":"yes"}' },
    worker: { type: 'text/javascript', body: 'fetch("data").then(function (r) { return r.json(); }).then(function (r) { postMessage(r.say); });' },
  }, async (s) => { await s.show(); await s.click(); await s.done(); return s.eventually(() => s.run(() => window.got === 'yesyes'), true); }),
];

/* Fanlight guard: what is shown here may not be printed, copied or saved. It hinders; the mask is the protection.
   Written without the two characters that XML reserves, so that it stands in XHTML as it is. */
(function () {
  'use strict';
  var sheetText = document.currentScript ? document.currentScript.previousElementSibling.textContent : '';
  var done = '__fanlightGuard';

  function stop(e) { e.preventDefault(); e.stopImmediatePropagation(); }
  function either(a, b) { return a ? a : b; }
  function refuse() { return Promise.reject(new DOMException('Not available in this view', 'NotAllowedError')); }
  function replace(on, name, by) {
    if (!on) return;
    try { Object.defineProperty(on, name, { value: by, writable: false, configurable: false }); } catch (e) { /* not ours to change */ }
  }
  function editable(node) {
    var el = node ? (node.nodeType === 1 ? node : node.parentElement) : null;
    return el ? !!either(el.closest('input,textarea,select'), el.isContentEditable) : false;
  }

  /* One window: ours, or a frame without a document of its own from the server (srcdoc, about:blank). */
  function harden(w) {
    try { if (w[done]) return; Object.defineProperty(w, done, { value: true }); } catch (e) { return; }
    var d = w.document;
    function on(type, f) { w.addEventListener(type, f, { capture: true, passive: false }); }

    /* Paper: blank by style sheet (twice, as pages can remove one), by event, and print() does nothing. */
    try {
      var sheet = new w.CSSStyleSheet();
      sheet.replaceSync(sheetText);
      d.adoptedStyleSheets = [sheet].concat(Array.from(d.adoptedStyleSheets));
    } catch (e) { /* older browsers have the style element alone */ }
    replace(w, 'print', function () {});
    var shown = '';
    on('beforeprint', function () {
      shown = d.documentElement.style.display;
      d.documentElement.style.setProperty('display', 'none', 'important');
    });
    on('afterprint', function () { d.documentElement.style.display = shown; });

    /* Keys: print, save, source. */
    on('keydown', function (e) {
      var held = either(e.ctrlKey, e.metaKey);
      if (held ? 'psu'.includes(String(e.key).toLowerCase()) : false) stop(e);
    });

    /* Copying. Typing and pasting go on. */
    ['copy', 'cut', 'dragstart', 'contextmenu'].forEach(function (type) { on(type, stop); });
    on('selectstart', function (e) { if (!editable(e.target)) stop(e); });
    on('click', function (e) {
      var path = e.composedPath(), i = 0;
      for (; i !== path.length; i += 1) {
        if (path[i].nodeType === 1 ? path[i].matches('a[download],area[download]') : false) { stop(e); return; }
      }
    });
    ['read', 'readText', 'write', 'writeText'].forEach(function (name) {
      if (w.Clipboard) replace(w.Clipboard.prototype, name, refuse);
    });
    ['showSaveFilePicker', 'showDirectoryPicker'].forEach(function (name) { if (name in w) replace(w, name, refuse); });
    if (w.Navigator) replace(w.Navigator.prototype, 'share', refuse);

    /* Frames made by script never see the server: they are hardened when they appear and when they load. */
    function frames(root) {
      if (!root.querySelectorAll) return;
      var all = Array.from(root.querySelectorAll('iframe,frame'));
      if (root.matches ? root.matches('iframe,frame') : false) all.push(root);
      all.forEach(function (frame) {
        function inside() { try { if (frame.contentDocument) harden(frame.contentWindow); } catch (e) { /* another origin */ } }
        frame.addEventListener('load', inside);
        inside();
      });
    }
    new w.MutationObserver(function (list) {
      list.forEach(function (m) { m.addedNodes.forEach(frames); });
    }).observe(d, { childList: true, subtree: true });
    frames(d);
  }
  harden(window);

  /* The back button must ask again: a page from the browser's memory is hidden and loaded anew. */
  addEventListener('pagehide', function () { document.documentElement.style.setProperty('visibility', 'hidden', 'important'); }, true);
  addEventListener('pageshow', function (e) {
    if (e.persisted) location.reload();
    else document.documentElement.style.removeProperty('visibility');
  }, true);

  /* The mark: who looks, for which change, when. In the top layer, above dialogs, in the top window only. */
  var meta = document.querySelector('meta[name="fanlight-mark"]');
  var words = meta ? meta.content : '';
  if (window.top !== window.self ? true : words === '') return;
  var host = null, watcher = null, raising = false, SVG = 'http://www.w3.org/2000/svg';

  function draw() {
    host = document.createElement('div');
    host.setAttribute('popover', 'manual');
    host.setAttribute('aria-hidden', 'true');
    var put = { position: 'fixed', inset: '0', width: '100vw', height: '100vh', 'max-width': 'none', 'max-height': 'none',
      margin: '0', padding: '0', border: '0', background: 'none', overflow: 'hidden', 'pointer-events': 'none',
      visibility: 'visible', opacity: '1', transform: 'none', filter: 'none', 'clip-path': 'none' };
    Object.keys(put).forEach(function (name) { host.style.setProperty(name, put[name], 'important'); });
    var svg = document.createElementNS(SVG, 'svg'), defs = svg.appendChild(document.createElementNS(SVG, 'defs'));
    var tile = defs.appendChild(document.createElementNS(SVG, 'pattern')), line = tile.appendChild(document.createElementNS(SVG, 'text'));
    var area = svg.appendChild(document.createElementNS(SVG, 'rect'));
    function set(el, to) { Object.keys(to).forEach(function (k) { el.setAttribute(k, to[k]); }); }
    line.textContent = words + ' · ' + new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
    set(svg, { width: '100%', height: '100%' });
    set(tile, { id: 'm', width: String(line.textContent.length * 7 + 60), height: '150', patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(-24)' });
    set(line, { x: '20', y: '80', 'font-family': 'sans-serif', 'font-size': '13', fill: '#555', 'fill-opacity': '0.16' });
    set(area, { width: '100%', height: '100%', fill: 'url(#m)' });
    host.attachShadow({ mode: 'closed' }).appendChild(svg);
    var mine = host;
    new MutationObserver(function () { if (mine === host) anew(); }).observe(mine, { attributes: true });
  }

  function raise() {
    if (raising) return;
    raising = true;
    try {
      if (host === null) draw();
      if (host.parentNode !== document.documentElement) document.documentElement.appendChild(host);
      if (host.matches(':popover-open')) host.hidePopover();
      host.showPopover();
    } catch (e) { /* the next change tries again */ }
    if (watcher) watcher.takeRecords();
    raising = false;
  }
  /* A page that takes the mark away again and again gets it back, but may not keep the browser busy with it. */
  var times = 0;
  setInterval(function () { times = 0; }, 1000);
  function anew() {
    times += 1;
    if (times === 31) setTimeout(anew, 1000);
    if (times > 30) return;
    if (host) host.remove();
    host = null;
    raise();
  }

  function watch() {
    watcher = new MutationObserver(function (list) {
      if (host === null ? true : !host.isConnected) { anew(); return; }
      var top = list.some(function (m) { return m.type === 'attributes' ? m.target !== host : false; });
      if (top ? true : !host.matches(':popover-open')) raise();
    });
    watcher.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['open', 'popover'] });
  }

  function start() {
    raise();
    watch();
    addEventListener('toggle', function (e) { if (e.target !== host) raise(); }, true);
    document.addEventListener('fullscreenchange', raise, true);
    setInterval(anew, 60000);
  }
  if (document.body) start(); else document.addEventListener('DOMContentLoaded', start);
})();

/* Fanlight guard: what is shown here may not be printed, copied or saved. It hinders; the mask is the protection.
   Written without the two characters that XML reserves, so that it stands in XHTML and SVG as it is. Before it stand the words of the
   mark (meta) and its style sheet. */
(function () {
  'use strict';
  /* Pages change what every object can do. What the guard needs it takes now, before any of them. */
  var me = document.currentScript, style = me ? me.previousElementSibling : null, meta = style ? style.previousElementSibling : null;
  var css = style ? style.textContent : '', code = me ? me.textContent : '', done = '__fanlightGuard', HTML = 'http://www.w3.org/1999/xhtml';
  var apply = Reflect.apply, halt = Event.prototype.preventDefault, last = Event.prototype.stopImmediatePropagation, hear = EventTarget.prototype.addEventListener;
  var see = MutationObserver.prototype.observe, own = Object.getOwnPropertyDescriptor, put = CSSStyleDeclaration.prototype.setProperty;
  var seen = { childList: true, subtree: true, attributes: true, attributeFilter: ['open', 'popover', 'srcdoc'] };
  var lift = function () {}, opened = [], papers = new Map();

  /* The page wrote itself anew, and this script with it: that took every listener away. */
  if (document[done]) { document[done](); return; }

  function stop(e) { apply(halt, e, []); apply(last, e, []); }
  function hold(e) { apply(halt, e, []); }
  function refuse() { return Promise.reject(new DOMException('Not available in this view', 'NotAllowedError')); }
  /* What a browser keeps as an object's own property is gone once it is written over: no page finds it again. */
  function replace(on, name, by) {
    if (on ? name in on : false) try { Object.defineProperty(on, name, { value: by, writable: true, configurable: true, enumerable: true }); } catch (e) { /* older browsers */ }
  }
  /* A function that does what it did, and then something more. */
  function also(on, name, more) {
    var was = on ? on[name] : null;
    if (was) replace(on, name, function () { var out = apply(was, this, arguments); more(this, out); return out; });
  }
  function element(node) { return node ? (node.nodeType === 1 ? node : node.parentElement) : null; }
  function editable(node) {
    var el = element(node);
    return el ? !!(el.closest('input,textarea,select') || el.isContentEditable) : false;
  }
  function important(el, to) { Object.keys(to).forEach(function (name) { apply(put, el.style, [name, to[name], 'important']); }); }

  /* Paper. Style sheets lose to scripts that wipe them, so the page goes when printing begins, by the one declaration that no sheet beats, and
     no listener of the page hears of it. Whoever brings it back within the same print is seen. */
  function blank(d) { var root = d.documentElement; if (root ? root.style : false) if (root.style.display !== 'none') important(root, { display: 'none' }); }
  var printing = new MutationObserver(function () { papers.forEach(function (was, d) { was.left -= 1; if (was.left > 0) blank(d); }); });
  function beforeprint(e) {
    var d = e.currentTarget.document, root = d.documentElement;
    apply(last, e, []);
    if (papers.has(d) || !root || !root.style) return;
    papers.set(d, { root: root, display: root.style.display, left: 99 });
    blank(d);
    apply(see, printing, [d, { childList: true }]);
    apply(see, printing, [root, { attributes: true }]);
  }
  function afterprint(e) {
    var d = e.currentTarget.document, was = papers.get(d);
    printing.disconnect();
    papers.delete(d);
    if (was) was.root.style.display = was.display;
  }

  /* Heard before the page hears them: at the window, on the way down. Typing, pasting and menus of the page's own go on, and so does a page that
     saves by Ctrl+S. What is dragged within a page stays there. */
  var heard = {
    copy: stop, cut: stop, contextmenu: hold, beforeprint: beforeprint, afterprint: afterprint,
    keydown: function (e) {
      var key = /^[a-z]$/i.test(e.key) ? e.key.toLowerCase() : String(e.code).slice(3).toLowerCase();
      if (!e.ctrlKey) if (!e.metaKey) return;
      if (key === 's') hold(e);
      if (key === 'p' || key === 'u') stop(e);
    },
    selectstart: function (e) { if (!editable(e.target)) stop(e); },
    dragstart: function (e) { var el = element(e.target); if (el ? el.matches('img') || !el.closest('[draggable="true"]') : true) stop(e); },
    click: function (e) {
      if (e.composedPath().some(function (el) { return el.matches ? el.matches('a[download],area[download]') : false; })) stop(e);
    }
  };

  /* The style sheet a second time, where removing elements does not reach it. */
  function sheet(d) {
    var w = d.defaultView, mine = d[done].sheet, at = d[done].sheets;
    try {
      if (!mine) { mine = d[done].sheet = new w.CSSStyleSheet(); at = d[done].sheets = own(w.Document.prototype, 'adoptedStyleSheets'); }
      if (mine.disabled) mine.disabled = false;
      if (mine.cssRules.length === 0) mine.replaceSync(css);
      if (!at.get.call(d).includes(mine)) at.set.call(d, [mine].concat(Array.from(at.get.call(d))));
    } catch (e) { /* older browsers have the style element alone */ }
  }

  /* A document: its listeners, its style sheet, and what appears in it. Twice does no harm, and document.open() makes it needed. */
  function arm(w) {
    var d = w.document;
    if (!d[done]) Object.defineProperty(d, done, { value: function () { arm(w); } });
    Object.keys(heard).forEach(function (type) { apply(hear, w, [type, heard[type], { capture: true, passive: false }]); });
    apply(hear, d, ['load', loaded, true]);
    apply(see, watcher, [d, seen]);
    sheet(d);
    frames(d);
  }

  /* Frames and windows that scripts make never see the server. The guard goes into each as it stands, allowed by the hash that such a
     document inherits; where no script may run, its listeners are hung in from here. */
  var head = me ? [meta, style, me].map(function (el) { return el ? el.outerHTML : ''; }).join('') : '';
  function plant(w) {
    try {
      var d = w.document, root = d.head || d.documentElement, script, parts;
      if (d[done] || !root) return;
      script = d.createElementNS(HTML, 'script');
      try { script.textContent = code; } catch (e) { /* Trusted Types */ }
      parts = [meta, style].map(function (el) { return d.importNode(el, true); });
      root.prepend(parts[0], parts[1], script);
      script.remove();
      parts[0].remove();
      if (!d[done]) { natives(w); arm(w); }
    } catch (e) { /* another origin */ }
  }
  function served(frame) { return /^(?!about:|javascript:|blob:|$)/i.test(frame.hasAttribute('srcdoc') ? '/' : (frame.getAttribute('src') || '').trim()); }
  function inside(frame) {
    try {
      var w = apply(windowOf(frame), frame, []);
      if (w ? !w.document[done] : false) if (served(frame) ? w.document.URL === 'about:blank' : false) natives(w); else plant(w);
    } catch (e) { /* another origin */ }
  }
  /* A frame without an address loads at once, within the call that appends it. */
  function loaded(e) { if (e.target.matches ? e.target.matches('iframe,frame') : false) plant(apply(windowOf(e.target), e.target, [])); }
  function frames(root) {
    if (!root.querySelectorAll) return;
    var all = Array.from(root.querySelectorAll('iframe,frame'));
    if (root.matches ? root.matches('iframe,frame') : false) all.push(root);
    all.forEach(function (frame) {
      /* It is read in a moment, and then the guard must stand first. */
      var page = frame.getAttribute('srcdoc');
      if (page ? !page.includes('fanlight-guard') : false) try { frame.srcdoc = head + page; } catch (e) { /* Trusted Types */ }
      inside(frame);
    });
  }
  var asked = own(HTMLIFrameElement.prototype, 'contentWindow').get, askedOld = own(HTMLFrameElement.prototype, 'contentWindow').get;
  function windowOf(frame) { return frame.localName === 'frame' ? askedOld : asked; }
  var watcher = new MutationObserver(function (list) {
    list.forEach(function (m) { if (m.type === 'attributes') frames(m.target); else m.addedNodes.forEach(frames); });
    changed(list);
  });
  function changed() {}

  /* What scripts of a window can ask for. */
  function natives(w) {
    if (w[done]) return;
    Object.defineProperty(w, done, { value: true });
    replace(w, 'print', function () {});
    ['read', 'readText', 'write', 'writeText'].forEach(function (name) { if (w.Clipboard) replace(w.Clipboard.prototype, name, refuse); });
    ['showSaveFilePicker', 'showDirectoryPicker'].forEach(function (name) { replace(w, name, refuse); });
    if (w.FileSystemFileHandle) replace(w.FileSystemFileHandle.prototype, 'createWritable', refuse);
    if (w.DocumentPictureInPicture) replace(w.DocumentPictureInPicture.prototype, 'requestWindow', refuse);
    if (w.Navigator) replace(w.Navigator.prototype, 'share', refuse);

    /* A fresh frame's functions are as good as the window's: it is hardened before a script gets hold of it. */
    [w.HTMLIFrameElement, w.HTMLFrameElement].forEach(function (type) {
      ['contentWindow', 'contentDocument'].forEach(function (name) {
        var at = own(type.prototype, name);
        Object.defineProperty(type.prototype, name, { get: function () { inside(this); return apply(at.get, this, []); }, configurable: true, enumerable: true });
      });
    });
    also(w.Element.prototype, 'attachShadow', function (host, root) { apply(see, watcher, [root, seen]); apply(hear, root, ['load', loaded, true]); });
    var open = w.open;
    w.open = function (url) {
      var out = apply(open, w, arguments);
      if (out) { opened.push(out); if (!url || /^(about|javascript):/i.test(url)) plant(out); }
      return out;
    };
    /* A blob that is a page carries the guard too. */
    var make = w.URL.createObjectURL;
    replace(w.URL, 'createObjectURL', function (thing) {
      var page = thing instanceof w.Blob ? /^text\/html/i.test(thing.type) : false;
      return apply(make, w.URL, [page ? new w.Blob(['\x3c!DOCTYPE html>\x3cmeta charset="utf-8">', head, thing], { type: thing.type }) : thing]);
    });
    /* document.open() takes listeners away, write() opens by itself when the page is read, and runs what it writes: so the guard is written first. */
    also(w.Document.prototype, 'open', function (d, out) { if (out === d) rearm(d); else plant(out); });
    ['write', 'writeln'].forEach(function (name) {
      var write = w.Document.prototype[name];
      replace(w.Document.prototype, name, function (text) {
        var all = Array.from(arguments), at = typeof text === 'string' ? text.match(/^\s*(\x3c!doctype[^>]*>|(?=\x3c[a-z]|[^\x3c\s]))/i) : null;
        if (this.readyState !== 'loading') if (at) all[0] = at[0] + head + text.slice(at[0].length);
        apply(write, this, all);
        rearm(this);
      });
    });
    var sheets = own(w.Document.prototype, 'adoptedStyleSheets');
    if (sheets) Object.defineProperty(w.Document.prototype, 'adoptedStyleSheets', {
      get: sheets.get, set: function (list) { apply(sheets.set, this, [list]); if (this[done]) sheet(this); }, configurable: true, enumerable: true
    });
    if (w.HTMLDialogElement) also(w.HTMLDialogElement.prototype, 'showModal', function () { lift(); });
    also(w.HTMLElement.prototype, 'showPopover', function () { lift(); });
  }
  function rearm(d) { if (d[done]) d[done](); }

  var show = HTMLElement.prototype.showPopover, hide = HTMLElement.prototype.hidePopover, shadow = Element.prototype.attachShadow, append = Node.prototype.appendChild;
  natives(window);
  arm(window);
  setInterval(function () {
    if (document.defaultView) sheet(document);
    opened = opened.filter(function (w) { if (w.closed) return false; plant(w); return true; });
    document.querySelectorAll('iframe,frame').forEach(inside);
  }, 500);

  /* The back button must ask again: a page from the browser's memory is hidden and loaded anew. */
  heard.pagehide = function () { important(document.documentElement, { visibility: 'hidden' }); };
  heard.pageshow = function (e) {
    if (e.persisted) location.reload();
    else document.documentElement.style.removeProperty('visibility');
  };

  /* The mark: who looks, for which change, when. In the top layer, above dialogs, in the top window only. */
  var words = meta ? meta.content : '', host = null, raising = false, SVG = 'http://www.w3.org/2000/svg';
  if (window.top === window.self ? words : false) mark();
  rearm(document);

  function mark() {
    function draw() {
      host = document.createElementNS(HTML, 'div');
      host.setAttribute('popover', 'manual');
      host.setAttribute('aria-hidden', 'true');
      important(host, { display: 'block', position: 'fixed', inset: '0', width: '100vw', height: '100vh', 'max-width': 'none', 'max-height': 'none', margin: '0', padding: '0',
        border: '0', background: 'none', overflow: 'hidden', 'pointer-events': 'none', visibility: 'visible', opacity: '1', transform: 'none', filter: 'none',
        'clip-path': 'none', 'content-visibility': 'visible', zoom: '1' });
      function node(to, name, set, text) {
        var el = apply(append, to, [document.createElementNS(SVG, name)]);
        Object.keys(set).forEach(function (k) { el.setAttribute(k, set[k]); });
        if (text) el.textContent = text;
        return el;
      }
      var said = words + ' · ' + new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
      var svg = node(apply(shadow, host, [{ mode: 'closed' }]), 'svg', { width: '100%', height: '100%' });
      var tile = node(node(svg, 'defs', {}), 'pattern', { id: 'm', width: said.length * 7 + 60, height: 150, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(-24)' });
      /* Once dark and once light, for pages of either kind. */
      [['#fff', 1], ['#000', 0]].forEach(function (ink) {
        node(tile, 'text', { x: 20 + ink[1], y: 80 + ink[1], 'font-family': 'sans-serif', 'font-size': 13, fill: ink[0], 'fill-opacity': 0.16 }, said);
      });
      node(svg, 'rect', { width: '100%', height: '100%', fill: 'url(#m)' });
      var mine = host;
      apply(see, new MutationObserver(function () { if (mine === host) again(); }), [mine, { attributes: true }]);
    }
    function up() { return host.isConnected ? host.matches(':popover-open') : false; }
    function raise() {
      if (raising) return;
      raising = true;
      try {
        if (host === null) draw();
        if (host.parentNode !== document.documentElement) apply(append, document.documentElement, [host]);
        if (host.matches(':popover-open')) apply(hide, host, []);
        apply(show, host, []);
      } catch (e) { /* the next change tries again */ }
      raising = false;
    }
    /* A page that takes the mark away again and again gets it back before anything is painted; one that does it in the very same moment, as often as
       the mark comes, is not shown any more. */
    var times = 0, lost = 0, later = new MessageChannel();
    later.port1.onmessage = function () {
      times = 0;
      if (up()) { lost = 0; return; }
      lost += 1;
      if (lost > 9) location.replace('/.fanlight/ended'); else again();
    };
    function again() {
      times += 1;
      if (times === 1) later.port2.postMessage(0);
      if (times > 30) return;
      var old = host;
      host = null;
      if (old) old.remove();
      raise();
    }
    function start() { if (host === null) if (document.body || document.readyState !== 'loading') { raise(); setInterval(again, 60000); } }
    changed = function (list) {
      if (host === null) start();
      else if (!host.isConnected) again();
      else if (!up() || list.some(function (m) { return m.type === 'attributes' ? m.target !== host : false; })) raise();
    };
    lift = raise;
    heard.toggle = function (e) { if (e.target !== host) raise(); };
    heard.fullscreenchange = raise;
    heard.DOMContentLoaded = start;
    start();
  }
})();

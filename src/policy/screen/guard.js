/* Fanlight guard: what is shown here may not be printed, copied or saved. It hinders; the mask is the protection.
   Written without the two characters that XML reserves, so that it stands in XHTML and SVG as it is. Before it stand the words of the
   mark (meta) and its style sheet. */
(function () {
  'use strict';
  /* Pages change what every object can do. What the guard needs it takes now, before any of them. */
  var me = document.currentScript, style = me?.previousElementSibling, meta = style?.previousElementSibling;
  /* What a form sent stays with its entry in the history, and on the disk with that: the entry becomes one that only asks. First of all: the
     browser writes down where it is at times of its own, and what it wrote stays. */
  if (meta?.dataset.sent) try { history.replaceState(history.state, ''); } catch (e) { /* none of ours */ }
  var css = style?.textContent, code = me?.textContent, done = '__fanlightGuard', HTML = 'http://www.w3.org/1999/xhtml';
  var apply = Reflect.apply, halt = Event.prototype.preventDefault, last = Event.prototype.stopImmediatePropagation, hear = EventTarget.prototype.addEventListener;
  var see = MutationObserver.prototype.observe, own = Object.getOwnPropertyDescriptor, define = Object.defineProperty, put = CSSStyleDeclaration.prototype.setProperty;
  var seen = { childList: true, subtree: true, attributes: true, attributeFilter: ['open', 'popover', 'srcdoc'] };
  var lift = () => {}, opened = [], papers = new Map();

  /* The page wrote itself anew, and this script with it: that took every listener away. */
  if (document[done]) { document[done](); return; }

  function stop(e) { hold(e); apply(last, e, []); }
  function hold(e) { apply(halt, e, []); }
  function refuse() { return Promise.reject(new DOMException('Not available here', 'NotAllowedError')); }
  /* What a browser keeps as an object's own property is gone once it is written over: no page finds it again. */
  function replace(on, name, by) {
    if (on?.[name]) define(on, name, { value: by, writable: true, configurable: true, enumerable: true });
  }
  /* A function that does what it did, and then something more. */
  function also(on, name, more) {
    var was = on?.[name];
    replace(on, name, function () { var out = apply(was, this, arguments); more(this, out); return out; });
  }
  function element(node) { return node?.nodeType === 1 ? node : node?.parentElement; }
  function force(el, to) { to.split(';').forEach(one => { apply(put, el.style, one.split(':').concat('important')); }); }
  function property(on, name, get, set) { define(on, name, { get: get, set: set, configurable: true, enumerable: true }); }

  /* Paper. Style sheets lose to scripts that wipe them, so the page goes when printing begins, by the one declaration that no sheet beats, and
     no listener of the page hears of it. Whoever brings it back within the same print is seen. */
  function blank(d) { var root = d.documentElement; if (root?.style) if (root.style.display !== 'none') force(root, 'display:none'); }
  var press = new MutationObserver(() => { papers.forEach((was, d) => { if (was.left-- > 0) blank(d); }); });
  function beforeprint(e) {
    var d = e.currentTarget.document, root = d.documentElement;
    apply(last, e, []);
    if (papers.has(d) || !root?.style) return;
    /* Boxes in the margin are printed although the root is not: no sheet of the page stands meanwhile. */
    papers.set(d, { root, display: root.style.display, left: 99, off: Array.from(d.styleSheets).filter(s => s.disabled ? false : s.disabled = true) });
    blank(d);
    /* In SVG the top layer does not go with the root. */
    if (host) apply(hide, host, []);
    apply(see, press, [d, { childList: true, attributes: true, subtree: true }]);
  }
  function afterprint(e) {
    var d = e.currentTarget.document, was = papers.get(d);
    press.disconnect();
    papers.delete(d);
    if (was) was.root.style.display = was.display;
    was?.off.forEach(s => { s.disabled = false; });
  }

  /* Heard before the page hears them: at the window, on the way down. Typing, pasting and menus of the page's own go on, and so does a page that
     saves by Ctrl+S. What is dragged within a page stays there. */
  var heard = {
    copy: stop, cut: stop, beforecopy: stop, beforecut: stop, contextmenu: hold, beforeprint, afterprint,
    keydown: e => {
      var key = /^[a-z]$/i.test(e.key) ? e.key.toLowerCase() : String(e.code).slice(3).toLowerCase();
      if (!e.ctrlKey) if (!e.metaKey) return;
      if (key === 's') hold(e);
      if (key === 'p' || key === 'u') stop(e);
    },
    /* Browsers keep what is typed, for the next form and for the session; passwords have a keeper of their own. */
    focusin: e => {
      var el = e.target, form = el.form;
      if (el.matches?.('input:not([type="password"]),textarea')) if (!/password|username|one-time/.test(el.autocomplete)) if (!form?.querySelector('[type="password"]')) {
        el.autocomplete = 'off';
        form?.setAttribute('autocomplete', 'off');
      }
    },
    selectstart: e => { var el = element(e.target); if (!el?.closest('input,textarea,select')) if (!el?.isContentEditable) stop(e); },
    dragstart: e => { var el = element(e.target); if (el?.matches('img') || !el?.closest('[draggable="true"]')) stop(e); else e.dataTransfer.clearData(); },
    click: e => {
      if (e.composedPath().some(el => el.matches?.('a[download],area[download]'))) stop(e);
    }
  };

  /* The style sheet a second time, where removing elements does not reach it. */
  function sheet(d) {
    var mine = d[done].sheet;
    try {
      if (!mine) mine = d[done].sheet = new d.defaultView.CSSStyleSheet();
      if (mine.disabled) mine.disabled = false;
      if (mine.cssRules.length === 0) mine.replaceSync(css);
      if (!d.adoptedStyleSheets.includes(mine)) d.adoptedStyleSheets = [mine].concat(Array.from(d.adoptedStyleSheets));
    } catch (e) { /* the document is gone */ }
  }

  /* A document: its listeners, its style sheet, and what appears in it. Twice does no harm, and document.open() makes it needed. */
  function arm(w) {
    var d = w.document;
    if (!d[done]) define(d, done, { value: () => arm(w) });
    Object.keys(heard).forEach(type => { apply(hear, w, [type, heard[type], true]); });
    apply(hear, d, ['load', loaded, true]);
    apply(see, watcher, [d, seen]);
    sheet(d);
    frames(d);
  }

  /* Frames and windows that scripts make never see the server. The guard goes into each as it stands, allowed by the hash that such a
     document inherits; where no script may run, its listeners are hung in from here. */
  var head = me ? meta.outerHTML + style.outerHTML + me.outerHTML : '';
  function plant(w) {
    try {
      var d = w.document, root = d.head || d.documentElement, script;
      if (d[done] || !root) return;
      script = d.createElementNS(HTML, 'script');
      try { script.textContent = code; } catch (e) { /* Trusted Types */ }
      root.prepend(d.importNode(meta, true), d.importNode(style, true), script);
      script.remove();
      if (!d[done]) { natives(w); arm(w); }
    } catch (e) { /* another origin */ }
  }
  function served(frame) { return frame.hasAttribute('srcdoc') || !/^(about:|javascript:|blob:|$)/.test(frame.src); }
  function inside(frame) {
    try {
      var w = apply(winOf(frame), frame, []);
      if (served(frame) ? w.document.URL === 'about:blank' : false) natives(w); else plant(w);
    } catch (e) { /* another origin */ }
  }
  /* A frame without an address loads at once, within the call that appends it. */
  function loaded(e) { if (e.target.matches?.('iframe,frame')) plant(apply(winOf(e.target), e.target, [])); }
  function frames(root) {
    if (!root.querySelectorAll) return;
    var all = Array.from(root.querySelectorAll('iframe,frame'));
    if (root.matches?.('iframe,frame')) all.push(root);
    all.forEach(frame => {
      /* It is read in a moment, and then the guard must stand first. */
      var page = frame.getAttribute('srcdoc');
      if (page) if (!page.includes('fanlight-guard')) try { frame.srcdoc = head + page; } catch (e) { /* Trusted Types */ }
      inside(frame);
    });
  }
  var asked = own(HTMLIFrameElement.prototype, 'contentWindow').get, older = own(HTMLFrameElement.prototype, 'contentWindow').get;
  function winOf(frame) { return frame.localName === 'frame' ? older : asked; }
  var watcher = new MutationObserver(list => {
    list.forEach(m => { if (m.type === 'attributes') frames(m.target); else m.addedNodes.forEach(frames); });
    changed(list);
  });
  function changed() {}

  /* What scripts of a window can ask for. */
  function natives(w) {
    if (w[done]) return;
    define(w, done, { value: true });
    replace(w, 'print', () => {});
    'read,readText,write,writeText:Clipboard;createWritable:FileSystemFileHandle;requestWindow:DocumentPictureInPicture;share:Navigator;getDisplayMedia:MediaDevices;showSaveFilePicker,showDirectoryPicker:'.split(';').forEach(one => {
      var names = one.split(':'), on = names[1] ? w[names[1]]?.prototype : w;
      names[0].split(',').forEach(name => { replace(on, name, refuse); });
    });

    /* A fresh frame's functions are as good as the window's: it is hardened before a script gets hold of it. */
    [w.HTMLIFrameElement, w.HTMLFrameElement].forEach(type => {
      ['contentWindow', 'contentDocument'].forEach(name => {
        var at = own(type.prototype, name);
        property(type.prototype, name, function () { inside(this); return apply(at.get, this, []); });
      });
    });
    also(w.Element.prototype, 'attachShadow', (host, root) => { apply(see, watcher, [root, seen]); apply(hear, root, ['load', loaded, true]); });
    var open = w.open;
    w.open = function (url) {
      var out = apply(open, w, arguments);
      if (out) { opened.push(out); if (!url || /^(about|javascript):/i.test(url)) plant(out); }
      return out;
    };
    /* A blob that is a page carries the guard too. */
    var make = w.URL.createObjectURL;
    replace(w.URL, 'createObjectURL', function (thing) {
      return apply(make, w.URL, [/^text\/html/i.test(thing?.type) ? new w.Blob(['\x3c!DOCTYPE html>\x3cmeta charset="utf-8">', head, thing], { type: thing.type }) : thing]);
    });
    /* document.open() takes listeners away, write() opens by itself when the page is read, and runs what it writes: so the guard is written first. */
    also(w.Document.prototype, 'open', (d, out) => { if (out === d) rearm(d); else plant(out); });
    ['write', 'writeln'].forEach(name => {
      var write = w.Document.prototype[name];
      replace(w.Document.prototype, name, function (text) {
        var all = Array.from(arguments), at = typeof text === 'string' ? text.match(/^\s*(\x3c!doctype[^>]*>|(?=\x3c[a-z]|[^\x3c\s]))/i) : null;
        if (this.readyState !== 'loading') if (at) all[0] = at[0] + head + text.slice(at[0].length);
        apply(write, this, all);
        rearm(this);
      });
    });
    var sheets = own(w.Document.prototype, 'adoptedStyleSheets');
    if (sheets) property(w.Document.prototype, 'adoptedStyleSheets', sheets.get, function (list) { apply(sheets.set, this, [list]); if (this[done]) sheet(this); });
    also(w.HTMLDialogElement?.prototype, 'showModal', () => lift());
    ['showPopover', 'hidePopover', 'togglePopover'].forEach(name => also(w.HTMLElement.prototype, name, () => lift()));
  }
  function rearm(d) { d[done]?.(); }

  var show = HTMLElement.prototype.showPopover, hide = HTMLElement.prototype.hidePopover, shadow = Element.prototype.attachShadow, append = Node.prototype.appendChild;
  natives(window);
  arm(window);
  setInterval(() => {
    sheet(document);
    ask();
    /* The time of the grant is over: the server says so, and has the browser cleared. */
    if (performance.now() > meta?.dataset.left) location.reload();
    opened.forEach(plant);
    document.querySelectorAll('iframe,frame').forEach(inside);
  }, 500);

  /* Where a rule says so, nothing that the page stored stays. Names of databases are asked for ahead: there is no time when a page is left. */
  var leave = meta?.dataset?.leave ? location.protocol !== 'about:' : false, bases = [];
  function ask() { if (leave) try { indexedDB.databases().then(all => { bases = all; }); } catch (e) { /* none */ } }
  function forget() {
    if (leave) try {
      [localStorage, sessionStorage].forEach(kept => { kept.clear(); });
      bases.forEach(base => { indexedDB.deleteDatabase(base.name); });
    } catch (e) { /* there is none */ }
  }

  /* The back button must ask again: a page from the browser's memory is hidden and loaded anew. */
  heard.pagehide = () => { forget(); force(document.documentElement, 'visibility:hidden'); };
  heard.pageshow = e => {
    if (e.persisted) location.reload();
    else document.documentElement.style.visibility = '';
  };

  /* The mark: who looks, for which change, when. In the top layer, above dialogs, in the top window only. */
  var words = meta?.content, host = null, raising = false;
  if (window.top === window ? words : false) mark();
  rearm(document);

  function mark() {
    function draw() {
      host = document.createElementNS(HTML, 'div');
      host.setAttribute('popover', 'manual');
      host.setAttribute('aria-hidden', 'true');
      /* Whatever the page's style sheets say of it, by names that are not known yet: all of it is reset first. */
      force(host, 'all:initial;display:revert;position:fixed;inset:0;width:100vw;height:100vh;overflow:hidden;pointer-events:none');
      function node(to, name, set, text) {
        var el = apply(append, to, [document.createElementNS('http://www.w3.org/2000/svg', name)]);
        Object.keys(set).forEach(k => { el.setAttribute(k, set[k]); });
        if (text) el.textContent = text;
        return el;
      }
      var said = words + ' · ' + new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
      var svg = node(apply(shadow, host, [{ mode: 'closed' }]), 'svg', { width: '100%', height: '100%' });
      var tile = node(node(svg, 'defs', {}), 'pattern', { id: 'm', width: said.length * 7 + 60, height: 150, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(-24)' });
      /* Once dark and once light, for pages of either kind. */
      [['#fff', 1], ['#000', 0]].forEach(ink => {
        node(tile, 'text', { x: 20 + ink[1], y: 80 + ink[1], 'font-family': 'sans-serif', 'font-size': 13, fill: ink[0], 'fill-opacity': .2 }, said);
      });
      node(svg, 'rect', { width: '100%', height: '100%', fill: 'url(#m)' });
      var mine = host;
      apply(see, new MutationObserver(() => { if (mine === host) again(); }), [mine, { attributes: true }]);
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
    later.port1.onmessage = () => {
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
      old?.remove();
      raise();
    }
    function start() { if (host === null) if (document.body || document.readyState !== 'loading') { raise(); setInterval(again, 6e4); } }
    changed = list => {
      if (host === null) start();
      else if (!host.isConnected) again();
      else if (!up() || list.some(m => m.type === 'attributes' ? m.target !== host : false)) raise();
    };
    lift = raise;
    heard.toggle = e => { if (e.target !== host) raise(); else if (!up()) again(); };
    heard.fullscreenchange = raise;
    heard.DOMContentLoaded = start;
    start();
  }
})();

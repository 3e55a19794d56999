/* Fanlight controls: a button or link that a script draws is looked at by the same rules as one that came in a page. The server is asked about
   each that it has not been asked about before; what the rules take away is not shown. What it would ask for is refused anyway.
   Written without the two characters that XML reserves. */
(function () {
  'use strict';
  var kinds = 'a,button,summary,li,option,[role="button"],[role="menuitem"],[role="link"],[role="tab"],[role="option"],input[type="button"],input[type="submit"],input[type="image"],input[type="reset"],[onclick],[data-action],[data-command],[data-clipboard-text],[class*="btn"],[class*="button"],[class*="menu-item"],[class*="dropdown-item"],[class*="menu-option"]';
  var OUT = 'data-fanlight-out', OFF = 'data-fanlight-off', flag = '__fanlightControls', words = 'not available in this view';
  var drawn = new Set(), told = new Map(), done = new WeakMap(), turns = new WeakMap(), timer = 0, asking = false, failed = 0, sheet;
  var ask = window.fetch, shadow = Element.prototype.attachShadow, paper = document.implementation.createHTMLDocument('');
  var changes = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['title', 'aria-label', 'href', 'value', 'class', 'id', 'role', 'type', 'onclick', 'formaction', 'data-action', 'data-command'] };

  if (document.documentElement.localName !== 'html') return;
  /* The page wrote itself anew, and this script with it. */
  if (document[flag]) { document[flag](); return; }

  function add(el) { if (5000 > drawn.size) drawn.add(el); }
  /* What a change stands in, and the menu around that. */
  function around(node) {
    var el = node.nodeType === 1 ? node : node.parentElement, most = 3;
    for (el = el?.closest(kinds); el; el = el.parentElement?.closest(kinds)) { add(el); most -= 1; if (most === 0) return; }
  }
  function inside(node) {
    if (node.nodeType !== 1) return;
    node.querySelectorAll(kinds).forEach(add);
    Array.from(node.getElementsByTagName('*')).concat(node).forEach(el => { if (el.localName.endsWith('-button')) add(el); });
  }
  function soon() { if (drawn.size > 0) if (!timer) if (!asking) timer = setTimeout(run, 80 * 2 ** Math.min(failed, 10)); }

  /* A control as it was drawn, without what we did to it, in a document of its own, where nothing is loaded and nothing runs. Of a large one only
     what it is called counts, of a drawing what is used in it. */
  function said(el) {
    var copy = paper.importNode(el, el.textContent.length > 400 ? false : true), was = done.get(el);
    [copy].concat(Array.from(copy.querySelectorAll('[' + OUT + ']'))).forEach(part => { part.removeAttribute(OUT); });
    if (was?.fate === OFF) change(copy, was);
    copy.querySelectorAll('svg :not(use,title)').forEach(part => { part.remove(); });
    return el.closest('th') ? '\x3cth>' + copy.outerHTML + '\x3c/th>' : copy.outerHTML;
  }
  function change(el, to) {
    ['title', 'aria-disabled', OFF].forEach(name => {
      if (to[name] === el.getAttribute(name)) return;
      if (to[name] === null) el.removeAttribute(name); else el.setAttribute(name, to[name]);
    });
  }
  function judge(el, fate) {
    var was = done.get(el);
    if (was) if (was.fate !== fate) {
      if (was.fate === OUT) el.removeAttribute(OUT); else change(el, was);
      done.delete(el);
    }
    if (fate === OUT) {
      if (!el.hasAttribute(OUT)) el.setAttribute(OUT, '');
      within(el.getRootNode());
    }
    if (fate) if (!done.has(el)) done.set(el, { fate, title: el.getAttribute('title'), 'aria-disabled': el.getAttribute('aria-disabled'), [OFF]: null });
    if (fate === OFF) change(el, { title: words, 'aria-disabled': 'true', [OFF]: '' });
  }
  /* The style sheet of the page does not reach into a shadow. */
  function within(root) {
    if (root !== document) try {
      if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync('[' + OUT + ']{display:none!important}'); }
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = Array.from(root.adoptedStyleSheets).concat(sheet);
    } catch (e) { /* it is gone */ }
  }

  /* One question at a time. What changes all the time is asked about ever less often. */
  function run() {
    var asked = new Map(), at = location.protocol === 'about:' ? new URL(document.baseURI).pathname : location.pathname, size = 0, now = performance.now();
    timer = 0;
    drawn.forEach(el => {
      var turn = turns.get(el), text, key;
      if (size > 1e5 || asked.size > 63 || turn?.next > now) return;
      drawn.delete(el);
      if (!el.isConnected) return;
      text = said(el);
      key = at + ' ' + text;
      if (told.has(key)) judge(el, told.get(key));
      else if (8000 > text.length) {
        turns.set(el, { wait: Math.min((turn?.wait || 80) * 2, 6e4), next: now + (turn?.wait || 80) });
        if (asked.has(text)) asked.get(text).push(el);
        else { asked.set(text, [el]); size += text.length; }
      }
    });
    if (asked.size === 0) { soon(); return; }
    if (told.size > 5000) told.clear();
    asking = true;
    var texts = Array.from(asked.keys());
    ask('/.fanlight/controls', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ at, controls: texts }) })
      .then(answer => answer.ok ? answer.json() : Promise.reject(answer.status)).then(fates => {
        failed = 0;
        texts.forEach((text, n) => {
          var fate = fates.out.includes(n) ? OUT : fates.off.includes(n) ? OFF : '';
          told.set(at + ' ' + text, fate);
          /* It may say something else by now: then that is asked about. */
          asked.get(text).forEach(el => { if (said(el) === text) judge(el, fate); else add(el); });
        });
      }).catch(() => { failed += 1; asked.forEach(all => { all.forEach(add); }); })
      .then(() => { asking = false; soon(); });
  }

  /* What the parser adds has been looked at. While it does, what a script adds comes while that script runs, or before something else. */
  var watcher = new MutationObserver(list => {
    var scripts = document.readyState !== 'loading' || document.currentScript !== null;
    new Set(list.filter(m => scripts || m.type === 'attributes').map(m => m.target)).forEach(around);
    list.forEach(m => { if (scripts || m.nextSibling) m.addedNodes.forEach(node => { around(node); inside(node); }); });
    /* A document that is opened anew hears nothing any more. */
    if (list.some(m => m.target === document)) hear();
    soon();
  });
  function stop(e) { if (e.composedPath().some(el => el.hasAttribute?.(OFF))) { e.preventDefault(); e.stopImmediatePropagation(); } }
  function hear() {
    ['click', 'auxclick', 'dblclick', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend'].forEach(type => { addEventListener(type, stop, true); });
  }
  function watch() { watcher.observe(document, changes); hear(); }
  Object.defineProperty(document, flag, { value: watch });
  Element.prototype.attachShadow = function () { var root = shadow.apply(this, arguments); watcher.observe(root, changes); return root; };
  watch();
})();

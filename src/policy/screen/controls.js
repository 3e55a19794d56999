/* Fanlight controls: a button or link that a script draws is looked at by the same rules as one that came in a page. The server is asked about
   each that it has not been asked about before; what the rules take away is not shown. What it would ask for is refused anyway.
   Written without the two characters that XML reserves. */
(function () {
  'use strict';
  var pressed = ['onclick', 'ondblclick', 'onmousedown', 'onmouseup', 'onpointerdown', 'onpointerup', 'ontouchstart', 'ontouchend', 'ng-click', 'data-bind', 'data-action', 'data-command', 'data-clipboard-text', 'data-clipboard-target'];
  var many = 'a,li,option', kinds = many + ',button,summary,[role="button"],[role="menuitem"],[role="link"],[role="tab"],[role="option"],input[type="button"],input[type="submit"],input[type="image"],input[type="reset"],[class*="btn"],[class*="button"],[class*="menu-item"],[class*="dropdown-item"],[class*="menu-option"],[class*="dxm-item"],[' + pressed.join('],[') + ']';
  var OUT = 'data-fanlight-out', OFF = 'data-fanlight-off', BARE = 'bare', OURS = 'drawn', flag = '__fanlightControls', words = 'not available in this view', end = '\u0001';
  var first = new Set(), rest = new Set(), waiting = new Set(), told = new Map(), done = new WeakMap(), turns = new WeakMap(), timer = 0, asking = false, failed = 0, sheet;
  var ask = window.fetch, shadow = Element.prototype.attachShadow, paper = document.implementation.createHTMLDocument(''), parsed = document.readyState !== 'loading';
  var changes = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['title', 'aria-label', 'data-tooltip', 'data-original-title', 'href', 'value', 'class', 'id', 'role', 'type', 'formaction', OUT, OFF].concat(pressed) };

  /* A frame without an origin of its own asks nobody. */
  if (document.documentElement.localName !== 'html' || self.origin === 'null') return;
  /* The page wrote itself anew, and this script with it. */
  if (document[flag]) { document[flag](); return; }

  /* Long lists wait for the buttons. */
  function add(el) { var set = el.matches(many) ? rest : first; if (5e4 > set.size) set.add(el); }
  /* What a change stands in, and the menu around that. */
  function around(node) {
    var el = node.nodeType === 1 ? node : node.parentElement, most = 3;
    for (el = el?.closest(kinds); el; el = el.parentElement?.closest(kinds)) { add(el); most -= 1; if (most === 0) return; }
  }
  function inside(node) {
    if (node.nodeType !== 1) return;
    node.querySelectorAll(kinds).forEach(add);
    [node, ...node.getElementsByTagName('*')].forEach(el => { if (el.localName.endsWith('-button')) add(el); });
  }
  function soon() {
    var now = first.size + rest.size > 0;
    if (now || waiting.size > 0) if (!timer) if (!asking) timer = setTimeout(run, (now ? 80 : 400) * 2 ** Math.min(failed, 8));
  }

  /* A control as it was drawn, without what we did to it, in a document of its own, where nothing is loaded and nothing runs. Of a large one only
     what it is called and how it begins counts, of a drawing what is used in it. */
  function said(el) {
    var long = el.textContent.length > 400, copy = paper.importNode(el, !long), was = done.get(el);
    if (long) copy.append(el.textContent.slice(0, 400));
    [copy, ...copy.querySelectorAll('[' + OUT + ']')].forEach(part => { part.removeAttribute(OUT); });
    if (was?.fate === OFF) change(copy, was);
    copy.querySelectorAll('svg :not(g,symbol,use,title,text,tspan)').forEach(part => { part.remove(); });
    return (el.parentElement?.closest('th') ? '\x3cth>' + copy.outerHTML + '\x3c/th>' : copy.outerHTML).replaceAll(end, '');
  }
  function change(el, to) {
    ['title', 'aria-disabled', OFF].forEach(name => {
      if (to[name] === el.getAttribute(name)) return;
      if (to[name] === null) el.removeAttribute(name); else el.setAttribute(name, to[name]);
    });
  }
  /* It was copied from one that we changed. */
  function fresh(el) {
    if (done.has(el)) return;
    if (el.getAttribute(OUT) === OURS) el.removeAttribute(OUT);
    if (el.getAttribute(OFF) === OURS) change(el, { title: null, 'aria-disabled': null, [OFF]: null });
  }
  function judge(el, fate) {
    var was = done.get(el);
    if (was) if (was.fate !== fate) {
      if (was.fate === OUT) el.removeAttribute(OUT); else change(el, was);
      done.delete(el);
    }
    if (fate === OUT) {
      if (el.getAttribute(OUT) !== OURS) el.setAttribute(OUT, OURS);
      within(el.getRootNode());
    }
    if (fate?.[BARE]) { fate[BARE].forEach(name => { el.removeAttribute(name); }); return; }
    if (fate) if (!done.has(el)) done.set(el, { fate, title: el.getAttribute('title'), 'aria-disabled': el.getAttribute('aria-disabled'), [OFF]: null });
    if (fate === OFF) change(el, { title: words, 'aria-disabled': 'true', [OFF]: OURS });
  }
  /* The style sheet of the page does not reach into a shadow. */
  function within(root) {
    if (root !== document) try {
      if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync('@layer fanlight-guard{[' + OUT + ']{display:none!important;visibility:hidden!important}}'); }
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
    } catch (e) { /* it is gone */ }
  }

  /* One question at a time, put together in moments that nobody notices. What changes all the time is asked about less often. */
  function run() {
    var asked = new Map(), at = /^(about|blob):/.test(location.protocol) ? new URL(document.baseURI).pathname : location.pathname, size = 0, now = performance.now();
    timer = 0;
    waiting.forEach(el => { if (now > turns.get(el).next) { waiting.delete(el); add(el); } });
    function look(set, most, until) {
      for (var el of set) {
        if (size > 1e5 || asked.size >= most || performance.now() - now > until) return;
        if (!el.isConnected) { set.delete(el); continue; }
        fresh(el);
        var text = said(el), turn = turns.get(el), key = at + ' ' + text;
        if (told.has(key)) { set.delete(el); judge(el, told.get(key)); continue; }
        set.delete(el);
        if (turn?.next > now) { waiting.add(el); continue; }
        if (text.length > 5000) continue;
        turn = { wait: turn ? now - turn.next > 6e4 ? 100 : Math.min(turn.wait * 2, 3e4) : 100 };
        turn.next = now + turn.wait;
        turns.set(el, turn);
        if (asked.has(text)) asked.get(text).push(el);
        else { asked.set(text, [el]); size += text.length; }
      }
    }
    /* However many buttons change, a part of it is left for the others. */
    look(first, 48, 9);
    look(rest, 64, 12);
    if (asked.size === 0) { soon(); return; }
    if (told.size > 5000) told.clear();
    asking = true;
    var texts = [...asked.keys()];
    ask(self.origin + '/.fanlight/controls', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: [at, ...texts].join(end) })
      .then(answer => {
        if (answer.ok) return answer.json();
        failed += 1;
        /* It is too early; anything else will be no better the next time. */
        if (answer.status === 429 || answer.status > 499) again(asked);
      }).then(fates => {
        if (!fates) return;
        failed = 0;
        texts.forEach((text, n) => {
          var names = fates.bare.filter(one => one[0] === n).map(one => one[1]);
          var fate = fates.out.includes(n) ? OUT : fates.off.includes(n) ? OFF : names.length > 0 ? { [BARE]: names } : '';
          told.set(at + ' ' + text, fate);
          /* It may say something else by now: then that is asked about. */
          asked.get(text).forEach(el => { if (said(el) === text) judge(el, fate); else add(el); });
        });
      }).catch(() => { failed += 1; again(asked); })
      .then(() => { asking = false; soon(); });
  }
  function again(asked) { asked.forEach(all => { all.forEach(add); }); }

  /* What the parser adds has been looked at. While it does, what a script adds comes while that script runs, or before something else. A document that
     a script opens has never been looked at. */
  var watcher = new MutationObserver(list => {
    if (document.readyState !== 'loading') parsed = true;
    var scripts = parsed || document.currentScript !== null;
    new Set(list.filter(m => scripts || m.type === 'attributes').map(m => m.target)).forEach(around);
    list.forEach(m => { if (scripts || m.nextSibling) m.addedNodes.forEach(node => { around(node); inside(node); }); });
    /* It hears nothing any more. */
    if (list.some(m => m.target === document)) hear(window);
    soon();
  });
  function stop(e) {
    if (e.key) if (!/^(Enter| )$/.test(e.key)) return;
    if (e.composedPath().some(el => el.hasAttribute?.(OFF))) { e.preventDefault(); e.stopImmediatePropagation(); }
  }
  function hear(on) {
    ['click', 'auxclick', 'dblclick', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend', 'keydown', 'keyup'].forEach(type => { on.addEventListener(type, stop, true); });
  }
  function watch() {
    watcher.observe(document, changes);
    hear(window);
    addEventListener('DOMContentLoaded', () => { parsed = true; });
  }
  Object.defineProperty(document, flag, { value: watch });
  Element.prototype.attachShadow = function () { var root = shadow.apply(this, arguments); watcher.observe(root, changes); hear(root); return root; };
  watch();
})();

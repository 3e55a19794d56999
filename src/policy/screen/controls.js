/* Fanlight controls: a button or link that a script draws is looked at by the same rules as one that came in a page. The server is asked about
   each that it has not been asked about before; what the rules take away is not shown. What it would ask for is refused anyway.
   Written without the two characters that XML reserves. */
(function () {
  'use strict';
  var kinds = 'a,button,summary,[role="button"],[role="menuitem"],[role="link"],input[type="button"],input[type="submit"],[class*="btn"],[class*="button"],[class*="menu-item"],[class*="dropdown-item"],[class*="menu-option"]';
  var told = new Map(), drawn = new Set(), hidden = new WeakMap(), waiting = false, pause = 60, ask = window.fetch, shadow = Element.prototype.attachShadow;
  var seen = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ['title', 'aria-label', 'href', 'value'] };

  function look(node) {
    var el = node.nodeType === 1 ? node : node.parentElement, over = el?.closest(kinds);
    if (over) drawn.add(over);
    if (node.nodeType === 1) node.querySelectorAll(kinds).forEach(inner => { drawn.add(inner); });
    if (drawn.size > 0) soon();
  }
  function soon() { if (!waiting) { waiting = true; setTimeout(run, pause); } }
  /* As it was drawn, without what we did to it. */
  function said(el) {
    var copy = el.cloneNode(true);
    if (hidden.has(el)) { copy.removeAttribute('data-fanlight-out'); copy.style.display = hidden.get(el); }
    return copy.outerHTML;
  }
  function judge(el, out) {
    if (out) {
      if (!hidden.has(el)) hidden.set(el, el.style.display);
      el.setAttribute('data-fanlight-out', '');
      el.style.setProperty('display', 'none', 'important');
    } else if (hidden.has(el)) {
      el.removeAttribute('data-fanlight-out');
      el.style.display = hidden.get(el);
      hidden.delete(el);
    }
  }
  function run() {
    var asked = new Map();
    waiting = false;
    pause = 300;
    drawn.forEach(el => {
      if (asked.size >= 64) return;
      drawn.delete(el);
      var text = el.isConnected ? said(el) : '';
      if (!text || text.length > 3000) return;
      if (told.has(text)) judge(el, told.get(text));
      else if (asked.has(text)) asked.get(text).push(el);
      else asked.set(text, [el]);
    });
    if (drawn.size > 0) soon();
    if (asked.size === 0) return;
    if (told.size > 5000) told.clear();
    var texts = Array.from(asked.keys());
    ask('/.fanlight/controls', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ at: location.pathname, controls: texts }) })
      .then(answer => answer.json()).then(out => {
        texts.forEach((text, n) => {
          told.set(text, out.out.includes(n));
          asked.get(text).forEach(el => { judge(el, told.get(text)); });
        });
      }).catch(() => { /* it is refused where it leads */ });
  }
  /* What the parser adds has been looked at. */
  var watcher = new MutationObserver(list => {
    if (document.readyState !== 'loading') list.forEach(m => { if (m.type === 'childList') m.addedNodes.forEach(look); else look(m.target); });
  });
  if (document.documentElement.localName === 'html') {
    watcher.observe(document, seen);
    Element.prototype.attachShadow = function () { var root = shadow.apply(this, arguments); watcher.observe(root, seen); return root; };
  }
})();

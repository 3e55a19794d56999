/* Zoom and page numbers of the viewer. */
(function () {
  'use strict';
  var pages = document.getElementById('pages'), all = Array.from(pages.children), zoom = 1;
  function put(next) {
    var middle = (pages.scrollTop + pages.clientHeight / 2) / pages.scrollHeight;
    zoom = Math.min(4, Math.max(0.25, next));
    pages.style.setProperty('--z', zoom);
    document.getElementById('size').textContent = Math.round(zoom * 100) + '%';
    pages.scrollTop = middle * pages.scrollHeight - pages.clientHeight / 2;
  }
  function fit() { put(all.length ? (pages.clientWidth - 32) / (all[0].offsetWidth / zoom) : 1); }
  function larger() { put(zoom * 1.25); }
  function smaller() { put(zoom / 1.25); }
  function here() {
    var middle = pages.getBoundingClientRect().top + pages.clientHeight / 2;
    return Math.max(0, all.findIndex(function (page) { return page.getBoundingClientRect().bottom >= middle; }));
  }
  function say() { document.getElementById('at').textContent = 'Page ' + (here() + 1) + ' of ' + all.length; }
  function go(step) {
    var to = all[Math.min(all.length - 1, Math.max(0, here() + step))];
    if (to) to.scrollIntoView({ block: 'start' });
  }
  document.getElementById('in').addEventListener('click', larger);
  document.getElementById('out').addEventListener('click', smaller);
  document.getElementById('fit').addEventListener('click', fit);
  pages.addEventListener('scroll', say, { passive: true });
  addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    var does = { '+': larger, '=': larger, '-': smaller, '0': fit, n: go.bind(null, 1), p: go.bind(null, -1) }[e.key];
    if (does) { does(); e.preventDefault(); }
  });
  say();
  if (self === top) pages.focus({ preventScroll: true });
})();

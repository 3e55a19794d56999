/* Fanlight frames: what keeps applications working in the sandbox and beside the guard. In a sandbox, no frame may lead another, so a menu beside a list would lead nowhere. An ancestor of both may: it is asked to.
   Links, forms and window.open() with the name of a frame, and scripts that say parent.list.location = "…". Written without the two
   characters that XML reserves. */
(function () {
  'use strict';
  var key = '__fanlightLead', native = HTMLFormElement.prototype.submit, open = window.open;

  /* What an ancestor does for the frames below it. Here, so that it is the ancestor who does it. */
  var leader = {
    go: function (frame, url) { frame.contentWindow.location.href = url; },
    replace: function (frame, url) { frame.contentWindow.location.replace(url); },
    reload: function (frame) { frame.contentWindow.location.reload(); },
    submit: function (form) { native.call(form); }
  };
  Object.defineProperty(window, key, { value: leader, configurable: true }); /* A frame's first window may be used again. */

  /* The frame element of that name below a window of ours. */
  function below(w, name) {
    var all, i = 0, inner = null;
    try { all = w.document.querySelectorAll('frame,iframe'); } catch (e) { return null; }
    for (; i !== all.length; i += 1) {
      if (all[i].name === name) return all[i];
      inner = all[i].contentWindow ? below(all[i].contentWindow, name) : null;
      if (inner) return inner;
    }
    return null;
  }

  /* The frame that a target names, when the browser would not let this one lead it; and who may. */
  function elsewhere(target) {
    var up = window, frame = null;
    if (window === window.parent ? true : !target) return null;
    try {
      if (target.toLowerCase() === '_parent') {
        up = window.parent.parent;
        return window.parent === window.top ? null : (up[key] ? { by: up, frame: window.parent.frameElement } : null);
      }
      if (target.charAt(0) === '_' ? true : target === window.name) return null;
      if (below(window, target)) return null;
      while (frame === null ? up !== up.parent : false) {
        up = up.parent;
        frame = below(up, target);
      }
      return frame ? (up[key] ? { by: up, frame: frame } : null) : null;
    } catch (e) { return null; }
  }

  function targeted(el, name) {
    var base = document.querySelector('base[target]');
    return el.hasAttribute(name) ? el.getAttribute(name) : (base ? base.target : '');
  }
  function address(el, name) { return new URL(el.getAttribute(name) ? el.getAttribute(name) : document.URL, document.baseURI).href; }

  /* The form as it would be sent, from where it may be. */
  function send(to, form, button) {
    var d = to.by.document, copy = d.createElement('form'), name = to.frame.name;
    var said = function (attribute) { return button ? (button.hasAttribute('form' + attribute) ? button.getAttribute('form' + attribute) : form.getAttribute(attribute)) : form.getAttribute(attribute); };
    if (!name) return false;
    copy.setAttribute('action', button ? (button.hasAttribute('formaction') ? address(button, 'formaction') : address(form, 'action')) : address(form, 'action'));
    ['method', 'enctype'].forEach(function (attribute) { if (said(attribute)) copy.setAttribute(attribute, said(attribute)); });
    copy.setAttribute('accept-charset', form.getAttribute('accept-charset') ? form.getAttribute('accept-charset') : document.characterSet);
    copy.setAttribute('target', name);
    copy.hidden = true;
    (button ? new FormData(form, button) : new FormData(form)).forEach(function (value, field) {
      var input = d.createElement('input'), files;
      input.name = field;
      if (typeof value === 'string') {
        input.type = 'hidden';
        input.value = value;
      } else {
        input.type = 'file';
        files = new DataTransfer();
        files.items.add(value);
        if (value.size ? true : value.name) input.files = files.files;
      }
      copy.appendChild(input);
    });
    d.documentElement.appendChild(copy);
    to.by[key].submit(copy);
    copy.remove();
    return true;
  }

  if (window !== window.parent) {
    addEventListener('click', function (e) {
      var held = [e.ctrlKey, e.metaKey, e.shiftKey, e.altKey, e.defaultPrevented, e.button !== 0].some(Boolean);
      var link = held ? null : e.composedPath().find(function (el) { return el.matches ? el.matches('a[href],area[href]') : false; });
      var to = link ? elsewhere(targeted(link, 'target')) : null;
      if (to ? /^https?:$/.test(link.protocol) : false) {
        e.preventDefault();
        to.by[key].go(to.frame, link.href);
      }
    });
    addEventListener('submit', function (e) {
      if (e.defaultPrevented) return;
      var button = e.submitter ? e.submitter : null;
      var to = elsewhere(button ? (button.hasAttribute('formtarget') ? button.formTarget : targeted(e.target, 'target')) : targeted(e.target, 'target'));
      if (to ? send(to, e.target, button) : false) e.preventDefault();
    });
    HTMLFormElement.prototype.submit = function submit() {
      var to = elsewhere(targeted(this, 'target'));
      if (to ? !send(to, this, null) : true) native.call(this);
    };
    window.open = function (url, target) {
      var to = target ? elsewhere(String(target)) : null;
      if (to === null) return open.apply(window, arguments);
      if (url) to.by[key].go(to.frame, new URL(url, document.baseURI).href);
      return to.frame.contentWindow;
    };
  }

  /* What is dragged stays in the page: it gets back what it put in, and the browser, who would hand it to any program, a word that says nothing. */
  var drag = DataTransfer.prototype, put = drag.setData, take = drag.getData, word = 'application/x-fanlight', held = {};
  var types = Object.getOwnPropertyDescriptor(drag, 'types').get;
  function kind(type) { return ({ text: 'text/plain', url: 'text/uri-list' })[String(type).toLowerCase()] || String(type).toLowerCase(); }
  function ours(transfer) { return types.call(transfer).includes(word); }
  drag.setData = function (type, value) { held[kind(type)] = String(value); put.call(this, word, '1'); };
  drag.getData = function (type) { return ours(this) ? held[kind(type)] || '' : take.call(this, type); };
  Object.defineProperty(drag, 'types', { get: function () { return ours(this) ? Object.keys(held) : types.call(this); }, configurable: true, enumerable: true });
  var list = DataTransferItemList.prototype, add = list.add;
  list.add = function () { return window.event ? (window.event.type === 'dragstart' ? null : add.apply(this, arguments)) : add.apply(this, arguments); };
  addEventListener('dragstart', function () { held = {}; }, true);

  /* In a shell the questions are asked by the window around the page, which may; what is opened and closed is that window, too. */
  var outer = null;
  try { outer = window === window.top ? null : window.top.__fanlightShell; } catch (e) { /* another origin */ }
  if (outer) {
    ['alert', 'confirm', 'prompt'].forEach(function (name) { window[name] = function () { return outer[name].apply(window.top, arguments); }; });
    if (window.parent === window.top) {
      window.close = function () { window.top.close(); };
      if (window.top.opener) window.opener = window.top.opener;
    }
  }

  /* A frameset is one program in several windows: parent.list stands for the frame's window, but that its location is set from here. */
  function base() {
    /* An address is read as the script wrote it: in the window whose event is being handled. */
    function of(w) {
      try { return w.event ? w.document.baseURI : Array.from(w.frames).map(of).find(Boolean); } catch (e) { return undefined; }
    }
    return of(window) ? of(window) : document.baseURI;
  }
  function place(frame) {
    var real = function () { return frame.contentWindow.location; };
    var to = function (url) { return new URL(url, base()).href; };
    var words = {
      assign: function (url) { leader.go(frame, to(url)); },
      replace: function (url) { leader.replace(frame, to(url)); },
      reload: function () { leader.reload(frame); },
      toString: function () { return real().href; }
    };
    return new Proxy(words, {
      get: function (all, name) {
        if (name === Symbol.toPrimitive) return words.toString;
        return Object.prototype.hasOwnProperty.call(words, name) ? words[name] : real()[name];
      },
      set: function (all, name, value) {
        if (name === 'href') words.assign(value); else real()[name] = value;
        return true;
      }
    });
  }
  function view(frame) {
    var at = place(frame);
    return new Proxy(frame.contentWindow, {
      get: function (w, name) {
        if (name === 'location') return at;
        var value = w[name];
        /* The browser's own functions ask who calls them. */
        return typeof value === 'function' ? (Object.prototype.hasOwnProperty.call(value, 'prototype') ? value : value.bind(w)) : value;
      },
      set: function (w, name, value) {
        if (name === 'location') at.assign(value); else w[name] = value;
        return true;
      }
    });
  }
  function stand(frame) {
    var name = frame.name, shown;
    if (name ? Object.prototype.hasOwnProperty.call(window, name) : true) return;
    if (window[name] !== frame.contentWindow) return;
    shown = view(frame);
    Object.defineProperty(window, name, {
      configurable: true, enumerable: true, get: function () { return shown; },
      set: function (value) { Object.defineProperty(window, name, { value: value, writable: true, configurable: true, enumerable: true }); }
    });
  }
  function all() { document.querySelectorAll('frameset frame[name]').forEach(stand); }
  var watcher = new MutationObserver(all);
  watcher.observe(document, { childList: true, subtree: true });
  /* A page that is none is not watched. */
  addEventListener('DOMContentLoaded', function () { if (document.querySelector('frameset') === null) watcher.disconnect(); });
  all();
})();

/* Fanlight shell: the window around an application whose questions are to be asked. Its pages are in the frame; a page in a sandbox without
   modal dialogs may ask those of this window, which may have them. The guard of the page finds them here. */
(function () {
  'use strict';
  Object.defineProperty(window, '__fanlightShell', { value: { alert: alert, confirm: confirm, prompt: prompt } });
  var frame = document.querySelector('iframe'), seen = 'fanlight-shell', now = Date.now(), times;

  /* An application that puts itself into the top window would come back for ever. */
  try { times = JSON.parse(sessionStorage.getItem(seen) || '[]').filter(function (at) { return 5000 > now - at; }).concat(now); } catch (e) { times = [now]; }
  try { sessionStorage.setItem(seen, JSON.stringify(times)); } catch (e) { /* no storage: nothing is counted */ }
  if (times.length > 8) {
    frame.remove();
    document.querySelector('p').hidden = false;
    return;
  }

  /* The address and the title are those of the page in the frame, wherever it goes: by links, by back and forward, by its own script. */
  function follow() {
    try {
      var at = frame.contentWindow.location, page = frame.contentDocument;
      if (!/^https?:$/.test(at.protocol)) return;
      if (at.href !== location.href) history.replaceState(null, '', at.href);
      if (page.title) if (page.title !== document.title) document.title = page.title;
    } catch (e) { /* it is somewhere else */ }
  }
  frame.addEventListener('load', function () { follow(); frame.contentWindow.focus(); });
  setInterval(follow, 250);
  frame.src = location.href;
})();

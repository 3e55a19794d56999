// Rows that do not hold yet, with why: they are tried all the same, and a row that holds must leave this list.
const popup = 'a popup of about:blank is not hardened', write = 'document.open() takes the guard\'s listeners away in a frame', shadow = 'frames in shadow trees are not hardened';
const fresh = 'a fresh frame gives the browser\'s own function before it is hardened', hide = 'the mark does not come back', blocked = 'the opener policy does not go with the sandbox';
const late = 'the page shows itself again as printing begins', typed = 'typed text is kept to complete forms';
const both = (why) => ({ chromium: why, firefox: why });

export const open = {
  'print-blank-popup': { firefox: popup },
  'paper-late': both(late),
  'paper-margin': { chromium: 'margin boxes of @page print' },
  'copy-handler': { chromium: 'beforecopy writes to the clipboard' },
  'copy-written-frame': both(write),
  'copy-shadow-frame': both(shadow),
  'copy-popup': both(popup),
  'clipboard-fresh': { firefox: fresh },
  'clipboard-fresh-own': { firefox: fresh },
  capture: { firefox: 'the page may ask for the screen' },
  'picker-fresh': { chromium: fresh },
  'disk-form': both(typed),
  'mark-styles': both(hide),
  'mark-hidden': both(hide),
  'use-popup': both(blocked),
};

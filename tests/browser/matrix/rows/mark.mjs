// The mark: who looks, for which change, when, over whatever the page shows. Told from pixels: each page shows one colour only, so that what is of another
// colour is the mark. Without Fanlight there is none.
import { html, quoted } from '../application.mjs';

const flat = (colour) => `html,body{background:${colour}!important;margin:0;height:100%}#go,#shown{position:fixed;left:0}#shown{top:50px;width:200px;color:${colour}}`;
const cover = 'position:fixed;inset:0 0 0 220px;width:auto;height:auto;max-width:none;max-height:none;border:0;margin:0;padding:0;background:#fff';
const mark = (id, what, { body = '', go = '', script = '', head = '', colour = '#fff', settled = () => true } = {}) => ({
  id, group: 'The mark', what, verb: 'has no mark', control: 'no mark', pages: { '': html(body, { go, script, head: `<style>${flat(colour)}</style>${head}` }) },
  // The deed is to be rid of the mark.
  async act(s) {
    await s.show();
    if (go) { await s.click(); await s.done(); }
    await s.must('the page stands as it is meant to', () => s.run(settled));
    // It may take a moment to come back, and must then stay.
    const marked = async () => (await s.marked()) > 0.002;
    if (!s.through) return !(await marked());
    return !(await s.eventually(marked, true, 3000)) || !(await marked());
  },
});

export const rows = [
  mark('mark-page', 'An ordinary page'),
  mark('mark-dark', 'A dark page', { colour: '#101418' }),
  mark('mark-dialog', 'A modal dialog over everything', { body: `<dialog style="${cover}"></dialog>`, go: 'document.querySelector("dialog").showModal();', settled: () => !!document.querySelector('dialog[open]') }),
  mark('mark-popover', 'A popover over everything', { body: `<div id="pop" popover="manual" style="${cover}"></div>`, go: 'pop.showPopover();', settled: () => pop.matches(':popover-open') }),
  mark('mark-fullscreen', 'An element in full screen', { body: `<div id="full" style="width:100px;height:100px;background:#fff"></div>`, head: '<style>::backdrop{background:#fff}</style>', go: 'await full.requestFullscreen();', settled: () => !!document.fullscreenElement }),
  mark('mark-overlay', 'An element with the greatest z-index', { body: `<div style="${cover};z-index:2147483647"></div>` }),
  mark('mark-body', 'The body replaced', { go: 'var b = document.createElement("body"); b.style.cssText = "height:100%"; document.body = b;' }),
  mark('mark-root', 'The root element replaced', { go: `var h = document.createElement('html'); h.innerHTML = ${quoted(`<head><style>${flat('#fff')}</style></head><body></body>`)}; document.replaceChild(h, document.documentElement);` }),
  mark('mark-written', 'The document written anew', { go: `document.open(); document.write(${quoted(`<!doctype html><style>${flat('#fff')}</style><body></body>`)}); document.close();` }),
  mark('mark-emptied', 'All children of the root taken away, again and again', { go: 'var n = 0, t = setInterval(function () { Array.from(document.documentElement.children).forEach(function (e) { if (e !== document.body) if (e !== document.head) e.remove(); }); if (n++ > 20) clearInterval(t); }, 20);' }),
  mark('mark-styles', 'Styles that wipe whatever is no part of the page', { head: '<style>html > :not(head):not(body), html > div, [popover] { display: none !important; opacity: 0 !important; visibility: hidden !important; transform: scale(0) !important; clip-path: inset(50%) !important; color: transparent !important }</style>' }),
  mark('mark-inline', 'Its own styles overwritten by script', { go: 'Array.from(document.querySelectorAll("[popover]")).forEach(function (e) { e.style.setProperty("display", "none", "important"); e.style.setProperty("opacity", "0", "important"); });' }),
  mark('mark-hidden', 'hidePopover called on it', { go: 'Array.from(document.querySelectorAll("[popover]")).forEach(function (e) { e.hidePopover(); });' }),
  mark('mark-zoom', 'The root transformed and faded', { head: '<style>html { opacity: .01 !important; transform: translateX(4000px) !important }</style>' }),
];

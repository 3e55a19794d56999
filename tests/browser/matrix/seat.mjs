// A seat: one real browser with a window, at a desk of its own, looking at the hostile application directly or through Fanlight. What a row tries is
// written once, in the words of this file, and runs at each of the four seats.
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { folder, sleep } from '../support.mjs';
import { SHOWN } from './application.mjs';
import { desk as newDesk } from './desk.mjs';
import { inked, uneven } from './picture.mjs';

/** The longest that something is waited for which must happen. */
const MUST = 10_000;

const chromium = (profile, saved) => {
  mkdirSync(join(profile, 'Default'), { recursive: true });
  // The printer is a file in the folder of downloads, and nobody is asked.
  const printer = { version: 2, recentDestinations: [{ id: 'Save as PDF', origin: 'local', account: '' }], selectedDestinationId: 'Save as PDF', isHeaderFooterEnabled: false };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({
    printing: { print_preview_sticky_settings: { appState: JSON.stringify(printer) } },
    savefile: { default_directory: saved },
    download: { default_directory: saved, prompt_for_download: false },
  }));
  return {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--test-type', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--kiosk-printing', '--use-fake-ui-for-media-stream', '--auto-select-tab-capture-source-by-title=Results', '--window-size=1280,900', '--window-position=0,0'],
    // As a person has it: popups only after a click, the page kept for the back button.
    ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache', '--enable-automation'],
  };
};

const firefox = (profile, saved) => {
  mkdirSync(profile, { recursive: true });
  const printer = 'print.printer_Mozilla_Save_to_PDF.';
  return {
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    args: ['--width=1280', '--height=900'],
    extraPrefsFirefox: {
      'print.always_print_silent': true, print_printer: 'Mozilla Save to PDF', [`${printer}print_to_file`]: true, [`${printer}print_to_filename`]: join(saved, 'paper.pdf'),
      ...Object.fromEntries(['headerleft', 'headercenter', 'headerright', 'footerleft', 'footercenter', 'footerright'].flatMap((n) => [[`print.print_${n}`, ''], [`${printer}print_${n}`, '']])),
      'browser.download.folderList': 2, 'browser.download.dir': saved, 'browser.download.useDownloadDir': true, 'browser.download.alwaysOpenPanel': false,
      // As a person has it, where the driver's own settings are others.
      'dom.disable_open_during_load': true, 'browser.sessionstore.max_resumed_crashes': 0, 'places.history.enabled': true, 'browser.formfill.enable': true,
      'browser.chrome.site_icons': true, 'full-screen-api.ignore-widgets': true, 'full-screen-api.warning.timeout': 0, 'full-screen-api.transition-duration.enter': '0 0',
      'full-screen-api.transition-duration.leave': '0 0', 'dom.serviceWorkers.enabled': true, 'network.proxy.type': 0, 'browser.sessionstore.interval': 1000,
    },
  };
};

/** Opens a browser of `kind` that looks at `origin`; `mode` is `direct` or `through`. */
export async function seat({ kind, mode, origin }) {
  const desk = await newDesk();
  const dir = folder(), saved = join(dir, 'saved');
  mkdirSync(saved);
  const wanted = kind === 'firefox' ? /Mozilla Firefox$/ : /Chromium$/;
  let browser, page, main, still, system, times = 0;
  async function sit() {
    const profile = join(dir, `profile${times++}`);
    const options = (kind === 'firefox' ? firefox : chromium)(profile, saved);
    browser = await puppeteer.launch({ ...options, headless: false, userDataDir: profile, env: desk.env, defaultViewport: null, protocolTimeout: 2 * MUST });
    page = (await browser.pages())[0] ?? (await browser.newPage());
    await page.goto('about:blank');
    main = undefined;
    for (let i = 0; i < 400 && !main; i++) { main = desk.windows().find((w) => wanted.test(desk.named(w))); if (!main) await sleep(25); }
    if (!main) throw new Error(`${kind} shows no window`);
    still = new Set(desk.windows());
    system = kind === 'chromium' ? await browser.target().createCDPSession() : null;
  }
  await sit();
  // How long the control of each row took: what was there in a second without Fanlight is not waited for through it much longer.
  let took = null;

  const self = {
    kind, mode, origin, desk,
    dir, saved, through: mode === 'through',
    get page() { return page; },
    get browser() { return browser; },
    row: null,
    /** What is to be proved is that nothing comes of it. */
    brief: false,
    patience: new Map(),

    url(name = '') { return `${self.origin}${self.row.at}/${name}`; },

    /** Waits until `check` gives something true, and gives that; where nothing is to happen, as long as three times what it took without Fanlight. */
    async eventually(check, must = false, longest = self.brief && !must ? 1500 : MUST) {
      const from = Date.now();
      const known = took ?? self.patience.get(self.row?.id);
      // What is to go on working may take its time.
      const limit = self.through && !must && !self.row?.use ? Math.min(Math.max(350, 3 * (known ?? 100)), 2500) : longest;
      for (;;) {
        const got = await Promise.resolve().then(check).catch(() => null);
        if (got) { if (!self.through) self.patience.set(self.row?.id, Date.now() - from); return got; }
        if (Date.now() - from > limit) return null;
        await sleep(15);
      }
    },
    /** What must happen for the row to say anything. */
    async must(what, check) {
      const got = await self.eventually(check, true);
      if (!got) throw new Error(`${kind}, ${mode}: never happened: ${what}`);
      return got;
    },
    expect(ms) { took = ms ?? null; },

    // ---------------------------------------------------------------------------------------------- looking
    async show(name = '') {
      self.at = self.url(name);
      await self.visit(self.at);
      await page.bringToFront();
      self.focus();
      return page;
    },
    /** Leads the page to an address of ours. It is asked itself whether it is there: a driver waits in vain after a navigation that became a download. */
    async visit(url) {
      await page.evaluate(() => { window.before = true; }).catch(() => {});
      const going = page.goto(url, { waitUntil: 'load', timeout: MUST }).then(() => null, (e) => e);
      const there = () => page.evaluate((u) => location.href === u && !window.before && document.readyState === 'complete', url);
      if (!(await self.eventually(there, true))) throw (await going) ?? new Error(`${kind}, ${mode}: ${url} does not load`);
    },
    focus() { try { desk.tool('windowfocus', main); } catch { /* said by what waits for it */ } },
    run: (f, ...args) => page.evaluate(f, ...args),
    /** The page's own deed is over: it gave something, or has led away. */
    async done() {
      const from = self.at;
      await self.must('the deed ended', async () => page.url().split('#')[0] !== from || page.evaluate(async () => { if (!window.done) return false; await window.done; return true; }));
    },
    async told(what) { return await page.evaluate((w) => window.told?.filter((t) => t === w).length ?? 0, what).catch(() => 0); },
    /** All pages besides the main one. */
    async others() { return (await browser.pages()).filter((p) => p !== page); },

    // ---------------------------------------------------------------------------------------------- hands
    /** Presses real keys, and waits until the page has worked them off. */
    async keys(...chords) {
      const { told = true } = typeof chords.at(-1) === 'object' ? chords.pop() : {};
      // Keys that go to the browser's own parts tell nothing of the page.
      await self.must('the keys go to the page', async () => {
        if (await page.evaluate(() => document.hasFocus())) return true;
        self.focus();
        const [x, y] = await self.place('#shown');
        desk.tool('mousemove', x, y, 'click', 1);
        return false;
      });
      if (!told) { desk.tool('key', '--delay', '4', ...chords); return; }
      // A key that prints or opens a dialog lets no other through after it.
      const heard = async () => (await self.told('F8')) + (await self.told('beforeprint'));
      const before = await heard();
      desk.tool('key', '--delay', '4', ...chords, 'F8');
      await self.must(`the page heard ${chords}`, async () => (await heard()) > before);
    },
    type(text) { desk.tool('type', '--delay', '2', text); },
    /** Where the middle of an element is on the screen; x, y: rather there in it. */
    async place(selector, x = 0.5, y = 0.5, frame = page) {
      const spot = await frame.evaluate((s, x, y) => {
        let el = document;
        for (const part of s.split(' >>> ')) el = (el.shadowRoot ?? el.contentDocument ?? el).querySelector(part);
        let r = el.getBoundingClientRect(), left = r.left + r.width * x, top = r.top + r.height * y;
        for (let w = el.ownerDocument.defaultView; w !== window; w = w.parent) { const f = w.frameElement.getBoundingClientRect(); left += f.left; top += f.top; }
        return [left, top];
      }, selector, x, y);
      const at = await self.must('the mouse is in the page', async () => {
        const known = await page.evaluate(() => window.at);
        // Towards the middle of the window, where the page is whatever the browser has around it.
        if (!known) { desk.tool('mousemove', 600, 500); desk.tool('mousemove', 601, 500 + Math.floor(Math.random() * 50)); }
        return known;
      });
      return [Math.round(spot[0] + at[0]), Math.round(spot[1] + at[1])];
    },
    async click(selector = '#go', { button = 1, hold = [], times = 1 } = {}) {
      const [x, y] = await self.place(selector);
      const before = await self.told('mouseup'), from = page.url();
      desk.tool('mousemove', x, y, ...hold.flatMap((k) => ['keydown', k]), 'click', '--repeat', times, '--delay', 30, button, ...hold.flatMap((k) => ['keyup', k]));
      // A click that leads away is heard by nobody afterwards.
      await self.eventually(async () => page.url() !== from || (await self.told('mouseup')) > before || (await page.evaluate(() => !window.told).catch(() => true)), true);
    },
    /** Presses on one place, moves to another, lets go. */
    async drag(from, to) {
      const [x, y] = from, [X, Y] = to;
      desk.tool('mousemove', x, y, 'mousedown', 1);
      for (let i = 1; i <= 12; i++) { desk.tool('mousemove', Math.round(x + ((X - x) * i) / 12), Math.round(y + ((Y - y) * i) / 12)); await sleep(12); }
      desk.tool('mousemove', X, Y, 'mouseup', 1);
    },
    /** Types an address where addresses are typed. */
    address(url) {
      self.focus();
      desk.tool('key', '--delay', '4', 'ctrl+l');
      desk.tool('type', '--delay', '1', url);
      desk.tool('key', 'Return');
    },

    // ---------------------------------------------------------------------------------------------- what came of it
    /** Something of ours that was not there before the deed lies in the folder of downloads. */
    async saves(deed, holds = SHOWN, longest = undefined) {
      self.tidy();
      await deed();
      return !!(await self.eventually(() => self.holdsFile(holds), false, longest));
    },
    holdsFile(holds = SHOWN) {
      return readdirSync(saved).filter((f) => !/\.(part|crdownload)$|^\.org\.chromium|^\.com\.google/.test(f)).some((f) => {
        const bytes = readFileSync(join(saved, f));
        return holds instanceof RegExp ? holds.test(bytes.toString('latin1')) : bytes.includes(holds);
      });
    },
    tidy() { for (const f of readdirSync(saved)) rmSync(join(saved, f), { recursive: true, force: true }); },
    /** There is ink on paper that came of the deed. */
    async prints(deed) {
      self.tidy();
      const before = await self.told('beforeprint');
      await deed();
      const paper = () => readdirSync(saved).filter((f) => f.endsWith('.pdf')).map((f) => join(saved, f)).find((f) => statSync(f).size > 0 && readFileSync(f).subarray(-1024).includes('%%EOF'));
      // A paper may come long after the deed; that one is coming is told at once.
      const coming = (await self.told('beforeprint')) > before;
      if (self.through && !coming) self.expect(120);
      const file = await self.eventually(paper, coming);
      self.expect();
      return !!file && inked(file);
    },
    /** As a browser's own menu prints, which asks no page. */
    async paper(which = page) {
      const pdf = await which.pdf({ timeout: MUST });
      const file = join(dir, 'paper.pdf');
      writeFileSync(file, pdf);
      return inked(file);
    },
    /** What was shown is on the clipboard after the deed. */
    async copies(deed, { selection = 'clipboard', holds = SHOWN } = {}) {
      await desk.put('something else', selection);
      await deed();
      return !!(await self.eventually(() => desk.clipboard(selection).includes(holds)));
    },
    /** A window of the desktop opens that is no page: a menu or a dialog (which says what it is: `titled`). It is closed again. */
    async opensWindow(deed, titled) {
      const before = new Set(desk.windows());
      await deed();
      const fresh = await self.eventually(() => desk.windows().find((w) => !before.has(w) && (!titled || titled.test(desk.named(w)))));
      if (fresh) await self.dismiss(before);
      return !!fresh;
    },
    async dismiss(before = still) {
      for (let i = 0; i < 8; i++) {
        const more = desk.windows().filter((w) => !before.has(w));
        if (!more.length) break;
        // Menus take the keys of their window, dialogs their own.
        try { if (i % 2) desk.tool('windowfocus', more.at(-1)); else self.focus(); desk.tool('key', 'Escape'); } catch { /* it went by itself */ }
        await sleep(60);
      }
      // What keys do not close (a tooltip, the picture of what is dragged) is not in the way.
      for (const w of desk.windows()) still.add(w);
      self.focus();
    },
    /** How much of the page, which shows one colour only, is of another colour. */
    async marked(clip = { x: 300, y: 120, width: 700, height: 450 }) {
      return uneven(Buffer.from(await page.screenshot({ clip, captureBeyondViewport: false })));
    },

    /** As it was, for the next row. */
    async clear() {
      self.expect();
      if (kind === 'firefox') for (const other of await self.others()) await other.close().catch(() => {});
      // Without asking the page: one that prints does not answer.
      else {
        const mine = page.target()._targetId, all = (await system.send('Target.getTargets')).targetInfos;
        for (const t of all) if (t.type === 'page' && t.targetId !== mine) await system.send('Target.closeTarget', { targetId: t.targetId }).catch(() => {});
      }
      await self.dismiss();
      self.tidy();
    },
    /** Ends the browser as a person does, so that it writes what it keeps. */
    async quit() { await browser.close(); },
    /** A browser that no longer answers is put out, and another takes its place. */
    async renew() {
      const gone = browser.process();
      gone?.kill('SIGKILL');
      for (let i = 0; i < 100 && gone?.exitCode === null && gone?.signalCode === null; i++) await sleep(20);
      await sit();
    },
    stop() { desk.stop(); rmSync(dir, { recursive: true, force: true, maxRetries: 5 }); },
  };
  return self;
}


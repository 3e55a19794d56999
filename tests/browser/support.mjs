// What the browser tests share: starting Fanlight and the clinic, a front proxy that signs the engineer in as a site's own
// would, a Chromium, and the search for identifiers in everything that the browser received.
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.FANLIGHT_BIN ?? join(root, 'target/release/fanlight');
export const shots = process.env.FANLIGHT_SCREENSHOTS;

/**
 * A port that is free, and that nobody is given again. Below the range from which systems take ports for outgoing connections: a port that was let go
 * there can be handed out a second time, and a test then reads the clinic where it meant the proxy.
 */
let next = 12000 + Math.floor(Math.random() * 18000);
export async function freePort() {
  for (let tries = 0; tries < 1000; tries++) {
    const port = next;
    next = next >= 31999 ? 12000 : next + 1;
    if (await mayListen(port)) return port;
  }
  throw new Error('no port is free between 12000 and 32000');
}

const mayListen = (port) => new Promise((done) => {
  const server = createServer();
  server.on('error', () => done(false));
  server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
});

/** Starts the binary and waits until `port` answers; `stop()` ends it and returns what it printed. */
export async function start(args, port, options = {}) {
  if (await listens(port)) throw new Error(`another listens on ${port} already`);
  const child = spawn(binary, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (d) => (output += d));
  child.stderr.on('data', (d) => (output += d));
  let gone = false;
  child.on('exit', () => (gone = true));
  for (let i = 0; i < 200; i++) {
    if (await listens(port)) break;
    if (gone) throw new Error(`${args[0]} ended at once:\n${output}`);
    if (i === 199) throw new Error(`${args[0]} does not listen on ${port}:\n${output}`);
    await sleep(100);
  }
  // It may be another that listens there, and this one is about to end over it.
  await sleep(200);
  if (gone) throw new Error(`${args[0]} ended, and another listens on ${port}:\n${output}`);
  // The port is taken before everything is said.
  if (options.says) for (let i = 0; i < 50 && !options.says.test(output); i++) await sleep(100);
  return {
    get output() { return output; },
    stop: () => new Promise((done) => {
      if (gone) return done(output);
      const hard = setTimeout(() => child.kill('SIGKILL'), 8000);
      child.on('exit', () => { clearTimeout(hard); done(output); });
      child.kill('SIGTERM');
    }),
  };
}

const listens = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
  socket.on('error', () => done(false));
});

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Runs the binary to its end. */
export function run(args, input = '') {
  return new Promise((done) => {
    const child = spawn(binary, args, { cwd: root });
    let stdout = '', stderr = '';
    child.stdout.on('data', (d) => (stdout += d));
    child.stderr.on('data', (d) => (stderr += d));
    child.on('exit', (code) => done({ code, stdout, stderr }));
    // A program that ends at once does not read.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** The site's own sign-in proxy: says who asks, in the header that Fanlight trusts from this hop. */
export async function signInProxy(target, user, groups = 'engineer') {
  const port = await freePort();
  const headers = (req) => ({ ...req.headers, 'x-forwarded-user': user, 'x-forwarded-groups': groups });
  const server = createServer((req, res) => {
    const up = request({ host: '127.0.0.1', port: target, method: req.method, path: req.url, headers: headers(req) }, (back) => {
      res.writeHead(back.statusCode, back.rawHeaders);
      back.pipe(res);
    });
    up.on('error', () => res.destroy());
    req.pipe(up);
  });
  server.on('upgrade', (req, socket, head) => {
    const up = request({ host: '127.0.0.1', port: target, method: req.method, path: req.url, headers: headers(req) });
    up.on('upgrade', (back, upSocket, upHead) => {
      const lines = [`HTTP/1.1 ${back.statusCode} ${back.statusMessage}`];
      for (let i = 0; i < back.rawHeaders.length; i += 2) lines.push(`${back.rawHeaders[i]}: ${back.rawHeaders[i + 1]}`);
      socket.write(lines.join('\r\n') + '\r\n\r\n');
      if (upHead.length) socket.write(upHead);
      if (head.length) upSocket.write(head);
      upSocket.pipe(socket); socket.pipe(upSocket);
      upSocket.on('error', () => socket.destroy()); socket.on('error', () => upSocket.destroy());
    });
    up.on('response', (back) => { socket.end(`HTTP/1.1 ${back.statusCode} refused\r\nConnection: close\r\n\r\n`); back.resume(); });
    up.on('error', () => socket.destroy());
    up.end();
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return { port, stop: () => { server.closeAllConnections(); server.close(); } };
}

/** A folder of its own for one test, in the system's temporary folder. */
export function folder(files = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'fanlight-browser-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

/** A Chromium that talks to nobody but this machine. */
export function browser(...more) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--disable-features=Translate,OptimizationHints,MediaRouter', ...more],
  });
}

// ---------------------------------------------------------------------------------------------- finding identifiers

const words = (text) => text.normalize('NFKC').replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Every written form of an identifier, as words. */
function forms({ kind, value }) {
  const out = new Set([value]);
  const digits = value.replace(/\D/g, '');
  if (kind === 'nhs-number') out.add(digits).add(`${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`);
  if (kind === 'phone') out.add(digits).add(`+44${digits.slice(1)}`);
  if (kind === 'postcode') out.add(value.replace(/ /g, ''));
  if (kind === 'date-of-birth') {
    const [, y, m, d] = value.match(/^(\d{4})-(\d\d)-(\d\d)/) ?? [];
    if (y) {
      const M = MONTHS[m - 1];
      for (const f of [`${y}-${m}-${d}`, `${d}/${m}/${y}`, `${+d} ${M} ${y}`, `${+d} ${M.slice(0, 3)} ${y}`, `${d} ${M.slice(0, 3)} ${y}`, `${d} ${M} ${y}`, `${y}${m}${d}`]) out.add(f);
    }
  }
  if (kind === 'name') {
    const parts = value.trim().split(/\s+/);
    if (parts.length > 1) out.add([parts.at(-1), ...parts.slice(0, -1)].join(' '));
  }
  return [...out].map((f) => words(f).join(' ')).filter((f) => f.length >= 5);
}

/** Knows a trust's identifiers, and finds them in any text, through the layers that a browser or script would undo. */
export class Canaries {
  constructor(identifiers) {
    this.forms = new Map();
    this.longest = 1;
    for (const one of identifiers) {
      // A forename alone can be a word of the page; the whole name, in either order, is what names a patient.
      if (one.kind === 'name' && words(one.value).length < 2) continue;
      for (const form of forms(one)) {
        this.forms.set(form, one);
        this.longest = Math.max(this.longest, form.split(' ').length);
      }
    }
    this.longest = Math.min(this.longest, 8);
  }

  /** What is in `text`: [{kind, form}], the value only in the failure message of a test on synthetic people. */
  find(text) {
    const hits = [];
    for (const layer of new Set(layers(text))) {
      const list = words(layer);
      for (let i = 0; i < list.length; i++) {
        let joined = '';
        for (let n = 0; n < this.longest && i + n < list.length; n++) {
          joined = n ? `${joined} ${list[i + n]}` : list[i];
          const known = this.forms.get(joined);
          if (known) hits.push({ kind: known.kind, form: joined, near: list.slice(Math.max(0, i - 4), i + n + 4).join(' ') });
        }
      }
    }
    return hits;
  }
}

function* layers(text, depth = 0) {
  yield text;
  if (text.includes('<')) yield text.replace(/<!--[^]*?-->|<\/?(?:a|abbr|b|bdi|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^>]*>/gi, '');
  if (depth >= 2) return;
  const entities = text.replace(/&#x([0-9a-f]+);?|&#(\d+);?|&(nbsp|amp|quot|lt|gt|apos);/gi, (all, hex, dec, name) => {
    const code = hex ? parseInt(hex, 16) : dec ? +dec : 0;
    if (code) return code > 0x10ffff ? all : String.fromCodePoint(code);
    return { nbsp: ' ', amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" }[name.toLowerCase()];
  });
  if (entities !== text) yield* layers(entities, depth + 1);
  if (text.includes('\\')) yield* layers(text.replace(/\\u([0-9a-f]{4})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))).replace(/\\x([0-9a-f]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16))).replace(/\\[nrt]/g, ' ').replace(/\\(.)/g, '$1'), depth + 1);
  if (/%[0-9a-f]{2}/i.test(text)) yield* layers(text.replace(/\+/g, ' ').replace(/(?:%[0-9a-f]{2})+/gi, (m) => { try { return decodeURIComponent(m); } catch { return m; } }), depth + 1);
  if (depth === 0) {
    const opened = [];
    for (const [m] of text.matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)) {
      const raw = Buffer.from(m.replace(/-/g, '+').replace(/_/g, '/'), 'base64').toString('utf8');
      if (!raw.includes('\ufffd')) opened.push(raw);
    }
    if (opened.length) yield* layers(opened.join('\n'), 1);
  }
}

/** Records everything that a browser context receives: bodies, headers, URLs, WebSocket frames, console lines. */
export function listen(context) {
  const seen = [];
  const pending = new Set();
  const add = (what, url, text) => seen.push({ what, url, text });
  const watchPage = (page) => {
    page.on('websocket', (ws) => {
      add('websocket url', ws.url(), ws.url());
      ws.on('framereceived', (f) => add('websocket message', ws.url(), f.payload.toString()));
    });
    page.on('console', (m) => add('console', page.url(), m.text()));
  };
  context.on('page', watchPage);
  context.pages().forEach(watchPage);
  context.on('request', (r) => add('url', r.url(), r.url()));
  context.on('response', (r) => {
    const job = (async () => {
      add('headers', r.url(), (await r.headersArray().catch(() => [])).map((h) => `${h.name}: ${h.value}`).join('\n'));
      const type = (await r.headerValue('content-type').catch(() => '')) ?? '';
      if (!/event-stream/.test(type)) {
        const body = await r.body().catch(() => null);
        if (body) add('body', r.url(), body.toString('utf8'));
      }
    })();
    pending.add(job);
    job.finally(() => pending.delete(job));
  });
  return { seen, settled: () => Promise.race([Promise.all([...pending]), sleep(3000)]) };
}

/** The DOM of a page and of its frames as a person or a script can read it, with the title and address. */
export async function readPage(page) {
  const parts = [page.url(), await page.title().catch(() => '')];
  for (const frame of page.frames()) {
    parts.push(frame.url());
    parts.push(await frame.evaluate(() => {
      const out = [document.title, document.documentElement.outerHTML, document.body?.innerText ?? ''];
      for (const el of document.querySelectorAll('input,textarea,select')) out.push(el.value);
      return out.join('\n');
    }).catch(() => ''));
  }
  return parts.join('\n');
}

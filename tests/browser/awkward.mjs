// A system as many hospitals have them: it knows one name of its own and writes it everywhere, by https. Absolute addresses in pages, data,
// scripts and redirects, a second name for what is live, cookies for its whole domain, forms taken only from its own pages, a policy
// of its own with a nonce. It is the clinic that answers; this stands before it and makes it so.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSecureServer } from 'node:http2';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { folder, freePort } from './support.mjs';

export const DOMAIN = 'hearthside.localhost';
export const NAME = `pas.${DOMAIN}`;
export const LIVE = `live.${DOMAIN}`;

/** An authority of its own and a certificate for `names`, as PEM files. */
export function certificate(names) {
  const dir = folder();
  const at = (name) => join(dir, name);
  const openssl = (...args) => {
    const done = spawnSync('openssl', args, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`openssl ${args[0]}: ${done.stderr}`);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '30', '-subj', '/CN=Test authority',
    '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
  openssl('req', '-x509', ...key, '-keyout', at('key.pem'), '-out', at('cert.pem'), '-days', '30', '-subj', `/CN=${names[0]}`,
    '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', `subjectAltName=${names.map((n) => `DNS:${n}`).join(',')}`,
    '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth');
  return { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
}

/** Starts it before the clinic on `clinicPort`. `h2`: whether it offers HTTP/2. `refused` holds what it did not take, and why. */
export async function awkward(clinicPort, trust, { h2 = true } = {}) {
  const tls = certificate([NAME, LIVE]);
  const port = await freePort();
  const own = `https://${NAME}:${port}`, live = `${LIVE}:${port}`;
  const agent = new Agent({ keepAlive: true });
  const refused = [], versions = new Set();

  const ask = (req, from) => {
    const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => !name.startsWith(':') && name !== 'http2-settings'));
    headers.host = `${trust}.localhost:${clinicPort}`;
    if (from.cookie) headers.cookie = from.cookie;
    return request({ host: '127.0.0.1', port: clinicPort, method: req.method, path: req.url, headers, agent: req.headers.upgrade ? undefined : agent });
  };

  /** Why it does not take this request; nothing when it does. */
  const objection = (req) => {
    const host = req.headers[':authority'] ?? req.headers.host;
    const cookies = req.headers.cookie ?? '';
    if (host !== `${NAME}:${port}` && host !== live) return [421, `asked for ${host}`];
    if (req.headers.referer && !req.headers.referer.startsWith(`${own}/`)) return [403, `came from ${req.headers.referer}`];
    if (req.headers.upgrade && req.headers.origin !== own) return [403, `a socket of ${req.headers.origin}`];
    if (req.method === 'POST') {
      if (req.headers.origin !== own) return [403, `a form of ${req.headers.origin}`];
      if (!/(?:^|; )__Host-guard=[0-9a-f]{32}(?:;|$)/.test(cookies)) return [403, 'a form without its cookie'];
    }
    return null;
  };

  const secrets = { key: readFileSync(tls.key), cert: readFileSync(tls.cert) };
  const server = h2 ? createSecureServer({ ...secrets, allowHTTP1: true }) : createServer(secrets);
  server.on('request', (req, res) => {
    versions.add(req.httpVersion);
    const no = objection(req);
    if (no) {
      refused.push(`${req.method} ${req.url}: ${no[1]}`);
      res.writeHead(no[0], { 'content-type': 'text/plain' });
      return res.end('This request did not come from a page of this system.');
    }
    const up = ask(req, { cookie: req.headers.cookie });
    up.on('error', () => res.stream?.close?.() ?? res.destroy());
    up.on('response', (back) => answer(req, res, back));
    req.pipe(up);
  });
  server.on('upgrade', (req, socket, head) => {
    const no = objection(req);
    if (no) { refused.push(`socket ${req.url}: ${no[1]}`); return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'); }
    const up = ask(req, {});
    up.on('upgrade', (back, upSocket, upHead) => {
      const lines = ['HTTP/1.1 101 Switching Protocols'];
      for (let i = 0; i < back.rawHeaders.length; i += 2) lines.push(`${back.rawHeaders[i]}: ${back.rawHeaders[i + 1]}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      if (upHead.length) socket.write(upHead);
      if (head.length) upSocket.write(head);
      upSocket.pipe(socket); socket.pipe(upSocket);
      for (const [a, b] of [[socket, upSocket], [upSocket, socket]]) { a.on('error', () => b.destroy()); a.on('close', () => b.destroy()); }
    });
    up.on('response', (back) => { socket.end(`HTTP/1.1 ${back.statusCode} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`); back.resume(); });
    up.on('error', () => socket.destroy());
    up.end();
  });

  const answer = (req, res, back) => {
    const nonce = randomBytes(12).toString('base64url');
    const headers = {};
    for (const [name, value] of Object.entries(back.headers)) if (!['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name)) headers[name] = value;
    if (headers.location?.startsWith('/')) headers.location = own + headers.location;
    headers['set-cookie'] = [
      ...(back.headers['set-cookie'] ?? []).map((c) => `${c}; Domain=${DOMAIN}; Secure`),
      ...(req.method === 'GET' ? [`wide=1; Domain=.${DOMAIN}; Path=/; Secure; SameSite=None`] : []),
      ...(req.url.startsWith('/login') ? [`__Host-guard=${randomBytes(16).toString('hex')}; Path=/; Secure; HttpOnly; SameSite=Strict`] : []),
    ];
    headers['content-security-policy'] = `default-src 'none'; script-src-elem 'nonce-${nonce}' ${own}/assets/; script-src-attr 'unsafe-inline'; style-src 'self' 'unsafe-inline'; `
      + `img-src ${own} data:; connect-src ${own} wss://${live}; form-action ${own}; frame-src ${own} data:; frame-ancestors 'self'; object-src ${own}; base-uri 'none'`;
    headers['access-control-allow-origin'] = own;
    headers.link = `<${own}/assets/hearth.css>; rel="preload"; as="style"`;
    const type = back.headers['content-type'] ?? '';
    const streamed = type.startsWith('text/event-stream');
    if (!streamed && !/html|json|javascript|xml|css/.test(type)) {
      res.writeHead(back.statusCode, headers);
      return back.pipe(res);
    }
    delete headers['content-encoding'];
    const write = (text) => named(type, text, own, live, nonce);
    res.writeHead(back.statusCode, headers);
    // Events are whole lines as they come.
    if (streamed) return back.setEncoding('utf8').on('data', (d) => res.write(write(d))).on('end', () => res.end()).on('error', () => res.destroy());
    const parts = [];
    back.on('data', (d) => parts.push(d));
    back.on('error', () => res.destroy());
    back.on('end', () => {
      const packed = Buffer.concat(parts);
      const coding = back.headers['content-encoding'];
      const bytes = !packed.length ? packed : coding === 'gzip' ? gunzipSync(packed) : coding === 'br' ? brotliDecompressSync(packed) : coding === 'deflate' ? inflateSync(packed) : packed;
      // One byte a character: the classic pages are of windows-1252.
      res.end(Buffer.from(write(bytes.toString('latin1')), 'latin1'));
    });
  };

  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return { port, own, tls, refused, versions, stop: () => { agent.destroy(); return new Promise((done) => { server.close(() => done()); server.closeAllConnections?.(); setTimeout(done, 300); }); } };
}

/** The text with its addresses written as this system writes them. */
function named(type, text, own, live, nonce) {
  if (type.includes('html')) {
    return text
      .replace(/(\s(?:href|action|formaction|data-source|data-feed)=)(["'])\//gi, `$1$2${own}/`)
      .replace(/(\s(?:src|data)=)(["'])\//gi, `$1$2//${own.slice('https://'.length)}/`)
      .replace(/<script\b/gi, `<script nonce="${nonce}"`);
  }
  if (type.includes('javascript')) {
    return text.replace('new URL("/ws/vitals", location.href)', `new URL("wss://${live}/ws/vitals")`).replace(/(["'`])\/(api|fhir|patients)\//g, `$1${own}/$2/`).replace('"/api/patients?q="', `"${own}/api/patients?q="`);
  }
  if (/json|event-stream/.test(type)) return text.replace(/("(?:url|href|link)"\s*:\s*)"\//g, `$1"${own.replaceAll('/', '\\/')}\\/`);
  if (type.includes('css')) return text.replace(/url\((["']?)\//g, `url($1${own}/`);
  return text;
}

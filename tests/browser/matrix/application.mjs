// The application that stands behind Fanlight here: it tries everything that the rows of the matrix name. Each row has pages of its own, under a short
// folder whose name says nothing, so that it is the browser and the guard that stop what a row tries, not a rule that knows the word "print".
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';

/** What is shown, and looked for afterwards on paper, on the clipboard and in files. Clinical, so that Fanlight lets it be. */
export const SHOWN = 'haemoglobin steady, potassium low';

/** An invented person, who must never arrive. */
export const PERSON = { name: 'Ottoline FEATHERSTONEHAUGH', surname: 'FEATHERSTONEHAUGH', number: '943 476 5919', digits: '9434765919' };

// In every page: where events are told, and a key that says that all keys before it have been worked off.
const WATCH = `
var home = window;
try { while (home.opener || home.parent !== home) home = home.opener || home.parent; } catch (e) {}
if (!home.told) home.told = [];
function tell(what) { home.told.push(what); }
addEventListener('beforeprint', function () { tell('beforeprint'); });
addEventListener('keydown', function (e) { if (e.key === 'F8') tell('F8'); }, true);
addEventListener('mouseup', function () { tell('mouseup'); }, true);
addEventListener('mousemove', function (e) { window.at = [e.screenX - e.clientX, e.screenY - e.clientY]; }, true);
function fresh(where) { var f = document.createElement('iframe'); (where || document.body).appendChild(f); return f; }
function soon(what) { return Promise.race([what, new Promise(function (d) { setTimeout(d, 3000); })]); }
function picked(node, d) { d = d || document; var s = d.defaultView.getSelection(); s.selectAllChildren(node); return s; }
`;

/** A page with `body`; its button #go runs `go`, as a person's click; what that returns is \`done\`. */
export function html(body = '', { go = '', script = '', head = '', headers = {} } = {}) {
  return {
    type: 'text/html; charset=utf-8',
    headers,
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Results</title>${head}<script>${WATCH}</script></head><body>
<button id="go" type="button" style="display:block;width:160px;height:40px">Go on</button>
<p id="shown">${SHOWN}</p>
${body}
<script>
document.getElementById('go').addEventListener('click', function () { window.done = (async function () { ${go} })().catch(function (e) { return String(e); }); });
${script}
</script></body></html>`,
  };
}

/** For a document that has no page of ours around it (srcdoc, blob:). */
export const small = (script, body = '') => `<!doctype html><html><head><title>Inner</title></head><body><p id="shown">${SHOWN}</p>${body}<script>${WATCH}${script}</script></body></html>`;

/** Text as a string in a script in a page. */
export const quoted = (text) => JSON.stringify(text).replaceAll('<', '\\u003c');

/** Starts the application with the pages of all `rows`; `asked` holds every request that arrived. */
export async function application(rows) {
  const asked = [];
  const byPath = new Map();
  for (const row of rows) for (const [name, page] of Object.entries(row.pages ?? {})) byPath.set(`${row.at}/${name}`, page);
  const sockets = new Set();
  const server = createServer(async (req, res) => {
    const path = req.url.split('?')[0];
    asked.push({ path, url: req.url, method: req.method, headers: req.headers });
    let page = byPath.get(path);
    if (typeof page === 'function') page = await page(req, res);
    if (page === 'answered') return;
    if (typeof page === 'string') page = html(page);
    if (!page) { res.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }); res.end('<!doctype html><title>None</title><p>nothing here</p>'); return; }
    res.writeHead(page.status ?? 200, { ...(page.type ? { 'content-type': page.type } : {}), ...page.headers });
    res.end(page.body ?? '');
  });
  // Says one message, then listens.
  server.on('upgrade', (req, socket) => {
    const accept = createHash('sha1').update(req.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    const text = Buffer.from(SHOWN);
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    socket.on('error', () => {});
    sockets.add(socket);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const port = server.address().port;
  return { port, asked, stop() { for (const s of sockets) s.destroy(); server.closeAllConnections(); server.close(); } };
}

// What a browser has left on the disk after it has ended: its whole profile is read, also what is compressed in it (Firefox's session files, gzip).
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Firefox's own framing around one block of LZ4. */
function lz4(bytes) {
  if (bytes.toString('latin1', 0, 7) !== 'mozLz40') return null;
  const out = Buffer.alloc(Math.min(bytes.readUInt32LE(8), 1 << 26));
  let at = 12, to = 0;
  const more = (n) => { if (n !== 15) return n; let b; do { b = bytes[at++] ?? 0; n += b; } while (b === 255); return n; };
  while (at < bytes.length && to < out.length) {
    const token = bytes[at++], literal = more(token >> 4);
    bytes.copy(out, to, at, at + literal); at += literal; to += literal;
    if (at >= bytes.length) break;
    const back = bytes.readUInt16LE(at); at += 2;
    const length = more(token & 15) + 4;
    for (let i = 0; i < length && to < out.length; i++, to++) out[to] = out[to - back];
  }
  return out;
}

/** The bytes of a file, and what is compressed in it. */
function* layers(bytes) {
  yield bytes;
  const session = lz4(bytes);
  if (session) yield session;
  for (let at = bytes.indexOf('\x1f\x8b\x08', 0, 'latin1'), n = 0; at >= 0 && n < 20; at = bytes.indexOf('\x1f\x8b\x08', at + 3, 'latin1'), n++) {
    try { yield gunzipSync(bytes.subarray(at), { finishFlush: 2 }); } catch { /* these three bytes were something else */ }
  }
}

function* files(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (entry.isFile() && statSync(path).size < 1 << 27) yield path;
  }
}

/** Which of `words` stand in a file below `dir`: word → the files. */
export function found(dir, words) {
  const where = new Map(), forms = words.map((w) => [w, Buffer.from(w), Buffer.from(w, 'utf16le'), Buffer.from(w.replaceAll(' ', '+')), Buffer.from(encodeURIComponent(w))]);
  let seen = 0;
  for (const path of files(dir)) {
    let bytes;
    try { bytes = readFileSync(path); } catch { continue; }
    seen += bytes.length;
    for (const layer of layers(bytes)) for (const [word, ...ways] of forms) if (ways.some((w) => layer.includes(w))) where.set(word, [...(where.get(word) ?? []), path.slice(dir.length + 1)]);
  }
  if (!seen) throw new Error('an empty profile says nothing');
  return where;
}

// What is really on paper and on the screen: pixels, not what a page says of itself.
import { execFileSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';

/** Whether a PDF has anything but white paper. */
export function inked(file) {
  let grey;
  try { grey = execFileSync('pdftoppm', ['-gray', '-r', '24', file], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }); } catch { return false; }
  // One PGM after another: "P5\nW H\n255\n" and W×H bytes.
  for (let at = 0; at < grey.length;) {
    const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(grey.subarray(at, at + 40).toString('latin1'));
    if (!head) throw new Error('pdftoppm said what was not expected');
    const from = at + head[0].length, to = from + head[1] * head[2];
    if (grey.subarray(from, to).some((b) => b < 245)) return true;
    at = to;
  }
  return false;
}

/** The pixels of a PNG as browsers make it: 8 bits, not interlaced. */
export function pixels(png) {
  let at = 8, width = 0, height = 0, channels = 0;
  const parts = [];
  while (at < png.length) {
    const length = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = data.readUInt32BE(0); height = data.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[data[9]];
      if (data[8] !== 8 || !channels || data[12]) throw new Error('a PNG of another kind');
    }
    if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts)), line = width * channels, out = Buffer.alloc(height * line);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const a = x >= channels ? out[y * line + x - channels] : 0, b = y ? out[(y - 1) * line + x] : 0;
      const c = x >= channels && y ? out[(y - 1) * line + x - channels] : 0;
      let guess = 0;
      if (filter === 1) guess = a;
      else if (filter === 2) guess = b;
      else if (filter === 3) guess = (a + b) >> 1;
      else if (filter === 4) {
        const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
        guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      }
      out[y * line + x] = raw[y * (line + 1) + 1 + x] + guess;
    }
  }
  return { width, height, channels, data: out };
}

/** Which part of a picture is not of the colour that most of it has: a flat area has 0. */
export function uneven(png) {
  const { width, height, channels, data } = pixels(png), counts = new Map();
  for (let i = 0; i < data.length; i += channels) {
    const colour = (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return 1 - Math.max(...counts.values()) / (width * height);
}

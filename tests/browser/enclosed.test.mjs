// A PDF that a page holds itself: taken out of it, and shown in its frame as pictures, masked; by frame, embed and object, and under the policy of a page that lets only
// itself be framed.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import { browser, freePort, shots } from './support.mjs';
import { front } from './site.mjs';

/** A letter of one page. */
function letter(lines) {
  const content = `BT /F 16 Tf 26 TL 60 760 Td ${lines.map((line) => `(${line}) Tj T* `).join('')}ET`;
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 1 /Kids [5 0 R] >>', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents 4 0 R >>'];
  let out = '%PDF-1.4\n';
  const starts = objects.map((body, n) => { const at = out.length; out += `${n + 1} 0 obj\n${body}\nendobj\n`; return at; });
  const xref = out.length;
  out += `xref\n0 ${starts.length + 1}\n0000000000 65535 f \n${starts.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${out}trailer << /Size ${starts.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`, 'latin1').toString('base64');
}
const address = (line) => `data:application/pdf;base64,${letter(['Outpatient letter', 'NHS number: 485 777 3456', line])}`;
const page = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Letters</title><style>iframe,embed,object { width: 300px; height: 420px; border: 1px solid #999 }</style></head><body><h1>Letters</h1>
<iframe id="a" title="Letter" src="${address('The valve is to be reviewed.')}#page=1"></iframe> <embed id="b" type="application/pdf" src="${address('The wound has healed.')}">
<object id="c" type="application/pdf" data="${address('Iron is to be taken daily.')}"><a href="/save">Save</a></object></body></html>`;

describe('a PDF that a page holds itself', () => {
  let chromium, server, fanlight;
  before(async () => {
    server = createServer((request, response) => {
      if (!request.url.startsWith('/letters')) { response.writeHead(404).end(); return; }
      const policy = request.url.includes('strict') ? { 'content-security-policy': "default-src 'self'; style-src 'unsafe-inline'; frame-src 'self' data:; object-src data:" } : {};
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(page);
    });
    const port = await freePort();
    await new Promise((done) => server.listen(port, '127.0.0.1', done));
    fanlight = await front({ upstream: `http://127.0.0.1:${port}` });
    chromium = await browser();
  });
  after(async () => { await chromium?.close(); await fanlight?.stop(); server?.close(); });

  for (const at of ['/letters', '/letters?strict']) {
    test(`is shown in its frame at ${at}`, async () => {
      const context = await chromium.newContext({ viewport: { width: 1040, height: 620 } }), tab = await context.newPage();
      const sent = [];
      tab.on('response', async (response) => { sent.push(await response.text().catch(() => '')); });
      await tab.goto(`${fanlight.origin}${at}`);
      for (const id of ['a', 'b', 'c']) {
        const frame = tab.frameLocator(`iframe#${id}`);
        const sheet = frame.locator('.page');
        await sheet.first().waitFor({ timeout: 15000 });
        const drawn = await sheet.first().evaluate(async (el) => {
          const img = new Image();
          img.src = el.style.backgroundImage.slice(5, -2);
          await img.decode();
          return [img.naturalWidth, img.naturalHeight];
        });
        const [wide, high] = drawn;
        assert.ok(wide > 600 && high > wide, `${id} is a page of paper: ${wide} by ${high}`);
      }
      assert.equal(await tab.locator('object, embed, a').count(), 0);
      assert.ok(sent.length >= 4, `${sent.length} answers`);
      for (const text of sent) assert.ok(!/JVBER|485.?777.?3456/.test(text), 'nothing of the document itself is sent');
      if (shots && !at.includes('strict')) await tab.screenshot({ path: join(shots, 'enclosed.png') });
      await context.close();
    });
  }
});

// Makes one PDF with one library of npm. usage: make.mjs LIBRARY PATH < JSON of lines and blocks
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [which, path] = process.argv.slice(2);
const given = JSON.parse(readFileSync(0, 'utf8'));
const date = new Date('2024-06-12T00:00:00Z');

const makers = {
  pdfkit() {
    const PDFDocument = require('pdfkit');
    const pdf = new PDFDocument({ size: 'A4', margin: 50, info: { Title: given.name, CreationDate: date } });
    pdf.pipe(createWriteStream(path));
    for (const line of given.lines) {
      if (!line) pdf.addPage();
      else pdf.font(given.font).fontSize(line[0]).text(line[2], { lineGap: 3 });
    }
    pdf.end();
  },
  jspdf() {
    const { jsPDF } = require('jspdf');
    const pdf = new jsPDF({ unit: 'pt', format: 'a4' });
    pdf.setCreationDate(date);
    pdf.setFileId('0123456789ABCDEF0123456789ABCDEF');
    pdf.setProperties({ title: given.name });
    let y = 60;
    for (const line of given.lines) {
      if (!line || y > 790) { pdf.addPage(); y = 60; }
      if (!line) continue;
      pdf.setFont('times', line[1] ? 'bold' : 'normal').setFontSize(line[0] + 1).text(line[2], 50, y);
      y += line[0] + 7;
    }
    writeFileSync(path, Buffer.from(pdf.output('arraybuffer')));
  },
  async 'pdf-lib'() {
    const { PDFDocument, StandardFonts } = require('pdf-lib');
    const pdf = await PDFDocument.create();
    for (const set of ['setCreationDate', 'setModificationDate']) pdf[set](date);
    pdf.setTitle(given.name);
    const page = pdf.addPage([595, 842]);
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    const form = pdf.getForm();
    let y = 790, number = 0;
    for (const block of given.blocks) {
      if (block[0] === 'pairs') {
        for (const [label, value] of block[1]) {
          page.drawText(`${label}:`, { x: 50, y, size: 11, font });
          const field = form.createTextField(`field${number++}`);
          field.setText(value);
          field.addToPage(page, { x: 190, y: y - 5, width: 340, height: 18, font, borderWidth: 0.5 });
          field.setFontSize(11);
          y -= 26;
        }
      } else {
        page.drawText(block[1], { x: 50, y, size: block[0] === 'title' ? 16 : 11, font });
        y -= 28;
      }
    }
    writeFileSync(path, await pdf.save({ useObjectStreams: true }));
  },
  async pdfmake() {
    const pdfmake = require('pdfmake');
    pdfmake.addFonts({ Sans: { normal: given.font, bold: given.font } });
    const content = given.blocks.map((block) => block[0] === 'table' ? { table: { headerRows: 1, body: [block[1], ...block[2]] }, fontSize: 9, margin: [0, 8] }
      : { text: block[1], fontSize: block[0] === 'title' ? 16 : 11, margin: [0, 4] });
    const pdf = pdfmake.createPdf({ pageOrientation: 'landscape', pageSize: 'A4', content, defaultStyle: { font: 'Sans' }, info: { title: given.name, creationDate: date } });
    await pdf.write(path);
  },
};
await makers[which]();

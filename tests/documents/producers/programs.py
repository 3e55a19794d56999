"""Programs that write PDF: LibreOffice, wkhtmltopdf, Chromium, LaTeX, groff, FOP, librsvg, Pango."""
import os
import pathlib
import shutil
import tempfile

import letters
import markup
from producers import call, makes
from producers.python_libraries import svg


def office(path, source, suffix, target="pdf"):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"in{suffix}"
        file.write_bytes(source)
        call("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target, "--outdir", folder, file)
        shutil.move(pathlib.Path(folder) / "in.pdf", path)


@makes("libreoffice-odt", letters.letter, "LibreOffice Writer, from ODT", needs="soffice")
def libreoffice_odt(document, path):
    office(path, markup.fodt(document).encode(), ".fodt")


@makes("libreoffice-docx", letters.discharge, "LibreOffice Writer, from DOCX, tagged, PDF/A-1", needs="soffice")
def libreoffice_docx(document, path):
    office(path, markup.docx(document), ".docx", 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"1"},"UseTaggedPDF":{"type":"boolean","value":"true"}}')


@makes("libreoffice-html", letters.clinic_list, "LibreOffice Writer/Web, from HTML with a wide table", needs="soffice")
def libreoffice_html(document, path):
    office(path, markup.html(document, style="@page { size: A4 landscape }").encode(), ".html", "pdf:writer_web_pdf_Export")


@makes("wkhtmltopdf", letters.referral, "wkhtmltopdf (Qt), from HTML", needs="wkhtmltopdf")
def wkhtmltopdf(document, path):
    page = markup.html(document, style="body { font-size: 13pt } dt { float: none; display: inline } dd { display: inline; margin: 0 } dd:after { content: '\\A'; white-space: pre }")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.html").write_text(page)
        call("wkhtmltopdf", "--quiet", "--encoding", "utf-8", "--disable-javascript", pathlib.Path(folder) / "in.html", path, env=dict(os.environ, QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR=folder))


def chromium(path, page):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.html").write_text(page)
        call("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={path}",
             f"file://{folder}/in.html")


@makes("chromium", letters.letter, "Chromium (Skia), from HTML, tagged")
def chromium_letter(document, path):
    chromium(path, markup.html(document))


@makes("chromium-rich", letters.clinic_list, "Chromium (Skia), from HTML with web typography: kerning, small capitals, letter spacing, a rotated cell, a shadow")
def chromium_rich(document, path):
    chromium(path, markup.html(document, style="@page { size: A4 landscape } h1 { letter-spacing: 3pt; text-shadow: 1px 1px 2px #999 } td:nth-child(2) { font-variant: small-caps; "
             "letter-spacing: .5pt } td:nth-child(3) { transform: rotate(-2deg) } td:nth-child(4) { font-style: italic; opacity: .9 }"))


@makes("chromium-long", letters.long, "Chromium (Skia), forty pages", pages=40)
def chromium_long(document, path):
    chromium(path, markup.html(document))


def tex(path, source, engine):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.tex").write_text(source)
        call(engine, "-interaction=nonstopmode", "-halt-on-error", "in.tex", cwd=folder)
        shutil.move(pathlib.Path(folder) / "in.pdf", path)


@makes("pdflatex", letters.letter, "pdfTeX, Computer Modern as Type 1 with TeX's own encoding, ligatures, no ToUnicode", needs="pdflatex")
def pdflatex(document, path):
    tex(path, markup.latex(document), "pdflatex")


@makes("pdflatex-t1", letters.discharge, "pdfTeX, Latin Modern in T1 with a ToUnicode map, hyphenated columns", needs="pdflatex")
def pdflatex_t1(document, path):
    tex(path, markup.latex(document, r"\usepackage[T1]{fontenc}\usepackage{lmodern}\input{glyphtounicode}\pdfgentounicode=1"), "pdflatex")


@makes("latex-dvipdfmx", letters.radiology, "LaTeX by way of DVI and dvipdfmx", needs="dvipdfmx")
def latex_dvipdfmx(document, path):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.tex").write_text(markup.latex(document))
        call("latex", "-interaction=nonstopmode", "-halt-on-error", "in.tex", cwd=folder)
        call("dvipdfmx", "-o", path, "in.dvi", cwd=folder)


@makes("groff", letters.lab, "groff's own PDF driver, the standard fonts not embedded")
def groff(document, path):
    path.write_bytes(call("groff", "-Tpdf", "-Kutf8", feed=markup.groff(document).encode()))


@makes("fop", letters.referral, "Apache FOP, from XSL-FO, standard fonts", needs="fop")
def fop(document, path):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.fo").write_text(markup.fo(document))
        call("fop", "-q", pathlib.Path(folder) / "in.fo", path)


@makes("rsvg", letters.discharge, "librsvg (cairo and Pango), glyphs placed by Pango")
def rsvg(document, path):
    path.write_bytes(call("rsvg-convert", "-f", "pdf", feed=svg(document).encode()))


@makes("pango", letters.form, "pango-view (cairo), a serif face, justified")
def pango(document, path):
    text = "\n".join(line[2] if line else "" for line in markup.lines(document))
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.txt").write_text(text)
        call("pango-view", "--no-display", "--font=DejaVu Serif 11", "--margin=30", f"--output={path}", pathlib.Path(folder) / "in.txt")

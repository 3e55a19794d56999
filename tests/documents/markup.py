"""Blocks of a document as the markup that producers read: HTML, flat ODT, DOCX, LaTeX, Typst, XSL-FO, groff, Pango and plain lines.

example: html(letter("letter-chromium")) → "<!doctype html>…<h2>Re: Mr …</h2>…"
"""
import io
import textwrap
import zipfile
from html import escape

STYLE = """@page { size: A4; margin: 18mm } body { font: 11pt "Liberation Sans", sans-serif } h1 { font-size: 16pt } h2 { font-size: 12pt }
table { border-collapse: collapse; margin: 6pt 0 } td, th { border: 0.5pt solid #777; padding: 2pt 5pt; text-align: left } dl { margin: 4pt 0 }
dt { float: left; width: 45mm; font-weight: bold } dd { margin-left: 47mm } .break { page-break-before: always }"""


def html(document, style="", head="", foot=""):
    out = []
    for block in document.blocks:
        match block:
            case ("title", text): out.append(f"<h1>{escape(text)}</h1>")
            case ("head", text): out.append(f"<h2>{escape(text)}</h2>")
            case ("text", text): out.append(f"<p>{escape(text)}</p>")
            case ("pairs", pairs): out.append("<dl>" + "".join(f"<dt>{escape(k)}:</dt><dd>{escape(v)}</dd>" for k, v in pairs) + "</dl>")
            case ("table", heads, rows):
                out.append("<table><tr>" + "".join(f"<th>{escape(h)}</th>" for h in heads) + "</tr>"
                           + "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows) + "</table>")
            case ("break",): out.append('<div class="break"></div>')
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(document.title)}</title><style>{STYLE}{style}</style></head>'
            f"<body>{head}{''.join(out)}{foot}</body></html>")


def fodt(document):
    out = []
    for block in document.blocks:
        match block:
            case ("title", text): out.append(f'<text:h text:outline-level="1">{escape(text)}</text:h>')
            case ("head", text): out.append(f'<text:h text:outline-level="2">{escape(text)}</text:h>')
            case ("text", text): out.append(f"<text:p>{escape(text)}</text:p>")
            case ("pairs", pairs): out += [f"<text:p>{escape(k)}:<text:tab/>{escape(v)}</text:p>" for k, v in pairs]
            case ("table", heads, rows):
                out.append(f'<table:table><table:table-column table:number-columns-repeated="{len(heads)}"/>'
                           + "".join("<table:table-row>" + "".join(f"<table:table-cell><text:p>{escape(c)}</text:p></table:table-cell>" for c in row) + "</table:table-row>"
                                     for row in [heads, *rows]) + "</table:table>")
            case ("break",): out.append('<text:p text:style-name="Break"/>')
    return ('<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
            'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>'
            '<style:style style:name="Break" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>'
            f'</office:automatic-styles><office:body><office:text>{"".join(out)}</office:text></office:body></office:document>')


def docx(document):
    def para(text, extra=""):
        return f'<w:p>{extra}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    out = []
    for block in document.blocks:
        match block:
            case ("title", text) | ("head", text): out.append(f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>")
            case ("text", text): out.append(para(text))
            case ("pairs", pairs): out += [f"<w:p><w:r><w:t>{escape(k)}:</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>{escape(v)}</w:t></w:r></w:p>" for k, v in pairs]
            case ("table", heads, rows):
                out.append("<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{para(c)}</w:tc>" for c in row) + "</w:tr>" for row in [heads, *rows]) + "</w:tbl>" + para(""))
            case ("break",): out.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
    body = ('<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
            f'{"".join(out)}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>')
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as z:
        z.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                   '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
                   'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        z.writestr("_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                   'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
        z.writestr("word/document.xml", body)
    return kept.getvalue()


def latex(document, preamble=""):
    def e(text):
        for a, b in [("\\", r"\textbackslash{}"), ("&", r"\&"), ("%", r"\%"), ("_", r"\_"), ("#", r"\#"), ("$", r"\$")]:
            text = text.replace(a, b)
        return text

    out = []
    for block in document.blocks:
        match block:
            case ("title", text): out.append(rf"\section*{{{e(text)}}}")
            case ("head", text): out.append(rf"\subsection*{{{e(text)}}}")
            case ("text", text): out.append(e(text) + "\n")
            case ("pairs", pairs): out.append(r"\noindent\begin{tabular}{ll}" + r"\\".join(rf"{e(k)}: & {e(v)}" for k, v in pairs) + "\\end{tabular}\n")
            case ("table", heads, rows):
                out.append(r"\noindent\small\begin{tabular}{|" + "l|" * len(heads) + r"}\hline " + r"\\ \hline ".join(" & ".join(map(e, row)) for row in [heads, *rows])
                           + "\\\\ \\hline\\end{tabular}\\normalsize\n")
            case ("break",): out.append(r"\newpage")
    return (r"\documentclass[11pt,a4paper]{article}" + preamble + r"\usepackage[margin=20mm]{geometry}\setlength{\parskip}{5pt}\begin{document}" + "\n"
            + "\n".join(out) + "\n" + r"\end{document}")


def typst(document):
    def s(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    out = ["#set page(paper: \"a4\", margin: 18mm)", f"#set document(title: {s(document.title)}, date: datetime(year: 2024, month: 6, day: 12))", "#set text(size: 11pt)"]
    for block in document.blocks:
        match block:
            case ("title", text): out.append(f"#heading(level: 1, {s(text)})")
            case ("head", text): out.append(f"#heading(level: 2, {s(text)})")
            case ("text", text): out.append(f"#par({s(text)})")
            case ("pairs", pairs): out.append("#table(columns: 2, stroke: none, " + ", ".join(f"{s(k + ':')}, {s(v)}" for k, v in pairs) + ")")
            case ("table", heads, rows): out.append(f"#table(columns: {len(heads)}, " + ", ".join(s(c) for row in [heads, *rows] for c in row) + ")")
            case ("break",): out.append("#pagebreak()")
    return "\n\n".join(out)


def fo(document):
    out = []
    for block in document.blocks:
        match block:
            case ("title", text): out.append(f'<fo:block font-size="16pt" font-weight="bold">{escape(text)}</fo:block>')
            case ("head", text): out.append(f'<fo:block font-weight="bold" space-before="6pt">{escape(text)}</fo:block>')
            case ("text", text): out.append(f'<fo:block space-before="4pt">{escape(text)}</fo:block>')
            case ("pairs", pairs): out += [f"<fo:block>{escape(k)}: {escape(v)}</fo:block>" for k, v in pairs]
            case ("table", heads, rows):
                out.append('<fo:table table-layout="fixed" width="100%">' + '<fo:table-column column-width="proportional-column-width(1)"/>' * len(heads) + "<fo:table-body>"
                           + "".join("<fo:table-row>" + "".join(f"<fo:table-cell><fo:block>{escape(c)}</fo:block></fo:table-cell>" for c in row) + "</fo:table-row>"
                                     for row in [heads, *rows]) + "</fo:table-body></fo:table>")
            case ("break",): out.append('<fo:block break-before="page"/>')
    return ('<?xml version="1.0" encoding="UTF-8"?><fo:root xmlns:fo="http://www.w3.org/1999/XSL/Format"><fo:layout-master-set><fo:simple-page-master master-name="a" '
            'page-width="210mm" page-height="297mm" margin="18mm"><fo:region-body/></fo:simple-page-master></fo:layout-master-set><fo:page-sequence master-reference="a">'
            f'<fo:flow flow-name="xsl-region-body" font-family="Helvetica" font-size="11pt">{"".join(out)}</fo:flow></fo:page-sequence></fo:root>')


def groff(document):
    def e(text):
        return text.replace("\\", "\\e").replace("'", "\\(cq").replace("-", "\\-")

    out = [".pl 297m", ".ll 165m", ".po 20m", ".vs 15p", ".ps 11", ".nh"]
    for block in document.blocks:
        match block:
            case ("title", text): out += [".sp", ".ps 16", e(text), ".br", ".ps 11"]
            case ("head", text): out += [".sp", ".ft B", e(text), ".br", ".ft R"]
            case ("text", text): out += [".sp 0.5", e(text), ".br"]
            case ("pairs", pairs):
                for k, v in pairs:
                    out += [f"{e(k)}: {e(v)}", ".br"]
            case ("table", heads, rows):
                out += [".ta 4c 7c 10c 13c 15c", ".nf"] + ["\t".join(map(e, row)) for row in [heads, *rows]] + [".fi"]
            case ("break",): out.append(".bp")
    return "\n".join(out).replace("297m", "29.7c").replace("165m", "17c").replace("20m\n", "2c\n") + "\n"


def lines(document, width=88):
    """(size, bold, text) of every line, and None for a new page: for those that set text line by line."""
    out = []
    for block in document.blocks:
        match block:
            case ("title", text): out.append((16, True, text))
            case ("head", text): out += [(11, True, line) for line in textwrap.wrap(text, width)]
            case ("text", text): out += [(11, False, line) for line in textwrap.wrap(text, width)]
            case ("pairs", pairs):
                for k, v in pairs:
                    out += [(11, False, line) for line in textwrap.wrap(f"{k}: {v}", width)]
            case ("table", heads, rows): out += [(9, i == 0, "   ".join(row)) for i, row in enumerate([heads, *rows])]
            case ("break",): out.append(None)
    return out

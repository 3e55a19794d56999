"""Libraries of Python that write PDF: ReportLab, fpdf2, WeasyPrint, borb, CairoSVG, Typst."""
import letters
import markup
from producers import makes

SANS = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"
BOLD = "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf"


@makes("reportlab-canvas", letters.letter, "ReportLab, line by line in Helvetica, no font embedded; the title holds the patient's name")
def reportlab_canvas(document, path):
    from reportlab.pdfgen.canvas import Canvas
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    canvas.setTitle(f"Letter about {document.person.name}")
    canvas.setAuthor(document.person.gp)
    canvas.setSubject(document.person.nhs_spaced)
    y = 790
    for line in markup.lines(document):
        if line is None or y < 50:
            canvas.showPage()
            y = 790
        if line is not None:
            size, bold, text = line
            canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
            canvas.drawString(50, y, text)
            y -= size + 6
    canvas.save()


@makes("reportlab-platypus", letters.clinic_list, "ReportLab's tables, an embedded TrueType subset")
def reportlab_platypus(document, path):
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle
    pdfmetrics.registerFont(TTFont("Sans", SANS))
    style = getSampleStyleSheet()
    story = []
    for block in document.blocks:
        match block:
            case ("title", text) | ("head", text): story.append(Paragraph(text, style["Heading1"]))
            case ("text", text): story.append(Paragraph(text, style["Normal"]))
            case ("table", heads, rows):
                story.append(Table([heads, *rows], style=TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("FONT", (0, 0), (-1, -1), "Sans", 8.5)])))
    SimpleDocTemplate(str(path), pagesize=(842, 595), invariant=1).build(story)


@makes("fpdf2", letters.discharge, "fpdf2, multi_cell with an embedded TrueType subset")
def fpdf2(document, path):
    from datetime import datetime, timezone
    from fpdf import FPDF
    pdf = FPDF()
    pdf.set_creation_date(datetime(2024, 6, 12, tzinfo=timezone.utc))
    pdf.add_font("Sans", "", SANS)
    pdf.add_font("Sans", "B", BOLD)
    pdf.add_page()
    for line in markup.lines(document, 84):
        if line is None:
            pdf.add_page()
            continue
        size, bold, text = line
        pdf.set_font("Sans", "B" if bold else "", size)
        pdf.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))


@makes("weasyprint", letters.referral, "WeasyPrint, from HTML, justified, hyphenated")
def weasyprint(document, path):
    from weasyprint import HTML
    HTML(string=markup.html(document, style="p { text-align: justify; hyphens: auto }")).write_pdf(str(path))


@makes("weasyprint-form", letters.form, "WeasyPrint, real form fields with values", pages=1)
def weasyprint_form(document, path):
    from html import escape
    from weasyprint import HTML
    # Its fields have values but no appearance: viewers that make one up show them, ours does not. What must stay legible is on the page itself.
    document.clinical = ["Warfarin", "ASA grade"]
    rows = "".join(f'<p><label>{escape(k)}:</label> <input value="{escape(v)}"></p>' for block in document.blocks if block[0] == "pairs" for k, v in block[1])
    body = "".join(f"<p>{escape(b[1])}</p>" for b in document.blocks if b[0] in ("title", "text"))
    style = markup.STYLE + "input { appearance: auto; display: inline-block; width: 90mm; height: 7mm; font: 11pt sans-serif; border: 0.4pt solid #888 } p { margin: 4pt 0 }"
    HTML(string=f"<title>Form</title><style>{style}</style>{body}{rows}").write_pdf(str(path), pdf_forms=True)


@makes("borb", letters.radiology, "borb, paragraphs in Helvetica")
def borb(document, path):
    from borb.pdf import PDF, Document, Page, Paragraph, SingleColumnLayout
    pdf = Document()
    page = Page()
    pdf.append_page(page)
    layout = SingleColumnLayout(page)
    for line in markup.lines(document, 76):
        if line is not None:
            layout.append_layout_element(Paragraph(line[2], font_size=line[0]))
    PDF.write(what=pdf, where_to=str(path))


def svg(document, width=800, family="Liberation Sans"):
    from html import escape
    y, out = 40, []
    for line in markup.lines(document, 84):
        if line is not None:
            size, bold, text = line
            out.append(f'<text x="40" y="{y}" font-size="{size * 1.3:.1f}" font-weight="{"bold" if bold else "normal"}">{escape(text)}</text>')
            y += size * 1.3 + 9
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 40:.0f}" font-family="{family}"><rect width="100%" height="100%" fill="white"/>'
            + "".join(out) + "</svg>")


@makes("cairosvg", letters.lab, "CairoSVG, toy text of cairo")
def cairosvg(document, path):
    import cairosvg
    cairosvg.svg2pdf(bytestring=svg(document).encode(), write_to=str(path))


@makes("typst", letters.letter, "Typst, its own fonts")
def typst(document, path):
    import typst as compiler
    from datetime import datetime, timezone
    path.write_bytes(compiler.compile(markup.typst(document).encode(), format="pdf"))

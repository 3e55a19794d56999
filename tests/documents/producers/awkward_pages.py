"""Pages that hold more than their text: forms, patterns, layers, masks, annotations, fields, attachments, scripts, images."""
import io
import random

import letters
import markup
from producers import makes
from producers.awkward_text import each_page, line_at, placed
from rawpdf import Raw, string


def lines_of(document):
    return [line for page in placed(document) for line in page]


@makes("nested-forms", letters.letter, "the text stands in a form in a form in a form, each with a matrix; a line is cut in two forms")
def nested_forms(document, path):
    pdf = Raw()
    content = b"\n".join(line_at(*line) for line in lines_of(document))
    number = pdf.form(content)
    for matrix in ["[0.5 0 0 0.5 0 0]", "[0 2 -2 0 842 0]", "[0 -1 1 0 0 842]"]:
        number = pdf.form(b"q /X Do Q", resources=f"/XObject << /X {number} 0 R >>", box=(-3000, -3000, 3000, 3000), more=f"/Matrix {matrix}")
    pdf.page(b"/X Do", resources=f"/XObject << /X {number} 0 R >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("text-in-a-pattern", letters.radiology, "half of the lines stand in a tiling pattern with which the page is filled", expect="hidden")
def text_in_a_pattern(document, path):
    pdf = Raw()
    lines = lines_of(document)
    cell = pdf.stream(f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 595 842] /XStep 595 /YStep 842 /Resources << /Font << {pdf.fonts} >> >>",
                      b"\n".join(line_at(*line) for line in lines[:len(lines) // 2]))
    pdf.page(b"q /Pattern cs /P scn 0 0 595 842 re f Q\n" + b"\n".join(line_at(*line) for line in lines[len(lines) // 2:]),
             resources=f"/Pattern << /P {cell} 0 R >> /Font << {pdf.fonts} >>")
    # What a pattern paints may be left out, and with it what is clinical there.
    document.clinical = [c for c in document.clinical if any(c in text for *_, text in lines[len(lines) // 2:])]
    pdf.save(path)


@makes("text-in-a-mask", letters.discharge, "names are holes in a soft mask through which black is painted; the rest is ordinary text", expect="hidden")
def text_in_a_mask(document, path):
    pdf = Raw()
    lines = lines_of(document)
    pairs = [line for line in lines if document.person.surname in line[3] or document.person.nhs_spaced in line[3]]
    group = pdf.form(b"1 g\n" + b"\n".join(line_at(*line) for line in pairs), more="/Group << /S /Transparency /CS /DeviceGray >>")
    state = pdf.add(f"<< /Type /ExtGState /SMask << /S /Luminosity /G {group} 0 R >> >>")
    pdf.page(b"\n".join(line_at(*line) for line in lines if line not in pairs) + b"\nq /G gs 0 g 0 0 595 842 re f Q",
             resources=f"/ExtGState << /G {state} 0 R >> /Font << {pdf.fonts} >>")
    text = "\n".join(t for *_, t in lines)
    document.clinical = [c for c in document.clinical if any(c in t for *_, t in lines if not any(t is q[3] for q in pairs)) and c in text]
    pdf.save(path)


@makes("text-as-clip", letters.letter, "text as a clipping path that is then filled, stroked text, text filled with a shading", expect="hidden")
def text_as_clip(document, path):
    pdf = Raw()
    shade = pdf.add("<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 595 0] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [0 0 0.4] /C1 [0.4 0 0] /N 1 >> >>")
    pattern = pdf.add(f"<< /Type /Pattern /PatternType 2 /Shading {shade} 0 R >>")
    out = []
    for number, line in enumerate(lines_of(document)):
        x, y, size, text = line
        out.append([b"q BT /F1 %g Tf 7 Tr %g %g Td %s Tj ET 0 0 595 842 re f Q" % (size, x, y, string(text)),
                    b"q 0.4 w BT /F2 %g Tf 2 Tr %g %g Td %s Tj ET Q" % (size, x, y, string(text)),
                    b"q /Pattern cs /P scn BT /F1 %g Tf %g %g Td %s Tj ET Q" % (size, x, y, string(text)),
                    b"q BT /F1 %g Tf 7 Tr %g %g Td %s Tj ET /S sh Q" % (size, x, y, string(text))][number % 4])
    pdf.page(b"\n".join(out), resources=f"/Shading << /S {shade} 0 R >> /Pattern << /P {pattern} 0 R >> /Font << {pdf.fonts} >>")
    # What is painted through letters may be left out.
    document.clinical = [c for c in document.clinical if any(c in t for i, (*_, t) in enumerate(lines_of(document)) if i % 4 in (1, 2))]
    pdf.save(path)


@makes("layers", letters.referral, "optional content: a layer that is off holds the identifiers again, one that is on holds a part of the letter, one by membership")
def layers(document, path):
    pdf = Raw()
    p = document.person
    on, off = pdf.add("<< /Type /OCG /Name (Letter) >>"), pdf.add(f"<< /Type /OCG /Name {string(p.name).decode('latin-1')} >>")
    member = pdf.add(f"<< /Type /OCMD /OCGs [{on} 0 R {off} 0 R] /P /AnyOn >>")
    pdf.catalogue = b"/OCProperties << /OCGs [%d 0 R %d 0 R] /D << /ON [%d 0 R] /OFF [%d 0 R] /Order [%d 0 R %d 0 R] >> >>" % (on, off, on, off, on, off)
    lines = lines_of(document)
    half = len(lines) // 2
    hidden = [line_at(60, 60 + 20 * i, 14, text, "F3") for i, text in enumerate([p.name, p.nhs_spaced, p.dob, p.email])]
    pdf.page(b"/OC /A BDC\n" + b"\n".join(line_at(*line) for line in lines[:half]) + b"\nEMC\n/OC /M BDC\n" + b"\n".join(line_at(*line) for line in lines[half:])
             + b"\nEMC\n/OC /B BDC\n" + b"\n".join(hidden) + b"\nEMC", resources=f"/Properties << /A {on} 0 R /B {off} 0 R /M {member} 0 R >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("beside-the-pages", letters.letter, "title, author, keywords, XMP, outlines, page labels, a named destination, an attachment, scripts and a thumbnail that all name the patient")
def beside_the_pages(document, path):
    from PIL import Image
    pdf = Raw(compress=False)
    p = document.person
    name = string(p.name).decode("latin-1")
    document.headers = {"content-disposition": f'inline; filename="{p.surname}_{p.forename}_{p.nhs}.pdf"', "x-patient": p.name, "etag": f'"{p.nhs}"', "content-language": "en-GB"}
    pdf.info += f" /Title {name} /Author ({p.gp}) /Subject (NHS {p.nhs_spaced}) /Keywords ({p.postcode}, {p.email})".encode("latin-1")
    thumb = pdf.image(Image.new("L", (20, 28), 200))
    each_page(pdf, document, line_at, more=f"/Thumb {thumb} 0 R")
    first = pdf.pages[0]
    xmp = pdf.stream("/Type /Metadata /Subtype /XML", f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
                     f"xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>{p.name}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>".encode())
    item = len(pdf.objects) + 2
    outlines = pdf.add(f"<< /Type /Outlines /First {item} 0 R /Last {item} 0 R /Count 1 >>")
    pdf.add(f"<< /Title {name} /Parent {outlines} 0 R /Dest [{first} 0 R /Fit] >>")
    attached = pdf.stream("/Type /EmbeddedFile /Subtype /text#2Fcsv", f"name,nhs,dob\n{p.name},{p.nhs},{p.dob}\n".encode())
    spec = pdf.add(f"<< /Type /Filespec /F ({p.surname}.csv) /UF ({p.surname}.csv) /EF << /F {attached} 0 R >> >>")
    script = f"<< /S /JavaScript /JS (app.alert\\(\"{p.forename} {p.surname}\"\\); this.print\\(\\); this.exportDataObject\\({{cName:\"{p.surname}.csv\"}}\\);) >>"
    pdf.catalogue = (f"/Metadata {xmp} 0 R /Outlines {outlines} 0 R /PageMode /UseOutlines /PageLabels << /Nums [0 << /P ({p.surname} {p.nhs} ) /S /D >>] >> /OpenAction {script} "
                     f"/AA << /WC {script} >> /Names << /EmbeddedFiles << /Names [({p.surname}.csv) {spec} 0 R] >> /JavaScript << /Names [(a) {script}] >> "
                     f"/Dests << /Names [({p.surname}) [{first} 0 R /Fit]] >> >> /Lang (en-GB)").encode("latin-1")
    pdf.save(path)


@makes("annotations", letters.letter, "free text with and without an appearance, a stamp, a sticky note, links with mailto: and with the NHS number, a drawn line of letters")
def annotations(document, path):
    pdf = Raw()
    p = document.person

    def appearance(text, w=250):
        return pdf.form(b"0.9 1 0.9 rg 0 0 %d 30 re f 0 g " % w + line_at(5, 10, 11, text), box=(0, 0, w, 30))

    bodies = [
        f"/Subtype /FreeText /Rect [300 60 550 90] /Contents {string(p.name).decode('latin-1')} /DA (/Helv 11 Tf 0 g) /AP << /N {appearance(p.name)} 0 R >>",
        f"/Subtype /FreeText /Rect [300 20 550 50] /Contents {string(p.nhs_spaced).decode('latin-1')} /DA (/Helv 11 Tf 0 g)",
        f"/Subtype /Stamp /Rect [40 60 290 90] /Name /Approved /Contents (seen) /AP << /N {appearance('Seen by ' + p.relative)} 0 R >>",
        f"/Subtype /Text /Rect [560 800 580 820] /Contents (Telephone {p.mobile}) /T ({p.gp}) /Open true",
        f"/Subtype /Popup /Rect [400 600 580 700] /Open true",
        f"/Subtype /Link /Rect [50 700 200 715] /Border [0 0 1] /A << /S /URI /URI (mailto:{p.email}) >>",
        f"/Subtype /Link /Rect [50 680 200 695] /A << /S /URI /URI (https://trust.example/patient?nhs={p.nhs}) >> /Contents (Record of {p.surname})",
        f"/Subtype /Stamp /Rect [40 20 290 50] /F 2 /AP << /N {appearance('hidden ' + p.hospital)} 0 R >>",
        f"/Subtype /Stamp /Rect [40 100 290 130] /AS /On /AP << /N << /On {appearance('Ward copy for ' + p.surname)} 0 R /Off {appearance('off')} 0 R >> >>",
    ]
    numbers = [pdf.add(f"<< /Type /Annot {body} /F 4 >>" if "/F 2" not in body else f"<< /Type /Annot {body} >>") for body in bodies]
    each_page(pdf, document, line_at, more=f"/Annots [{' '.join(f'{n} 0 R' for n in numbers)}]")
    pdf.save(path)


@makes("fields", letters.form, "a form: fields with appearances, fields without that the viewer must not make up, a choice, a comb, NeedAppearances", pages=1)
def fields(document, path):
    pdf = Raw()
    numbers, out, y = [], [], 790
    for block in document.blocks:
        if block[0] != "pairs":
            out.append(line_at(50, y, 11, block[1]))
            y -= 26
            continue
        for number, (label, value) in enumerate(block[1]):
            out.append(line_at(50, y, 11, label + ":"))
            made = pdf.form(b"/Tx BMC q " + line_at(3, 5, 11, value) + b" Q EMC", box=(0, 0, 300, 18))
            shown = f"/AP << /N {made} 0 R >>" if number % 4 != 3 else ""
            numbers.append(pdf.add(f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{y}) /TU ({label}) /V {string(value).decode('latin-1')} /DV {string(value).decode('latin-1')} "
                                   f"/Rect [200 {y - 5} 500 {y + 13}] /F 4 /DA (/Helv 11 Tf 0 g) {shown} >>"))
            y -= 24
    choice = pdf.add(f"<< /Type /Annot /Subtype /Widget /FT /Ch /T (kin) /Opt [({document.person.relative}) (nobody)] /V ({document.person.relative}) /Rect [200 {y - 5} 500 {y + 13}] /F 4 >>")
    numbers.append(choice)
    kept = " ".join(f"{n} 0 R" for n in numbers)
    pdf.page(b"\n".join(out), more=f"/Annots [{kept}]")
    pdf.catalogue = f"/AcroForm << /Fields [{kept}] /NeedAppearances true /DR << /Font << /Helv {pdf.standard} 0 R >> >> /DA (/Helv 11 Tf 0 g) >>".encode()
    # A field without an appearance may be left empty.
    document.clinical = [c for c in document.clinical if c != "Bleeding and infection"]
    pdf.save(path)


def drawn(document, scale=2.0, size=(595, 842)):
    """The document's lines as a picture, as a scanner would give it."""
    from PIL import Image, ImageDraw, ImageFont
    picture = Image.new("L", (int(size[0] * scale), int(size[1] * scale)), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, font_size, text in lines_of(document):
        draw.text((x * scale, (842 - y - font_size) * scale), text, fill=10, font=ImageFont.truetype("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf", int(font_size * scale)))
    rng = random.Random(3)
    for _ in range(900):
        draw.point((rng.randrange(picture.width), rng.randrange(picture.height)), fill=120)
    return picture


@makes("scan", letters.letter, "img2pdf: a scanned page, no text", expect="hidden")
def scan(document, path):
    import img2pdf
    kept = io.BytesIO()
    drawn(document).save(kept, "JPEG", quality=85, dpi=(144, 144))
    from datetime import datetime
    path.write_bytes(img2pdf.convert(kept.getvalue(), creationdate=datetime(2024, 6, 12), moddate=datetime(2024, 6, 12)))


@makes("scan-fax", letters.referral, "a fax: one bit per pixel, CCITT group 4, in strips", expect="hidden")
def scan_fax(document, path):
    import img2pdf
    from datetime import datetime
    kept = io.BytesIO()
    drawn(document).point(lambda v: 255 if v > 128 else 0).convert("1").save(kept, "TIFF", compression="group4", dpi=(144, 144))
    path.write_bytes(img2pdf.convert(kept.getvalue(), creationdate=datetime(2024, 6, 12), moddate=datetime(2024, 6, 12)))


@makes("scan-with-text-layer", letters.discharge, "as OCR programs write: a scan, and over it text that is not painted (mode 3)", expect="hidden")
def scan_with_text_layer(document, path):
    pdf = Raw()
    picture = pdf.image(drawn(document))
    out = [b"q 595 0 0 842 0 0 cm /S Do Q"] + [b"BT 3 Tr /F1 %g Tf %g %g Td %s Tj ET" % (size, x, y, string(text)) for x, y, size, text in lines_of(document)]
    pdf.page(b"\n".join(out), resources=f"/XObject << /S {picture} 0 R >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("scan-under-a-word", letters.referral, "a scan in 24 strips and inline images under one line of real text, so that the page seems to be one of text", expect="hidden")
def scan_under_a_word(document, path):
    pdf = Raw()
    picture = drawn(document, scale=1.6)
    out, names = [line_at(50, 20, 10, "Scanned correspondence, page 1 of 1. Filed in the clinical record by the medical records department.")], []
    for strip in range(24):
        top, bottom = picture.height * strip // 24, picture.height * (strip + 1) // 24
        part = picture.crop((0, top, picture.width, bottom))
        place = b"q 595 0 0 %.3f 0 %.3f cm " % (842 * (bottom - top) / picture.height, 842 * (1 - bottom / picture.height))
        if strip % 3 == 0:
            bits = part.point(lambda v: 255 if v > 128 else 0).convert("1")
            out.append(place + b"BI /W %d /H %d /BPC 1 /CS /G /F /AHx ID " % bits.size + bits.tobytes().hex().encode() + b"> EI Q")
        elif strip % 3 == 1:
            names.append((f"S{strip}", pdf.image(part)))
            out.append(place + b"/S%d Do Q" % strip)
        else:
            bits = part.point(lambda v: 255 if v > 128 else 0).convert("1")
            names.append((f"S{strip}", pdf.stream(f"/Type /XObject /Subtype /Image /ImageMask true /Width {bits.width} /Height {bits.height} /BitsPerComponent 1", bits.tobytes())))
            out.append(place + b"0 g /S%d Do Q" % strip)
    pdf.page(b"\n".join(out), resources=f"/XObject << {' '.join(f'/{k} {v} 0 R' for k, v in names)} >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("scan-in-a-soft-mask", letters.lab, "a wholly black image whose soft mask is the scan, in a form, in a pattern", expect="hidden")
def scan_in_a_soft_mask(document, path):
    from PIL import Image, ImageOps
    pdf = Raw()
    scanned = ImageOps.invert(drawn(document, scale=1.6))
    mask = pdf.image(scanned)
    black = pdf.image(Image.new("L", scanned.size, 0), more=f"/SMask {mask} 0 R")
    form = pdf.form(b"q 595 0 0 842 0 0 cm /S Do Q", resources=f"/XObject << /S {black} 0 R >>")
    cell = pdf.stream(f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 595 842] /XStep 595 /YStep 842 /Resources << /XObject << /X {form} 0 R >> >>", b"/X Do")
    pdf.page(b"/Pattern cs /P scn 0 0 595 842 re f", resources=f"/Pattern << /P {cell} 0 R >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("pictures-beside-text", letters.letter, "a letter with a logo, a portrait and a photographed wristband with the patient's name on it")
def pictures_beside_text(document, path):
    from PIL import Image, ImageDraw, ImageFont
    pdf = Raw()
    p = document.person
    logo = Image.new("RGB", (160, 60), (0, 94, 184))
    ImageDraw.Draw(logo).text((20, 6), "NHS", fill="white", font=ImageFont.truetype("/usr/share/fonts/truetype/liberation/LiberationSans-BoldItalic.ttf", 44))
    portrait = Image.new("RGB", (200, 240), (200, 210, 220))
    draw = ImageDraw.Draw(portrait)
    draw.ellipse((50, 40, 150, 170), fill=(224, 182, 150))
    draw.ellipse((76, 88, 90, 100), fill=(40, 40, 40))
    draw.ellipse((110, 88, 124, 100), fill=(40, 40, 40))
    draw.arc((75, 110, 125, 145), 20, 160, fill=(150, 50, 50), width=4)
    band = Image.new("RGB", (760, 120), (250, 250, 250))
    draw = ImageDraw.Draw(band)
    face = ImageFont.truetype("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", 34)
    draw.text((12, 8), f"{p.surname.upper()}, {p.forename}   {p.dob}", fill="black", font=face)
    draw.text((12, 62), f"NHS {p.nhs_spaced}   {p.hospital}", fill="black", font=face)
    names = {"L": pdf.image(logo), "P": pdf.image(portrait), "W": pdf.image(band)}
    extra = b"q 80 0 0 30 480 800 cm /L Do Q q 70 0 0 84 480 690 cm /P Do Q q 380 0 0 60 50 30 cm /W Do Q"
    for page in placed(document):
        pdf.page(b"\n".join(line_at(*line) for line in page) + b"\n" + extra, resources=f"/XObject << {' '.join(f'/{k} {v} 0 R' for k, v in names.items())} >> /Font << {pdf.fonts} >>")
    pdf.save(path)


@makes("covered", letters.radiology, "a second patient's lines in white on white and under an image that covers them; what is seen is an ordinary report")
def covered(document, path):
    from PIL import Image
    from people import identifiers, person
    pdf = Raw()
    q = person("covered, the other")
    logo = pdf.image(Image.new("RGB", (40, 40), (0, 94, 184)))
    extra = b"1 g " + line_at(50, 120, 12, f"{q.name} {q.nhs_spaced}") + b" 0 g " + line_at(50, 60, 12, f"{q.name} {q.dob}") + b" q 400 0 0 40 45 50 cm /L Do Q 0 g"
    document.identifiers += [i for i in identifiers(q) if i["kind"] in ("name", "nhs-number", "date-of-birth")]
    for page in placed(document):
        pdf.page(b"\n".join(line_at(*line) for line in page) + b"\n" + extra, resources=f"/XObject << /L {logo} 0 R >> /Font << {pdf.fonts} >>")
    pdf.save(path)


def outlined(document, path, whole):
    import cairocffi
    surface = cairocffi.PDFSurface(str(path), 595, 842)
    context = cairocffi.Context(surface)
    p = document.person
    for x, y, size, text in lines_of(document):
        context.select_font_face("Liberation Sans")
        context.set_font_size(size)
        context.move_to(x, 842 - y)
        if whole or any(part in text for part in (p.surname, p.forename, p.nhs_spaced, p.street, p.relative.split()[1], p.gp.split()[-1])):
            context.text_path(text)
            context.fill()
        else:
            context.show_text(text)
    surface.finish()


@makes("outlines", letters.letter, "cairo: every letter is a filled path, no text at all", expect="hidden")
def outlines(document, path):
    outlined(document, path, True)


@makes("outlines-in-part", letters.referral, "cairo: the lines with names are filled paths, the others are text", expect="hidden")
def outlines_in_part(document, path):
    outlined(document, path, False)


@makes("incremental", letters.letter, "three revisions appended to one another: the last one's page replaces that of another patient")
def incremental(document, path):
    other = letters.letter("incremental, before")
    pdf = Raw()
    each_page(pdf, other, line_at)
    data = pdf.bytes()
    page = pdf.pages[0]
    for revision, content in enumerate([other, document]):
        before = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
        body = b"\n".join(line_at(*line) for line in lines_of(content))
        number = len(pdf.objects) + 1 + revision
        place_stream = len(data)
        data += b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(body), body)
        place_page = len(data)
        data += b"%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << %s >> >> >>\nendobj\n" % (page, number, pdf.fonts.encode())
        at = len(data)
        data += b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            page, place_page, number, place_stream, number + 1, before, at)
    path.write_bytes(data)

"""Programs that read a PDF and write another: ghostscript, qpdf, pikepdf, pypdf. Each makes one of the documents before into its own."""
import pathlib
import tempfile

import letters
import markup
from producers import call, makes


def source(path, name):
    return path.parent / f"{name}.pdf"


@makes("gs-pdfwrite", letters.letter, "ghostscript's pdfwrite of Chromium's letter, subset fonts", after="chromium")
def gs_pdfwrite(document, path):
    call("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.4", "-dSubsetFonts=true", f"-sOutputFile={path}", source(path, "chromium"))


@makes("gs-ps2pdf", letters.radiology, "groff to PostScript, ps2pdf: the way of printer drivers")
def gs_ps2pdf(document, path):
    ps = call("groff", "-Tps", "-Kutf8", feed=markup.groff(document).encode())
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "in.ps").write_bytes(ps)
        call("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sPAPERSIZE=a4", f"-sOutputFile={path}", pathlib.Path(folder) / "in.ps")


@makes("gs-outlines", letters.referral, "ghostscript with -dNoOutputFonts: every letter becomes a path", expect="hidden", after="wkhtmltopdf")
def gs_outlines(document, path):
    call("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-dNoOutputFonts", f"-sOutputFile={path}", source(path, "wkhtmltopdf"))


@makes("gs-printed-image", letters.discharge, "ghostscript's pdfimage24: a page printed into an image", expect="hidden", after="fpdf2")
def gs_printed_image(document, path):
    call("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfimage24", "-r150", f"-sOutputFile={path}", source(path, "fpdf2"))


@makes("qpdf-linearised", letters.letter, "qpdf, linearised, object streams, of LibreOffice's letter", after="libreoffice-odt")
def qpdf_linearised(document, path):
    call("qpdf", "--deterministic-id", "--linearize", "--object-streams=generate", source(path, "libreoffice-odt"), path, ok=(0, 3))


@makes("qpdf-plain", letters.letter, "qpdf's QDF: nothing compressed, of pdfTeX's letter", after="pdflatex")
def qpdf_plain(document, path):
    call("qpdf", "--deterministic-id", "--qdf", "--object-streams=disable", source(path, "pdflatex"), path, ok=(0, 3))


@makes("encrypted-rc4", letters.letter, "RC4 of 40 bits with an empty user password", after="reportlab-canvas")
def encrypted_rc4(document, path):
    call("qpdf", "--allow-weak-crypto", "--static-id", "--encrypt", "", "owner", "40", "--print=n", "--", source(path, "reportlab-canvas"), path, ok=(0, 3))


@makes("encrypted-aes128", letters.discharge, "AES of 128 bits with an empty user password, object streams", after="fpdf2")
def encrypted_aes128(document, path):
    call("qpdf", "--allow-weak-crypto", "--static-id", "--object-streams=generate", "--encrypt", "", "owner", "128", "--use-aes=y", "--", source(path, "fpdf2"), path, ok=(0, 3))


@makes("encrypted-aes256", letters.lab, "AES of 256 bits (revision 6) with an empty user password", after="cairosvg")
def encrypted_aes256(document, path):
    import pikepdf
    with pikepdf.open(source(path, "cairosvg")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="", R=6), object_stream_mode=pikepdf.ObjectStreamMode.generate)


@makes("encrypted-locked", letters.letter, "a user password that nobody here knows", expect="hidden", after="typst")
def encrypted_locked(document, path):
    import pikepdf
    with pikepdf.open(source(path, "typst")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="secret", R=6))


@makes("pikepdf-old-filters", letters.referral, "pikepdf: streams in ASCII85 over Flate and in LZW over hex, as old printers want them", after="weasyprint")
def pikepdf_old_filters(document, path):
    import base64
    import zlib
    import pikepdf
    with pikepdf.open(source(path, "weasyprint")) as pdf:
        for number, thing in enumerate(pdf.objects):
            if isinstance(thing, pikepdf.Stream) and "/Subtype" not in thing and "/Type" not in thing:
                data = thing.read_bytes()
                if number % 2:
                    thing.write(base64.a85encode(zlib.compress(data)) + b"~>", filter=[pikepdf.Name.ASCII85Decode, pikepdf.Name.FlateDecode])
                else:
                    thing.write(zlib.compress(data).hex().encode() + b">", filter=[pikepdf.Name.ASCIIHexDecode, pikepdf.Name.FlateDecode])
        pdf.save(path, deterministic_id=True, compress_streams=False)


@makes("widths-lie", letters.clinic_list, "Chromium's list, whose fonts say that every glyph is three times as wide as it is; each is placed by itself, so nothing looks different", after="chromium-rich")
def widths_lie(document, path):
    import pikepdf
    with pikepdf.open(source(path, "chromium-rich")) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/W" in thing and "/CIDSystemInfo" in thing:
                del thing["/W"]
                thing.DW = 1869
        pdf.save(path, deterministic_id=True)


@makes("maps-exchanged", letters.discharge, "fpdf2's summary, whose regular face has the map of its bold one: some letters say nothing, names are seen around them", expect="hidden", after="fpdf2")
def maps_exchanged(document, path):
    import pikepdf
    with pikepdf.open(source(path, "fpdf2")) as pdf:
        fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing]
        bold = next(font for font in fonts if "Bold" in str(font.BaseFont))
        for font in fonts:
            font.ToUnicode = bold.ToUnicode
        pdf.save(path, deterministic_id=True)


@makes("pypdf-merged", letters.letter, "pypdf: a letter with another patient's letter stamped behind it as a second page and a form over the first", after="jspdf")
def pypdf_merged(document, path):
    from pypdf import PdfReader, PdfWriter
    writer = PdfWriter()
    writer.append(str(source(path, "jspdf")))
    stamp = PdfReader(str(source(path, "pdfkit"))).pages[0]
    page = writer.add_page(stamp)
    page.rotate(180)
    page.transfer_rotation_to_content()
    other = letters.radiology("pdfkit")
    document.identifiers += [i for i in other.identifiers if i not in document.identifiers]
    document.turns = (180,)
    with open(path, "wb") as out:
        writer.write(out)

"""A small writer of PDF for what no library would write: objects as bytes, streams, pages, a classic cross-reference table.

example: pdf = Raw(); pdf.page(b"BT /F1 12 Tf 50 700 Td (Hello) Tj ET"); pdf.save(path)
"""
import functools
import io
import logging
import zlib

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.ERROR)
SANS = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LATIN = [chr(c) for c in range(32, 127)] + [chr(c) for c in range(160, 256)]


@functools.cache
def part_of(file, more=""):
    """The Latin part of a font file, and the font itself to measure with."""
    font = TTFont(file)
    options = subset.Options(glyph_names=True, notdef_outline=True, layout_features=[])
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[ord(c) for c in LATIN + list(more)])
    cut.subset(font)
    out = io.BytesIO()
    font["head"].modified = 3800000000
    font.recalcTimestamp = False
    font.save(out)
    return out.getvalue(), TTFont(io.BytesIO(out.getvalue()))


def width(char, file=SANS):
    """The advance of a character in thousandths of the size."""
    font = part_of(file)[1]
    glyph = font.getBestCmap().get(ord(char), ".notdef")
    return font["hmtx"][glyph][0] * 1000 / font["head"].unitsPerEm


def measure(text, size, file=SANS):
    return sum(width(c, file) for c in text) * size / 1000


def string(text):
    """A literal string in Latin 1."""
    return b"(" + text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


class Raw:
    """Objects are numbered from 1 in the order they are added; 1 is the catalogue, 2 the page tree."""

    def __init__(self, compress=True):
        self.objects = [None, None]
        self.pages = []
        self.compress = compress
        self.catalogue = b""
        self.info = b"/Producer (Raw) /CreationDate (D:20240612000000Z)"
        self.tree = b""

    def add(self, body):
        self.objects.append(body if isinstance(body, bytes) else body.encode("latin-1"))
        return len(self.objects)

    def stream(self, entries, data, compress=None):
        entries = entries if isinstance(entries, bytes) else entries.encode("latin-1")
        if self.compress if compress is None else compress:
            data, entries = zlib.compress(data, 9), entries + b" /Filter /FlateDecode"
        return self.add(b"<< " + entries + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream")

    @functools.cached_property
    def sans(self):
        """A simple font: Liberation Sans in WinAnsi encoding, embedded."""
        return self.simple(SANS, "LiberationSans")

    @functools.cached_property
    def standard(self):
        return self.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")

    @functools.cached_property
    def bold(self):
        return self.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")

    def simple(self, file, name, encoding="/WinAnsiEncoding", more=""):
        data = part_of(file)[0]
        kept = self.stream(f"/Length1 {len(data)}", data)
        described = self.add(f"<< /Type /FontDescriptor /FontName /ABCDEF+{name} /Flags 32 /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 /Ascent 905 /Descent -212 "
                             f"/CapHeight 700 /StemV 80 /FontFile2 {kept} 0 R >>")
        widths = " ".join(f"{width(bytes([c]).decode('cp1252', 'replace'), file):.0f}" for c in range(32, 256))
        return self.add(f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+{name} /FirstChar 32 /LastChar 255 /Widths [{widths}] /Encoding {encoding} "
                        f"/FontDescriptor {described} 0 R {more} >>")

    def composite(self, file, name, to_unicode=None, more=""):
        """A font of two-byte codes that are glyph numbers; `to_unicode` maps a character to what the font says that it is, or there is no such map."""
        data, font = part_of(file, more)
        kept = self.stream(f"/Length1 {len(data)}", data)
        described = self.add(f"<< /Type /FontDescriptor /FontName /ABCDEF+{name} /Flags 4 /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 /Ascent 905 /Descent -212 "
                             f"/CapHeight 700 /StemV 80 /FontFile2 {kept} 0 R >>")
        order = font.getGlyphOrder()
        units = font["head"].unitsPerEm
        widths = " ".join(f"{font['hmtx'][g][0] * 1000 / units:.0f}" for g in order)
        below = self.add(f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
                         f"/FontDescriptor {described} 0 R /CIDToGIDMap /Identity /DW 500 /W [0 [{widths}]] >>")
        mapped = ""
        codes = {c: order.index(g) for c, g in ((chr(u), g) for u, g in font.getBestCmap().items())}
        if to_unicode is not None:
            mapped = f"/ToUnicode {self.stream('', cmap({code: to_unicode(c) for c, code in codes.items()}, 2))} 0 R"
        number = self.add(f"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+{name} /Encoding /Identity-H /DescendantFonts [{below} 0 R] {mapped} >>")
        return number, lambda text: b"<" + "".join(f"{codes.get(c, 0):04x}" for c in text).encode() + b">"

    def page(self, content, resources="", size=(595, 842), more="", streams=None):
        """Adds a page; `content` in one stream, or `streams` in several. F1 is Liberation Sans, F2 Helvetica, F3 Helvetica-Bold."""
        numbers = [self.stream(b"", part) for part in (streams or [content])]
        box = " ".join(str(s) for s in ((0, 0) + tuple(size) if len(size) == 2 else size))
        if "/Font" not in resources:
            resources += f" /Font << {self.fonts} >>"
        self.pages.append(self.add(f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents [{' '.join(f'{n} 0 R' for n in numbers)}] /Resources << {resources} >> {more} >>"))
        return self.pages[-1]

    @property
    def fonts(self):
        return f"/F1 {self.sans} 0 R /F2 {self.standard} 0 R /F3 {self.bold} 0 R"

    def form(self, content, resources=None, box=(0, 0, 595, 842), more=""):
        resources = f"/Font << {self.fonts} >>" if resources is None else resources
        return self.stream(f"/Type /XObject /Subtype /Form /BBox [{' '.join(map(str, box))}] /Resources << {resources} >> {more}", content)

    def image(self, picture, more=""):
        """An image of grey or RGB."""
        space = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}[picture.mode]
        return self.stream(f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /ColorSpace {space} /BitsPerComponent 8 {more}", picture.tobytes())

    def bytes(self, trailer=""):
        self.objects[0] = b"<< /Type /Catalog /Pages 2 0 R " + self.catalogue + b" >>"
        self.objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] %s >>" % (len(self.pages), b" ".join(b"%d 0 R" % n for n in self.pages), self.tree)
        info = self.add(b"<< " + self.info + b" >>")
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        at = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
        out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, info, trailer.encode(), at)
        return bytes(out)

    def save(self, path, trailer=""):
        path.write_bytes(self.bytes(trailer))


def cmap(mapping, size):
    """A ToUnicode map of codes of `size` bytes."""
    rows = [f"<{code:0{size * 2}x}> <{text.encode('utf-16-be').hex()}>" for code, text in sorted(mapping.items())]
    parts = "\n".join(f"{len(rows[i:i + 100])} beginbfchar\n" + "\n".join(rows[i:i + 100]) + "\nendbfchar" for i in range(0, len(rows), 100))
    return (f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange "
            f"<{'00' * size}> <{'ff' * size}> endcodespacerange\n{parts}\nendcmap CMapName currentdict /CMap defineresource pop end end").encode()

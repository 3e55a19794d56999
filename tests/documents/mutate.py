#!/usr/bin/env python3
"""Makes broken, hostile and subtly wrong PDFs of the documents that make.py made, seeded: the same number is the same file in every run.

usage: mutate.py [--documents tests/documents/out] [--count 1000] [--seed 1] [--out FOLDER]

Three families in turn: wrong bytes (cut, flipped, spliced, lengths, cross-references); wrong structure that still draws (widths, matrices, encodings,
boxes, operators changed: where a viewer masks other places than those where glyphs stand, identifiers are seen); hostile files (cycles, bombs, depths,
sizes). The truth of a mutant is that of its document.

example: for mutant in mutants(folder, 1000, 1): mutant.name, mutant.data, mutant.truth
"""
import argparse
import functools
import io
import json
import os
import pathlib
import random
import re
import sys
import zlib
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv" / "bin" / "python"
if __name__ == "__main__" and VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(str(VENV), [str(VENV), *sys.argv])

import pikepdf  # noqa: E402
from pikepdf import Array, Dictionary, Name, Stream  # noqa: E402

sys.path.insert(0, str(HERE))
import letters  # noqa: E402
from rawpdf import Raw, cmap, string  # noqa: E402

BYTES, STRUCTURES, HOSTILE = [], [], []


@dataclass
class Mutant:
    name: str
    kind: str
    data: bytes
    truth: dict


def kind(family):
    def keep(make):
        family.append(make)
        return make
    return keep


# ------------------------------------------------------------------------------------------------ wrong bytes

@kind(BYTES)
def truncated(rng, data):
    return data[:rng.randrange(len(data))]


@kind(BYTES)
def flipped(rng, data):
    out = bytearray(data)
    for _ in range(rng.choice([1, 3, 20, 200])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


@kind(BYTES)
def spliced(rng, data):
    out = bytearray(data)
    for _ in range(rng.choice([1, 2, 6])):
        a, b, n = rng.randrange(len(out)), rng.randrange(len(out)), rng.randrange(1, 2000)
        out[a:a + rng.randrange(0, 200)] = out[b:b + n]
    return bytes(out)


@kind(BYTES)
def cut_out(rng, data):
    a = rng.randrange(len(data))
    return data[:a] + data[a + rng.randrange(1, 5000):]


def replaced(rng, data, pattern, make, share=0.5):
    """Replaces some of what fits the pattern."""
    return re.sub(pattern, lambda m: make(m) if rng.random() < share else m.group(), data)


@kind(BYTES)
def lengths_wrong(rng, data):
    return replaced(rng, data, rb"/Length (\d+)", lambda m: b"/Length " + rng.choice([b"0", b"-1", b"1", b"99999999999", b"%d" % (int(m.group(1)) + rng.randrange(-40, 40)), b"(x)", b"3 0 R"]))


@kind(BYTES)
def xref_broken(rng, data):
    choice = rng.randrange(4)
    if choice == 0:
        return replaced(rng, data, rb"\d{10} \d{5} n", lambda m: b"%010d 00000 n" % rng.randrange(len(data) * 2), 0.3)
    if choice == 1:
        return replaced(rng, data, rb"startxref\s+\d+", lambda m: b"startxref\n%d" % rng.choice([0, 5, len(data) - 3, 99999999999, len(data) // 2]), 1)
    if choice == 2:
        return data.replace(b"startxref", b"startxfer").replace(b"trailer", b"tailer")
    return replaced(rng, data, rb"xref\s+(\d+) (\d+)", lambda m: b"xref\n%d %d" % (rng.randrange(5), rng.choice([0, 1, 2**31, 10**9])), 1)


@kind(BYTES)
def objects_swapped(rng, data):
    numbers = sorted({int(n) for n in re.findall(rb"(?<!\d)(\d{1,5}) 0 obj", data)})
    if len(numbers) < 2:
        return flipped(rng, data)
    a, b = rng.sample(numbers, 2)
    return re.sub(rb"(?<!\d)(%d|%d) 0 obj" % (a, b), lambda m: b"%d 0 obj" % (b if int(m.group(1)) == a else a), data)


@kind(BYTES)
def references_swapped(rng, data):
    numbers = sorted({int(n) for n in re.findall(rb"(?<!\d)(\d{1,5}) 0 R", data)}) or [1]
    return replaced(rng, data, rb"(?<!\d)(\d{1,5}) 0 R", lambda m: b"%d 0 R" % rng.choice(numbers), rng.choice([0.02, 0.1, 0.5]))


@kind(BYTES)
def names_changed(rng, data):
    names = sorted(set(re.findall(rb"/[A-Z][A-Za-z0-9]{1,14}", data))) or [b"/X"]
    return replaced(rng, data, rb"/[A-Z][A-Za-z0-9]{1,14}", lambda m: rng.choice(names), rng.choice([0.01, 0.05]))


@kind(BYTES)
def numbers_changed(rng, data):
    odd = [b"0", b"-1", b"1e400", b"nan", b"inf", b"99999999999999999999", b"-2147483648", b"4294967296", b"0.00000000000000000001", b"--5", b"1.2.3", b"+", b".", b"-"]
    return replaced(rng, data, rb"(?<=[\s\[])\d{1,6}(?=[\s\]])", lambda m: rng.choice(odd), rng.choice([0.005, 0.05]))


@kind(BYTES)
def something_before(rng, data):
    return rng.choice([b"\x00" * 600, b"HTTP/1.1 200 OK\r\n\r\n", b"<html>" + b" " * 2000, b"\xef\xbb\xbf", b"%!PS-Adobe-3.0\n"]) + data


@kind(BYTES)
def twice(rng, data):
    return data + data if rng.random() < 0.5 else data + b"\n" * rng.randrange(1, 3000) + b"%PDF-1.4 garbage"


@kind(BYTES)
def unpacked_and_flipped(rng, data):
    """Flips where nothing is compressed, so that what is flipped is read and not only refused by zlib."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        kept = io.BytesIO()
        pdf.save(kept, static_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return rng.choice([flipped, flipped, spliced, numbers_changed, names_changed])(rng, kept.getvalue())


# ------------------------------------------------------------------------------------------------ wrong structure that still draws

def opened(change):
    """A change of the opened document; it is saved as pikepdf saves."""
    @functools.wraps(change)
    def make(rng, data):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            change(rng, pdf)
            kept = io.BytesIO()
            pdf.save(kept, static_id=True, object_stream_mode=rng.choice([pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate]))
            return kept.getvalue()
    return make


def fonts(pdf):
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.Font]


def contents(pdf):
    """Every stream that holds operators."""
    out = []
    for page in pdf.pages:
        page.contents_coalesce()
        if "/Contents" in page.obj:
            out.append(page.obj.Contents)
    return out + [o for o in pdf.objects if isinstance(o, Stream) and (o.get("/Subtype") == Name.Form or o.get("/PatternType") == 1)]


@kind(STRUCTURES)
@opened
def widths_wrong(rng, pdf):
    how = rng.choice([0, 1, 10, -500, 3000, "random", "gone"])
    for font in fonts(pdf):
        if "/Widths" in font:
            if how == "gone":
                del font["/Widths"]
            else:
                font.Widths = Array([rng.randrange(0, 2000) if how == "random" else how for _ in font.Widths])
        if "/W" in font:
            del font["/W"]
            font.DW = rng.randrange(0, 2000) if isinstance(how, str) else how


@kind(STRUCTURES)
@opened
def boxes_of_fonts_wrong(rng, pdf):
    for o in pdf.objects:
        if isinstance(o, Dictionary):
            if "/FontBBox" in o:
                o.FontBBox = Array(rng.choice([[0, 0, 0, 0], [0, 0, 1, 1], [-9999, -9999, 9999, 9999], [5, 5, -5, -5]]))
            for key in ("/Ascent", "/Descent", "/CapHeight"):
                if key in o:
                    o[key] = rng.choice([0, -900, 1, 5000])


@kind(STRUCTURES)
@opened
def maps_wrong(rng, pdf):
    """ToUnicode gone, empty, of another font, or moved by one."""
    maps = [f.ToUnicode for f in fonts(pdf) if "/ToUnicode" in f]
    for font in fonts(pdf):
        if "/ToUnicode" in font:
            choice = rng.randrange(5)
            if choice == 0:
                del font["/ToUnicode"]
            elif choice == 1:
                font.ToUnicode = pdf.make_stream(b"")
            elif choice == 2:
                font.ToUnicode = rng.choice(maps)
            elif choice == 3:
                font.ToUnicode = pdf.make_stream(cmap({c: chr(0x20) for c in range(256)}, 1))
            else:
                font.ToUnicode = Name("/Identity-H")


@kind(STRUCTURES)
@opened
def encodings_wrong(rng, pdf):
    for font in fonts(pdf):
        font.Encoding = rng.choice([Name.WinAnsiEncoding, Name.MacRomanEncoding, Name("/Identity-V"), Name("/90ms-RKSJ-H"), Name.StandardEncoding, Name("/Nothing"),
                                    Dictionary(Differences=Array([32] + [Name("/space")] * 90)), Dictionary(Differences=Array([32] + [Name(f"/g{n}") for n in range(90)]))])


@kind(STRUCTURES)
@opened
def fonts_exchanged(rng, pdf):
    for o in list(pdf.objects):
        if isinstance(o, Dictionary) and isinstance(o.get("/Font"), Dictionary) and len(o.Font.keys()) > 1:
            keys = list(o.Font.keys())
            values = [o.Font[k] for k in keys]
            rng.shuffle(values)
            for k, v in zip(keys, values):
                o.Font[k] = v
    for font in fonts(pdf):
        if rng.random() < 0.3:
            font.Subtype = rng.choice([Name.Type1, Name.TrueType, Name.Type3, Name.MMType1, Name.Type0])


@kind(STRUCTURES)
@opened
def font_files_broken(rng, pdf):
    for o in pdf.objects:
        if isinstance(o, Dictionary):
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if isinstance(o.get(key), Stream) and rng.random() < 0.8:
                    data = bytearray(o[key].read_bytes())
                    for _ in range(rng.choice([1, 10, 100])):
                        if data:
                            data[rng.randrange(len(data))] = rng.randrange(256)
                    o[key].write(bytes(data))


@kind(STRUCTURES)
@opened
def boxes_of_pages_wrong(rng, pdf):
    for page in pdf.pages:
        page.obj[rng.choice(["/MediaBox", "/CropBox", "/TrimBox", "/BleedBox"])] = Array(rng.choice([
            [0, 0, 0, 0], [0, 0, 1, 1], [595, 842, 0, 0], [-1000, -1000, 1600, 1900], [0, 0, 595], [100, 100, 300, 300], [0, 0, 5, 20000], [0, 0, 100000, 100000], [0, 0, 1000000000, 1000000000]]))
        if rng.random() < 0.4:
            page.obj.UserUnit = rng.choice([0, 0.1, 3, 100, 1000000, -1])


@kind(STRUCTURES)
@opened
def pages_turned(rng, pdf):
    for page in pdf.pages:
        page.obj.Rotate = rng.choice([45, 90, 180, 270, -90, 450, 1, 360, 2147483647])


@kind(STRUCTURES)
@opened
def operators_changed(rng, pdf):
    """Operators taken out, doubled, exchanged or put in: text state and graphics state come apart."""
    more = [b"q", b"Q", b"BT", b"ET", b"3 Tr", b"7 Tr", b"0 Tr", b"1 0 0 -1 0 842 cm", b"0.5 0 0 0.5 0 0 cm", b"0 Tz", b"400 Tz", b"-100 Tz", b"50 Ts", b"20 Tc", b"-8 Tc", b"100 Tw", b"0 0 0 0 0 0 Tm",
            b"1 0 0 1 50 700 Tm", b"0 1 -1 0 300 100 Tm", b"-1 0 0 1 500 500 Tm", b"1 1 1 1 0 0 Tm", b"T*", b"-900 TL", b"W n", b"EMC", b"/Span << /ActualText (x) >> BDC", b"/OC /None BDC", b"1 g", b"/Nothing gs",
            b"BX", b"EX", b"/Nothing Do", b"/F1 0 Tf", b"/F1 -12 Tf", b"/F1 400 Tf", b"/Nothing 12 Tf", b"f", b"0 0 595 842 re W n", b"(secret) '", b"[(a) 1e9 (b)] TJ"]
    for stream in contents(pdf):
        tokens = re.split(rb"(?<=[A-Za-z*'\"\]])\s+", stream.read_bytes())
        for _ in range(rng.choice([1, 2, 8, 40])):
            if not tokens:
                break
            at = rng.randrange(len(tokens))
            choice = rng.randrange(4)
            if choice == 0:
                del tokens[at]
            elif choice == 1:
                tokens.insert(at, tokens[at])
            elif choice == 2:
                other = rng.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            else:
                tokens.insert(at, rng.choice(more))
        stream.write(b"\n".join(tokens))


@kind(STRUCTURES)
@opened
def state_before_everything(rng, pdf):
    """A state that the first operators leave behind, or that the page is drawn in."""
    before = [b"0.7 0.7 -0.7 0.7 200 0 cm ", b"1 0 0 -1 0 842 cm ", b"2 0 0 2 -200 -700 cm ", b"1 0 0.6 1 -250 0 cm ", b"50 Tz ", b"4 Tc ", b"12 Ts ", b"BT /F1 12 Tf ", b"q q q ", b"0.01 0 0 0.01 0 0 cm 100 0 0 100 0 0 cm ", b"2 Tr 0.3 w ",
              b"-1 0 0 1 595 0 cm ", b"20 Tw ", b"1e-9 0 0 1e-9 0 0 cm 1e9 0 0 1e9 0 0 cm "]
    chosen = rng.choice(before)
    for page in pdf.pages:
        page.contents_coalesce()
        page.obj.Contents.write(chosen + page.obj.Contents.read_bytes())


@kind(STRUCTURES)
@opened
def text_numbers_changed(rng, pdf):
    for stream in contents(pdf):
        stream.write(re.sub(rb"(?<![\w.(<])-?\d+\.?\d*(?=\s)", lambda m: (b"%.3f" % (float(m.group()) * rng.choice([0, -1, 0.5, 2, 1.1, 100, 1e-6]))) if rng.random() < 0.02 else m.group(), stream.read_bytes()))


@kind(STRUCTURES)
@opened
def matrices_of_forms_wrong(rng, pdf):
    for o in pdf.objects:
        if isinstance(o, Stream) and o.get("/Subtype") == Name.Form:
            o.Matrix = Array(rng.choice([[0, 0, 0, 0, 0, 0], [1, 0, 0, -1, 0, 842], [2, 0, 0, 2, 0, 0], [0, 1, -1, 0, 595, 0], [1, 0, 0, 1, 20, 20]]))
            if rng.random() < 0.4:
                o.BBox = Array([0, 0, 0, 0] if rng.random() < 0.5 else [-10000, -10000, 10000, 10000])


@kind(STRUCTURES)
@opened
def wrapped(rng, pdf):
    """The page's content in a form, a group, a pattern or a stamp: the same picture by another way."""
    for page in pdf.pages:
        page.contents_coalesce()
        body = page.obj.Contents.read_bytes() if "/Contents" in page.obj else b""
        resources = page.obj.get("/Resources", Dictionary())
        box = page.obj.get("/MediaBox", Array([0, 0, 595, 842]))
        how = rng.randrange(4)
        if how == 0:
            form = pdf.make_stream(body, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources)
            page.obj.Contents = pdf.make_stream(b"/Wrapped Do")
            page.obj.Resources = Dictionary(XObject=Dictionary(Wrapped=form))
        elif how == 1:
            form = pdf.make_stream(body, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources, Group=Dictionary(S=Name.Transparency, I=True, K=True))
            page.obj.Contents = pdf.make_stream(b"/G gs /Wrapped Do")
            page.obj.Resources = Dictionary(XObject=Dictionary(Wrapped=form), ExtGState=Dictionary(G=Dictionary(ca=0.9, BM=Name.Multiply)))
        elif how == 2:
            cell = pdf.make_stream(body, Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=box, XStep=3000, YStep=3000, Resources=resources)
            page.obj.Contents = pdf.make_stream(b"/Pattern cs /P scn -100 -100 3000 3000 re f")
            page.obj.Resources = Dictionary(Pattern=Dictionary(P=cell))
        else:
            form = pdf.make_stream(body, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources)
            page.obj.Contents = pdf.make_stream(b"")
            page.obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=box, F=4, AP=Dictionary(N=form)))])


@kind(STRUCTURES)
@opened
def layers_changed(rng, pdf):
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    state = {"OFF" if rng.random() < 0.5 else "ON": Array([layer])}
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(**state))
    for page in pdf.pages:
        page.contents_coalesce()
        if "/Contents" in page.obj:
            body = page.obj.Contents.read_bytes()
            half = body.find(b"ET", len(body) // 2) + 2
            page.obj.Contents.write(b"/OC /L BDC\n" + body[:half] + b"\nEMC\n" + body[half:])
            if "/Resources" in page.obj:
                page.obj.Resources.Properties = Dictionary(L=layer)


@kind(STRUCTURES)
@opened
def pages_mixed(rng, pdf):
    """The content twice, in several streams, in reverse order, and the same page many times."""
    for page in list(pdf.pages):
        page.contents_coalesce()
        if "/Contents" in page.obj:
            body = page.obj.Contents.read_bytes()
            places = sorted(rng.randrange(len(body) + 1) for _ in range(rng.randrange(1, 9)))
            space = [m.start() for m in re.finditer(rb"\s(?=BT|q\s)", body)] or [0]
            places = sorted({rng.choice(space) for _ in places})
            parts = [body[a:b] for a, b in zip([0] + places, places + [len(body)])]
            if rng.random() < 0.4:
                rng.shuffle(parts)
            page.obj.Contents = Array([pdf.make_stream(part) for part in parts])
    if rng.random() < 0.3:
        for _ in range(30):
            pdf.pages.append(pdf.pages[0])


# ------------------------------------------------------------------------------------------------ hostile

def base(name="hostile"):
    """A letter with everything readable, to which something hostile is done."""
    document = letters.letter(name)
    pdf = Raw(compress=False)
    pdf.fonts  # made first, so that the numbers of what is made later are known beforehand
    from producers.awkward_text import line_at, placed
    body = b"\n".join(line_at(*line) for page in placed(document) for line in page)
    return pdf, body


def hostile(change):
    """`change(rng, pdf, body)` returns bytes, or None after it has added the page."""
    @functools.wraps(change)
    def make(rng, _):
        pdf, body = base()
        return change(rng, pdf, body) or pdf.bytes()
    make.is_letter = True
    HOSTILE.append(make)
    return make


@functools.cache
def zeros(size, times=2):
    """`size` zero bytes, compressed `times` times over."""
    packer, out = zlib.compressobj(9), []
    for _ in range(size >> 20):
        out.append(packer.compress(bytes(1 << 20)))
    data = b"".join(out) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


@hostile
def page_tree_cycle(rng, pdf, body):
    pdf.page(body)
    pdf.pages += rng.choice([[2], [2, 2, 2], [1], [pdf.pages[0]] * 3])
    node = pdf.add("<< /Type /Pages /Count 5 /Kids [2 0 R] /Parent 2 0 R >>")
    pdf.pages.append(node)


@hostile
def parent_cycle(rng, pdf, body):
    number = pdf.page(body)
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Parent 2 0 R", b"/Parent %d 0 R" % number).replace(b"/MediaBox [0 0 595 842]", b"")
    pdf.tree = b"/Parent %d 0 R" % rng.choice([2, number])


@hostile
def count_huge(rng, pdf, body):
    pdf.page(body)
    return pdf.bytes().replace(b"/Count 1", b"/Count " + rng.choice([b"2147483647", b"99999999999999999999", b"-5", b"0", b"1e30"]))


@hostile
def pages_without_end(rng, pdf, body):
    pdf.pages = [pdf.page(body)] * rng.choice([10_000, 200_000])


@hostile
def media_box_huge(rng, pdf, body):
    number = pdf.page(body, more=rng.choice(["", "/UserUnit 1000000", "/UserUnit -3", "/UserUnit 0"]))
    box = rng.choice([b"[0 0 1000000000 1000000000]", b"[0 0 nan inf]", b"[0 0 1e400 1e400]", b"[-2147483648 -2147483648 2147483647 2147483647]", b"[0 0 14400 14400]", b"[0 0 0.001 0.001]", b"[0 0 3 2000000]",
                      b"[0 0 99999999999999999999999999999999999999999999 5]", b"null", b"[[[]]]"])
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"[0 0 595 842]", box)


@hostile
def deep_arrays(rng, pdf, body):
    depth = rng.choice([500, 20_000, 300_000])
    opening, closing = rng.choice([(b"[", b"]"), (b"<</A ", b">>")])
    nest = opening * depth + (b"0" if opening == b"[" else b"1") + closing * depth
    if rng.random() < 0.5:
        pdf.page(body, more="/Deep " + nest.decode())
    else:
        pdf.page(nest + b" TJ\n" + body)


@hostile
def deep_states(rng, pdf, body):
    word = rng.choice([b"q ", b"BT ", b"/A BMC ", b"BX ", b"q 1 0 0 1 0 0 cm ", b"q 0 0 595 842 re W n "])
    pdf.page(word * rng.choice([1000, 100_000, 500_000]) + body)


@hostile
def unbalanced(rng, pdf, body):
    pdf.page(b"Q " * 50_000 + b"ET " * 1000 + b"EMC " * 1000 + body.replace(b"ET", b"Q ET Q"))


@hostile
def form_in_itself(rng, pdf, body):
    fonts_of = f"/Font << {pdf.fonts} >>"
    number = len(pdf.objects) + 1
    pdf.form(body + b" /X Do /X Do /Y Do", resources=f"{fonts_of} /XObject << /X {number} 0 R /Y {number + 1} 0 R >>")
    pdf.form(b"/X Do", resources=f"/XObject << /X {number} 0 R >>")
    pdf.page(b"/X Do", resources=f"{fonts_of} /XObject << /X {number} 0 R >>")


@hostile
def forms_by_the_billion(rng, pdf, body):
    number = pdf.form(body)
    for _ in range(rng.choice([9, 30])):
        number = pdf.form(b"/X Do " * 10, resources=f"/XObject << /X {number} 0 R >>")
    pdf.page(body + b" /X Do", resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")


@hostile
def forms_in_depth(rng, pdf, body):
    number = pdf.form(body)
    for _ in range(rng.choice([100, 5000])):
        number = pdf.form(b"q /X Do Q", resources=f"/XObject << /X {number} 0 R >>")
    pdf.page(b"/X Do", resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")


@hostile
def flate_bomb(rng, pdf, body):
    where = rng.randrange(5)
    if where == 0:
        pdf.page(body, streams=[body])
        pdf.objects[int(re.search(rb"/Contents \[(\d+)", pdf.objects[pdf.pages[0] - 1]).group(1)) - 1] = (
            b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n" % len(zeros(1 << 30)) + zeros(1 << 30) + b"\nendstream")
        return None
    entries, data = b"/Filter [/FlateDecode /FlateDecode]", zeros(1 << 30)
    if where == 1:
        number = pdf.stream(b"/Type /XObject /Subtype /Image /Width 32768 /Height 32768 /ColorSpace /DeviceGray /BitsPerComponent 8 " + entries, data)
        pdf.page(body + b" q 500 0 0 500 0 0 cm /X Do Q", resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")
    elif where == 2:
        number = pdf.stream(entries, data)
        pdf.page(body.replace(b"/F1", b"/B"), resources=f"/Font << /B << /Type /Font /Subtype /TrueType /BaseFont /B /Encoding /WinAnsiEncoding /ToUnicode {number} 0 R /FontDescriptor << /FontFile2 {number} 0 R "
                 f"/Flags 32 /FontName /B >> >> /F2 {pdf.standard} 0 R >>")
    elif where == 3:
        number = pdf.stream(b"/Type /ObjStm /N 1000000 /First 8000000 " + entries, data)
        pdf.page(body, more=f"/Resources2 {number} 0 R")
    else:
        number = pdf.stream(b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] " + entries, data)
        pdf.page(body + b" /X Do", resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")
    return None


@hostile
def filters_chained(rng, pdf, body):
    choice = rng.randrange(4)
    if choice == 0:
        entries, data = b"/Filter [" + b"/FlateDecode " * 3000 + b"]", zlib.compress(body)
    elif choice == 1:
        data = bytes([129, 32]) * 200_000
        for _ in range(3):
            data = b"".join(bytes([len(data[i:i + 128]) - 1]) + data[i:i + 128] for i in range(0, len(data), 128)) + b"\x80"
        entries = b"/Filter [" + b"/RunLengthDecode " * 4 + b"]"
    elif choice == 2:
        entries, data = b"/Filter [/ASCII85Decode /ASCII85Decode /ASCIIHexDecode]", b"z" * 3_000_000 + b"~>"
    else:
        entries, data = b"/Filter /FlateDecode /DecodeParms << /Predictor %d /Columns %d /Colors %d /BitsPerComponent %d >>" % (
            rng.choice([2, 12, 15, 99]), rng.choice([0, 1, 2**31 - 1, 10**12]), rng.choice([0, 1, 10**9]), rng.choice([0, 8, 16, 10**6])), zlib.compress(body)
    number = pdf.stream(entries, data)
    pdf.page(body)
    pdf.objects[pdf.pages[0] - 1] = re.sub(rb"/Contents \[", b"/Contents [%d 0 R " % number, pdf.objects[pdf.pages[0] - 1])


@hostile
def images_enormous(rng, pdf, body):
    wide = rng.choice([10**9, 2**31 - 1, 2**32, 65535, -5, 0])
    high = rng.choice([10**9, 1, 65535, 2**31])
    entries = rng.choice([
        b"/ColorSpace /DeviceRGB /BitsPerComponent 8", b"/ColorSpace /DeviceCMYK /BitsPerComponent 16", b"/ImageMask true /BitsPerComponent 1", b"/ColorSpace [/Indexed /DeviceRGB 2147483647 (abc)] /BitsPerComponent 32",
        b"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", b"/Filter /JPXDecode", b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 1000000000 /Rows 1000000000 >>",
        b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode"])
    jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00" + bytes(500)
    number = pdf.stream(b"/Type /XObject /Subtype /Image /Width %d /Height %d " % (wide, high) + entries, jpeg if b"DCT" in entries else rng.randbytes(2000))
    inline = b" BI /W 1000000000 /H 1000000000 /BPC 8 /CS /RGB ID " + bytes(200) + b" EI " if rng.random() < 0.3 else b""
    pdf.page(body + b" q 500 0 0 500 0 0 cm /X Do Q" + inline, resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")


@hostile
def image_masks_itself(rng, pdf, body):
    number = len(pdf.objects) + 1
    pdf.stream(f"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace [/Indexed {number} 0 R 3 (abcabcabcabc)] /BitsPerComponent 8 /SMask {number} 0 R /Mask {number} 0 R", bytes(64))
    pdf.page(body + b" q 500 0 0 500 0 0 cm /X Do Q", resources=f"/Font << {pdf.fonts} >> /XObject << /X {number} 0 R >>")


@hostile
def inline_image_without_end(rng, pdf, body):
    pdf.page(body[:len(body) // 2] + b"\nBI /W 10 /H 10 /BPC 8 /CS /G ID " + rng.randbytes(90) + b"\n" + body[len(body) // 2:])


@hostile
def glyphs_in_themselves(rng, pdf, body):
    number = len(pdf.objects) + 2
    times = rng.choice([1, 40])
    pdf.stream(b"", b"1000 0 d0 " + b"BT /T 1 Tf (AAAA) Tj ET " * times + b" 0 0 1 1 re f")
    pdf.add(f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a {number - 1} 0 R >> /Encoding << /Differences [65 /a] >> /FirstChar 65 /LastChar 65 /Widths [1000] "
            f"/Resources << /Font << /T {number} 0 R >> >> >>")
    pdf.page(b"BT /T 12 Tf 50 50 Td (AAAAAAAA) Tj ET " + body, resources=f"/Font << {pdf.fonts} /T {number} 0 R >>")


@hostile
def fonts_by_the_thousand(rng, pdf, body):
    count = rng.choice([3000, 20_000])
    names = " ".join(f"/N{n} << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [{n % 200} /A /B] >> >>" for n in range(count))
    use = b" ".join(b"BT /N%d 10 Tf 50 %d Td (Furosemide) Tj ET" % (n, n % 800) for n in range(count))
    pdf.page(body + use if rng.random() < 0.5 else body, resources=f"/Font << {pdf.fonts} {names} >>")


@hostile
def patterns_in_patterns(rng, pdf, body):
    number = len(pdf.objects) + 1
    if rng.random() < 0.5:
        pdf.stream(f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 10 /YStep 10 /Resources << /Pattern << /P {number} 0 R >> >>", b"/Pattern cs /P scn 0 0 10 10 re f")
    else:
        for n in range(20):
            pdf.stream(f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 10 10] /XStep 1 /YStep 1 /Resources << /Pattern << /P {number + n - 1 if n else number} 0 R >> >>",
                       b"/Pattern cs /P scn 0 0 10 10 re f " * 20 if n else b"0 0 5 5 re f")
        number += 19
    pdf.page(b"q /Pattern cs /P scn 0 0 595 842 re f Q " + body, resources=f"/Font << {pdf.fonts} >> /Pattern << /P {number} 0 R >>")


@hostile
def pattern_steps(rng, pdf, body):
    step = rng.choice(["0.0001", "0", "-0.00001", "1e-30", "nan"])
    number = pdf.stream(f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep {step} /YStep {step} /Resources << >>", b"0 0 1 1 re f")
    pdf.page(b"q /Pattern cs /P scn 0 0 595 842 re f Q " + body, resources=f"/Font << {pdf.fonts} >> /Pattern << /P {number} 0 R >>")


@hostile
def shadings_endless(rng, pdf, body):
    choice = rng.randrange(4)
    if choice == 0:
        function = "<< /FunctionType 0 /Domain [0 1] /Range [0 1 0 1 0 1] /Size [2000000000] /BitsPerSample 32 >>"
        function = f"{pdf.stream(function[2:-2], bytes(64))} 0 R"
    elif choice == 1:
        function = f"{pdf.stream('/FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1]', b'{ ' + b'{ ' * 50_000 + b'dup dup ' + b'} if ' * 50_000 + b'}')} 0 R"
    elif choice == 2:
        number = len(pdf.objects) + 1
        pdf.add(f"<< /FunctionType 3 /Domain [0 1] /Functions [{number} 0 R {number} 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>")
        function = f"{number} 0 R"
    else:
        function = "<< /FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N -1e30 >>"
    kind_of = rng.choice(["/ShadingType 2 /Coords [0 0 595 0]", "/ShadingType 3 /Coords [300 300 1e-9 300 300 1e9]", "/ShadingType 1 /Domain [0 1e9 0 1e9]"])
    pdf.page(b"/S sh " + body, resources=f"/Font << {pdf.fonts} >> /Shading << /S << {kind_of} /ColorSpace /DeviceRGB /Extend [true true] /Function {function} >> >>")


@hostile
def encryption_wrong(rng, pdf, body):
    pdf.page(body)
    wrong = rng.choice(["<< /Filter /Standard /V 99 /R 99 /O (x) /U (y) /P -1 >>", "<< /Filter /Standard /V 5 /R 6 /O () /U () /OE () /UE () /P 0 /Perms () /Length 0 >>", "<< /Filter /Other >>", "1 0 R", "null", "[ ]",
                        "<< /Filter /Standard /V 4 /R 4 /Length 128 /O (" + "o" * 32 + ") /U (" + "u" * 32 + ") /P -44 /CF << /StdCF << /CFM /AESV2 /Length 99999 >> >> /StmF /StdCF /StrF /StdCF >>",
                        "<< /Filter /Standard /V 1 /R 2 /Length -40 /O (" + "o" * 32 + ") /U (" + "u" * 32 + ") /P -44 >>"])
    return pdf.bytes(f"/Encrypt {wrong} /ID [(a) (b)]")


@hostile
def xref_loops(rng, pdf, body):
    pdf.page(body)
    data = pdf.bytes()
    at = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    prev = rng.choice([at, 0, 7, len(data) + 100, -1, 10**15])
    more = b"/Prev %d " % prev + (b"/XRefStm %d " % rng.choice([at, 0, 99]) if rng.random() < 0.5 else b"")
    return data.replace(b"trailer\n<< ", b"trailer\n<< " + more)


@hostile
def xref_chain(rng, pdf, body):
    pdf.page(body)
    data = bytearray(pdf.bytes())
    at = int(bytes(data).rsplit(b"startxref\n", 1)[1].split()[0])
    for _ in range(20_000):
        place = len(data)
        data += b"xref\n0 0\ntrailer\n<< /Size 20 /Root 1 0 R /Prev %d >>\n" % at
        at = place
    return bytes(data) + b"startxref\n%d\n%%%%EOF\n" % at


@hostile
def xref_streams_wrong(rng, pdf, body):
    pdf.page(body)
    data = pdf.bytes()
    place = len(data)
    w = rng.choice([b"[0 0 0]", b"[99 99 99]", b"[1 2 2]", b"[-1 4 2]", b"[1 2147483647 1]", b"[]"])
    index = rng.choice([b"[0 2000000000]", b"[0 -1]", b"[5 5 5 5]", b"[0]", b"[2147483647 10]"])
    table = rng.randbytes(400)
    data += b"99 0 obj\n<< /Type /XRef /Size 2000000000 /W %s /Index %s /Root 1 0 R /Prev %d /Length %d >>\nstream\n" % (w, index, rng.choice([place, 0]), len(table)) + table + b"\nendstream\nendobj\n"
    return data + b"startxref\n%d\n%%%%EOF\n" % place


@hostile
def object_stream_loops(rng, pdf, body):
    """An object stream that holds itself, extends itself, and says that it holds a thousand million objects."""
    pdf.page(body)
    first = pdf.bytes()
    place = len(first)
    inner = b"1 0 2 60 " + b"<< /Type /Catalog /Pages 2 0 R >>".ljust(60) + b"<< /Type /Pages /Kids [50 0 R 2 0 R] /Count 2 >>"
    out = first + b"50 0 obj\n<< /Type /ObjStm /N %d /First 9 /Extends 50 0 R /Length %d >>\nstream\n" % (rng.choice([2, 10**9]), len(inner)) + inner + b"\nendstream\nendobj\n"
    table = b"".join(bytes([2]) + (50).to_bytes(4, "big") + bytes([i]) for i in (0, 1)) + bytes([2]) + (50).to_bytes(4, "big") + bytes([0])
    at = len(out)
    out += b"51 0 obj\n<< /Type /XRef /Size 52 /W [1 4 1] /Index [1 2 50 1] /Root 1 0 R /Prev %d /Length %d >>\nstream\n" % (int(first.rsplit(b"startxref\n", 1)[1].split()[0]), len(table)) + table + b"\nendstream\nendobj\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % (at if rng.random() < 0.8 else place)


@hostile
def matrices_degenerate(rng, pdf, body):
    matrices = [b"0 0 0 0 0 0", b"1e-30 0 0 1e-30 0 0", b"1e30 0 0 1e30 0 0", b"nan 0 0 1 0 0", b"1 0 0 1 1e38 1e38", b"1 1 1 1 0 0", b"99999999999999999999 0 0 1 0 0", b"1 0 0 1 inf -inf"]
    out = []
    for line in body.split(b"\n"):
        out.append(b"q " + rng.choice(matrices) + b" cm " + line + b" Q " + (line if rng.random() < 0.7 else line.replace(b" Tf", b" Tf " + rng.choice(matrices) + b" Tm")))
    pdf.page(b"\n".join(out))


@hostile
def sizes_of_fonts_odd(rng, pdf, body):
    odd = [b"0", b"-11", b"1000000000", b"1e-20", b"nan", b"0.0001"]
    pdf.page(b"\n".join(re.sub(rb"Tf", rng.choice(odd) + b" Tz Tf", line) if rng.random() < 0.3 else re.sub(rb"/F1 \S+ Tf", b"/F1 " + rng.choice(odd) + b" Tf", line) if rng.random() < 0.3 else line for line in body.split(b"\n")))


@hostile
def operators_without_end(rng, pdf, body):
    many = rng.choice([b"0 0 m 595 842 l S ", b"0 0 595 842 re f ", b"BT /F1 8 Tf (x) Tj ET ", b"[0.0001 0.0001] 0 d 0 0 m 595 842 l S ", b"0 0 m " + b"1 2 3 4 5 6 c " * 50 + b"f ", b"1000000 w 0 0 m 1 1 l S ", b"q 0 0 595 842 re W* n Q "])
    pdf.page(body + b"\n" + many * (3_000_000 // len(many)))


@hostile
def text_without_end(rng, pdf, body):
    choice = rng.randrange(3)
    text = (b"Mrs Smith Furosemide 40 mg NHS No 943 476 5919 " * 60_000)[:2_500_000]
    if choice == 0:
        pdf.page(body + b" BT /F1 1 Tf 0 0 Td (" + text + b") Tj ET")
    elif choice == 1:
        pdf.page(body + b" BT /F1 1 Tf [" + b"(a) -5 " * 400_000 + b"] TJ ET")
    else:
        pdf.page(body + b"".join(b" BT /F1 4 Tf 1 0 0 1 %d %d Tm (%c) Tj ET" % (i * 7 % 590, i * 13 % 840, 97 + i % 26) for i in range(120_000)))


@hostile
def annotations_without_end(rng, pdf, body):
    number = len(pdf.objects) + 1
    pdf.add(f"<< /Type /Annot /Subtype /Stamp /Rect [0 0 595 842] /F 4 /Parent {number} 0 R /Popup {number} 0 R /AP << /N {number + 1} 0 R >> >>")
    pdf.form(body + b" /X Do", resources=f"/XObject << /X {number + 1} 0 R >> /Font << {pdf.fonts} >>")
    pdf.page(body, more=f"/Annots [{f'{number} 0 R ' * rng.choice([50, 100_000])}]")


@hostile
def maps_without_end(rng, pdf, body):
    number = len(pdf.objects) + 1
    text = rng.choice([b"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap",
                       b"begincmap /Own usecmap 1 beginbfrange <00> <ff> [" + b"<0041> " * 300_000 + b"] endbfrange endcmap", b"begincmap " + b"1 beginbfchar <41> <" + b"0041" * 500_000 + b"> endbfchar endcmap",
                       b"begincmap 2000000000 beginbfchar <41>", b"begincmap 256 beginbfchar " + b"".join(b"<%02x> <%s> " % (c, b"00780078" * 400) for c in range(256)) + b" endbfchar endcmap"])
    pdf.stream(f"/Type /CMap /CMapName /Own /UseCMap {number} 0 R", text)
    pdf.page(body.replace(b"/F1", b"/M"), resources=f"/Font << {pdf.fonts} /M << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode {number} 0 R >> >>")


@hostile
def contents_without_end(rng, pdf, body):
    number = pdf.page(body)
    stream = int(re.search(rb"/Contents \[(\d+)", pdf.objects[number - 1]).group(1))
    array = pdf.add(f"[{stream} 0 R " + f"{len(pdf.objects) + 1} 0 R " * rng.choice([1, 50_000]) + "]")
    pdf.objects[number - 1] = re.sub(rb"/Contents \[[^]]*\]", b"/Contents %d 0 R" % array, pdf.objects[number - 1])


@hostile
def references_in_a_ring(rng, pdf, body):
    number = pdf.page(body)
    ring = len(pdf.objects) + 1
    for n in range(5):
        pdf.add(f"{ring + (n + 1) % 5} 0 R")
    key = rng.choice([rb"/MediaBox \[[^]]*\]", rb"/Resources <<.*>> >>", rb"/Contents \[[^]]*\]"])
    name = key.split(b" ")[0]
    pdf.objects[number - 1] = re.sub(key, name + b" %d 0 R" % ring + (b" >>" if name == b"/Resources" else b""), pdf.objects[number - 1], flags=re.S)
    return None


@hostile
def length_of_itself(rng, pdf, body):
    pdf.page(body)
    data = pdf.bytes()
    return re.sub(rb"(\d+) 0 obj\n<< (.*?)/Length \d+", lambda m: m.group(1) + b" 0 obj\n<< " + m.group(2) + b"/Length " + m.group(1) + b" 0 R", data)


@hostile
def masks_in_masks(rng, pdf, body):
    number = len(pdf.objects) + 1
    pdf.add(f"<< /Type /ExtGState /SMask << /S /Luminosity /G {number + 1} 0 R >> >>")
    fonts_of = pdf.fonts
    group = len(pdf.objects) + 1
    pdf.form(b"/G gs 1 g 0 0 595 842 re f " + body, resources=f"/ExtGState << /G {number} 0 R >> /Font << {fonts_of} >>", more="/Group << /S /Transparency /CS /DeviceGray >>")
    pdf.objects[number - 1] = f"<< /Type /ExtGState /SMask << /S /Luminosity /G {group} 0 R >> >>".encode()
    pdf.page(b"/G gs " + body, resources=f"/ExtGState << /G {number} 0 R >> /Font << {fonts_of} >>")


@hostile
def noise(rng, pdf, body):
    return b"%PDF-1.7\n" + rng.randbytes(rng.randrange(0, 20_000)) + b"\n%%EOF" if rng.random() < 0.7 else rng.choice([b"", b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-9.9\ntrailer<</Root 1 0 R>>", b"\x00" * 100_000])


# ------------------------------------------------------------------------------------------------ all of them

def mutants(folder, count=1000, seed=1):
    """Mutants in order; every kind comes equally often in its family."""
    truths = [json.loads(p.read_text()) for p in sorted(folder.glob("*.json")) if p.name != "control.json"]
    small = [t for t in truths if (folder / f"{t['name']}.pdf").stat().st_size < 300_000 and t["name"] != "encrypted-locked"]
    letter = letters.letter("hostile").truth()
    for number in range(count):
        rng = random.Random(f"fanlight mutant {seed} {number}")
        family = [BYTES, STRUCTURES, STRUCTURES, HOSTILE][number % 4]
        turn = number // 4 * (2 if family is STRUCTURES else 1) + (number % 4 == 2)
        make = family[turn % len(family)]
        if family is HOSTILE:
            yield Mutant(f"m{number:04}-{make.__name__}", make.__name__, make(rng, None), letter)
            continue
        for _ in range(20):
            truth = rng.choice(small)
            data = (folder / f"{truth['name']}.pdf").read_bytes()
            try:
                made = make(rng, data)
            except Exception:  # pikepdf does not open or save what this one would be: another document
                continue
            if made != data:
                break
        else:
            raise RuntimeError(f"nothing to mutate by {make.__name__}")
        yield Mutant(f"m{number:04}-{make.__name__}-{truth['name']}", make.__name__, made, truth)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--documents", default=str(HERE / "out"))
    p.add_argument("--count", type=int, default=1000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out")
    args = p.parse_args()
    out = pathlib.Path(args.out) if args.out else None
    if out:
        out.mkdir(parents=True, exist_ok=True)
    sizes, kinds = 0, {}
    for mutant in mutants(pathlib.Path(args.documents), args.count, args.seed):
        sizes += len(mutant.data)
        kinds[mutant.kind] = kinds.get(mutant.kind, 0) + 1
        if out:
            (out / f"{mutant.name}.pdf").write_bytes(mutant.data)
            (out / f"{mutant.name}.json").write_text(json.dumps(mutant.truth))
    print(f"{sum(kinds.values())} mutants of {len(kinds)} kinds, {sizes >> 20} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

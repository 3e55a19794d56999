"""Text that is awkward to read though it looks quite ordinary: glyph by glyph, out of order, broken, turned, in unusual fonts and places."""
import random
import textwrap

import letters
import markup
from people import person
from producers import makes
from rawpdf import DEJAVU, SANS, Raw, cmap, measure, part_of, string, width


def placed(document, chars=84, top=790, left=50):
    """(x, y, size, text) of every line of the document, on as many pages as it takes: a list of pages."""
    pages, y = [[]], top
    for line in markup.lines(document, chars):
        if line is None or y < 50:
            pages.append([])
            y = top
        if line is not None:
            pages[-1].append((left, y, line[0], line[2]))
            y -= line[0] + 7
    return pages


def each_page(pdf, document, drawn, **given):
    """One page for every page of lines, its content made of every line by `drawn(x, y, size, text)`."""
    for page in placed(document):
        pdf.page(b"\n".join(drawn(*line) for line in page), **given)


def line_at(x, y, size, text, font="F1"):
    return b"BT /%s %g Tf %g %g Td %s Tj ET" % (font.encode(), size, x, y, string(text))


@makes("glyph-by-glyph", letters.letter, "every glyph is an operator of its own, moved to relatively")
def glyph_by_glyph(document, path):
    pdf = Raw()

    def drawn(x, y, size, text):
        out, before = [b"BT /F1 %g Tf %g %g Td" % (size, x, y)], 0
        for c in text:
            out.append(b"%.3f 0 Td %s Tj" % (before, string(c)))
            before = width(c) * size / 1000
        return b" ".join(out + [b"ET"])

    each_page(pdf, document, drawn)
    pdf.save(path)


@makes("kerned", letters.discharge, "TJ arrays with kerning between all glyphs, spaces that are moves and no glyphs")
def kerned(document, path):
    pdf, rng = Raw(), random.Random(7)

    def drawn(x, y, size, text):
        parts = []
        for c in text:
            parts.append(b"-%d" % (278 + rng.randrange(40)) if c == " " else string(c) + b" %d" % rng.randrange(-25, 15))
        return b"BT /F1 %g Tf 1 0 0 1 %g %g Tm [%s] TJ ET" % (size, x, y, b" ".join(parts))

    each_page(pdf, document, drawn)
    pdf.save(path)


@makes("shuffled", letters.letter, "every glyph placed absolutely, all glyphs of the page drawn in random order")
def shuffled(document, path):
    pdf, rng = Raw(), random.Random(11)
    for page in placed(document):
        out = []
        for x, y, size, text in page:
            for c in text:
                if c != " ":
                    out.append(b"BT /F1 %g Tf 1 0 0 1 %.2f %g Tm %s Tj ET" % (size, x, y, string(c)))
                x += width(c) * size / 1000
        rng.shuffle(out)
        pdf.page(b"\n".join(out))
    pdf.save(path)


@makes("right-to-left", letters.referral, "the glyphs of every line drawn from the right to the left, the lines from the bottom to the top")
def right_to_left(document, path):
    pdf = Raw()
    for page in placed(document):
        out = []
        for x, y, size, text in page:
            for c in text:
                out.append(b"BT /F1 %g Tf 1 0 0 1 %.2f %g Tm %s Tj ET" % (size, x, y, string(c)))
                x += width(c) * size / 1000
        pdf.page(b"\n".join(reversed(out)))
    pdf.save(path)


@makes("words-out-of-order", letters.radiology, "words drawn in alphabetical order, as compressors of PDF do that sort by font and string")
def words_out_of_order(document, path):
    pdf = Raw()
    for page in placed(document):
        out = []
        for x, y, size, text in page:
            for word in text.split(" "):
                out.append((word, line_at(x, y, size, word)))
                x += measure(word + " ", size)
        pdf.page(b"\n".join(o for _, o in sorted(out)))
    pdf.save(path)


@makes("two-columns", letters.discharge, "two columns on the same base lines, drawn across both at once; labels in the left one, values in the right one")
def two_columns(document, path):
    pdf = Raw()
    left, right = [], []
    for block in document.blocks:
        match block:
            case ("pairs", pairs):
                for k, v in pairs:
                    wrapped = textwrap.wrap(v, 42)
                    left += [k + ":"] + [""] * (len(wrapped) - 1)
                    right += wrapped
            case _ if left and block[0] == "text":
                wrapped = textwrap.wrap(block[1], 42)
                half = (len(wrapped) + 1) // 2
                left += wrapped[:half] + [""]
                right += (wrapped[half:] + [""] * 9)[:half] + [""]
            case ("table", _, rows):
                for row in rows:
                    left.append(row[0])
                    right.append(" ".join(row[1:]))
            case _:
                left += [block[1], ""]
                right += ["", ""]
    y, out = 800, []
    for a, b in zip(left, right):
        out += [line_at(50, y, 10, a), line_at(310, y, 10, b)]
        y -= 14
    pdf.page(b"\n".join(out))
    # What is broken over the columns is asked for as it stands there.
    stands = " ".join(left) + " | " + " ".join(right)
    document.clinical = [c for c in document.clinical if c in stands]
    pdf.save(path)


def broken(pieces, clinical, about):
    """A page of lines, some of which end in the middle of an identifier."""
    pdf = Raw()
    pdf.page(b"\n".join(line_at(50, 780 - 18 * i, 11, text) for i, text in enumerate(pieces)))
    return pdf


@makes("broken-lines", letters.letter, "a name, a number, a date and an address each end in the next line, with and without a hyphen")
def broken_lines(document, path):
    p = document.person
    middle = len(p.surname) // 2
    she, her = letters.he(p)
    lines = [
        "Royal Wessex Hospital. Department of Cardiology, Heart Failure Clinic", "",
        f"Thank you for referring this patient with Type 2 diabetes, who is {p.title} {p.forename}", f"{p.surname}, NHS number {p.nhs[:3]} {p.nhs[3:6]}", f"{p.nhs[6:]}, born on {p.born.day}",
        f"{p.born.strftime('%B %Y')}, who lives at {p.street.rsplit(' ', 1)[0]}", f"{p.street.rsplit(' ', 1)[1]}, {p.town}, {p.postcode.split()[0]}", f"{p.postcode.split()[1]}. The telephone number is {p.phone[:5]}",
        f"{p.phone[6:]} and the hospital number is {p.hospital}.", f"On examination {p.title} {p.surname[:middle]}-", f"{p.surname[middle:]} had ankle oedema and breathlessness. Date of birth {p.dob[:6]}",
        f"{p.dob[6:]}. Furosemide 40 mg and Bisoprolol 5 mg were continued. I saw {p.title} {p.surname[:middle]}\xad", f"{p.surname[middle:]} with {her} {p.relation} {p.relative.split()[0]}",
        f"{p.relative.split()[1]}, who agrees. The eGFR 58 and potassium 4.6 were noted, and so was the ejection fraction.",
    ]
    document.identifiers = [i for i in document.identifiers if i["kind"] not in ("email", "gp-name", "gp-address", "gp-postcode")
                            and not (i["kind"] == "phone" and i["value"] == p.mobile)]
    broken(lines, [], "").save(path)


@makes("hyphenated-column", letters.letter, "a narrow justified column with soft hyphens in names")
def hyphenated_column(document, path):
    pdf, out, y = Raw(), [], 800
    for block in document.blocks:
        text = block[1] if isinstance(block[1], str) else " ".join(f"{k}: {v}." for k, v in block[1])
        line = ""
        for word in text.split(" "):
            if measure(line + " " + word, 10) > 190 and line:
                room = [i for i in range(3, len(word) - 2) if word.isalpha() and measure(line + " " + word[:i] + "-", 10) <= 190]
                if room and word in (document.person.surname, document.person.forename):
                    line += " " + word[:room[-1]] + "\xad"
                    word = word[room[-1]:]
                out.append((y, line))
                y -= 12
                line = word
            else:
                line = (line + " " + word).strip()
        out.append((y, line))
        y -= 15
    assert y > 20, y
    pdf.page(b"\n".join(line_at(60, y, 10, line) for y, line in out))
    pdf.save(path)


def named(key, **given):
    p = person(key)
    for name, value in given.items():
        setattr(p, name, value)
    return p


def with_person(document, name, **given):
    """A document about the person of `name` with another name."""
    kept = letters.person
    letters.person = lambda key: named(key, **given)
    try:
        return document(name)
    finally:
        letters.person = kept


@makes("ligatures", lambda name: with_person(letters.letter, name, forename="Winifred", surname="Griffiths", sex="F", title="Mrs"),
       "names with fi and ff set as single glyphs whose ToUnicode says two or three letters in one document and U+FB01 in the other font")
def ligatures(document, path):
    more = "ﬁﬂﬀﬃ"
    pdf = Raw()
    one, code_one = pdf.composite(DEJAVU, "DejaVuSans", lambda c: {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi"}.get(c, c), more)
    two, code_two = pdf.composite(DEJAVU, "DejaVuSansTwo", lambda c: c, more)

    def joined(text):
        for a, b in [("ffi", "ﬃ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")]:
            text = text.replace(a, b)
        return text

    for page in placed(document, 76):
        content = [b"BT /%s %g Tf %g %g Td %s Tj ET" % ([b"A", b"B"][i % 2], size * 0.92, x, y, [code_one, code_two][i % 2](joined(text))) for i, (x, y, size, text) in enumerate(page)]
        pdf.page(b"\n".join(content), resources=f"/Font << /A {one} 0 R /B {two} 0 R >>")
    pdf.save(path)


@makes("pdflatex-ligatures", lambda name: with_person(letters.radiology, name, forename="Winifred", surname="Griffiths", sex="F", title="Mrs"),
       "pdfTeX with names that hold ligatures, Computer Modern without ToUnicode", needs="pdflatex")
def pdflatex_ligatures(document, path):
    from producers.programs import tex
    tex(path, markup.latex(document), "pdflatex")


def type3(pdf, named=True):
    """A Type 3 font of DejaVu's outlines: every glyph a small program. Without names and map, nobody knows what its codes mean."""
    from fontTools.pens.basePen import BasePen
    _, font = part_of(DEJAVU)
    glyphs, best = font.getGlyphSet(), font.getBestCmap()

    class Pen(BasePen):
        def __init__(self):
            super().__init__(glyphs)
            self.out = []

        def _moveTo(self, p): self.out.append("%d %d m" % p)
        def _lineTo(self, p): self.out.append("%d %d l" % p)
        def _curveToOne(self, a, b, c): self.out.append("%d %d %d %d %d %d c" % (*a, *b, *c))
        def _closePath(self): self.out.append("h")

    procs, names, widths = [], [], []
    for code in range(32, 127):
        pen, glyph = Pen(), best[code]
        glyphs[glyph].draw(pen)
        advance = font["hmtx"][glyph][0]
        stream = pdf.stream(b"", f"{advance} 0 -200 -500 2500 2100 d1 {' '.join(pen.out)} f".encode())
        name = glyph if named else f"x{code * 7 % 500}"
        procs.append(f"/{name} {stream} 0 R")
        names.append(f"/{name}")
        widths.append(str(advance))
    mapped = f"/ToUnicode {pdf.stream(b'', cmap({c: chr(c) for c in range(32, 127)}, 1))} 0 R" if named else ""
    return pdf.add(f"<< /Type /Font /Subtype /Type3 /FontBBox [-200 -500 2500 2100] /FontMatrix [0.000488 0 0 0.000488 0 0] /CharProcs << {' '.join(procs)} >> "
                   f"/Encoding << /Type /Encoding /Differences [32 {' '.join(names)}] >> /FirstChar 32 /LastChar 126 /Widths [{' '.join(widths)}] {mapped} /Resources << >> >>")


@makes("type3", letters.referral, "a Type 3 font with a ToUnicode map")
def type3_named(document, path):
    pdf = Raw()
    font = type3(pdf)
    each_page(pdf, document, lambda x, y, size, text: line_at(x, y, size * 0.9, text, "T"), resources=f"/Font << /T {font} 0 R >>")
    pdf.save(path)


@makes("type3-unnamed", letters.letter, "a Type 3 font whose glyphs have made-up names and no map", expect="hidden")
def type3_unnamed(document, path):
    pdf = Raw()
    font = type3(pdf, named=False)
    each_page(pdf, document, lambda x, y, size, text: line_at(x, y, size * 0.9, text, "T"), resources=f"/Font << /T {font} 0 R >>")
    pdf.save(path)


@makes("type3-around-a-font", letters.lab, "Type 3 glyphs that themselves draw text of another font: a whole line to each glyph", expect="hidden")
def type3_around(document, path):
    pdf = Raw()
    for page in placed(document):
        codes, procs = [], []
        for number, (x, y, size, text) in enumerate(page):
            stream = pdf.stream(b"", b"1000 0 d0 BT /F1 %g Tf %s Tj ET" % (size, string(text)))
            procs.append(f"/g{number} {stream} 0 R")
            codes.append(b"BT /T 1 Tf %g %g Td <%02x> Tj ET" % (x, y, 65 + number))
        font = pdf.add(f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [1 0 0 1 0 0] /CharProcs << {' '.join(procs)} >> /Encoding << /Differences "
                       f"[65 {' '.join(f'/g{n}' for n in range(len(page)))}] >> /FirstChar 65 /LastChar {64 + len(page)} /Widths [{' '.join(['1000'] * len(page))}] "
                       f"/Resources << /Font << {pdf.fonts} >> >> >>")
        pdf.page(b"\n".join(codes), resources=f"/Font << /T {font} 0 R >>")
    pdf.save(path)


@makes("cid-unmapped", letters.letter, "glyph numbers of a subset without ToUnicode", expect="hidden")
def cid_unmapped(document, path):
    pdf = Raw()
    font, code = pdf.composite(SANS, "LiberationSans")
    each_page(pdf, document, lambda x, y, size, text: b"BT /C %g Tf %g %g Td %s Tj ET" % (size, x, y, code(text)), resources=f"/Font << /C {font} 0 R >>")
    pdf.save(path)


@makes("cid-lying", letters.referral, "a ToUnicode map that says other letters and digits than those that are seen", expect="hidden")
def cid_lying(document, path):
    pdf = Raw()

    def lie(c):
        if c.isascii() and c.isalpha():
            base = ord("a") if c.islower() else ord("A")
            return chr(base + (ord(c) - base + 13) % 26)
        return chr(ord("0") + (ord(c) - ord("0") + 5) % 10) if c.isascii() and c.isdigit() else c

    font, code = pdf.composite(SANS, "LiberationSans", lie)
    each_page(pdf, document, lambda x, y, size, text: b"BT /C %g Tf %g %g Td %s Tj ET" % (size, x, y, code(text)), resources=f"/Font << /C {font} 0 R >>")
    pdf.save(path)


@makes("cid-lying-in-part", letters.discharge, "an honest font, and for the names alone another whose map says that they are all spaces", expect="hidden")
def cid_lying_in_part(document, path):
    pdf = Raw()
    honest, code = pdf.composite(SANS, "LiberationSans", lambda c: c)
    lying, _ = pdf.composite(SANS, "LiberationSansTwo", lambda c: " ")
    p = document.person
    secret = set(p.surname.split() + p.forename.split() + p.relative.split() + p.gp.split()[1:])

    def drawn(x, y, size, text):
        out = [b"BT 1 0 0 1 %g %g Tm" % (x, y)]
        for word in text.split(" "):
            out.append(b"/%s %g Tf %s Tj" % (b"L" if word.strip(".,()") in secret else b"C", size, code(word + " ")))
        return b" ".join(out + [b"ET"])

    each_page(pdf, document, drawn, resources=f"/Font << /C {honest} 0 R /L {lying} 0 R >>")
    pdf.save(path)


@makes("actual-text-lies", letters.letter, "ActualText that says something harmless over names and numbers, as taggers may write it")
def actual_text_lies(document, path):
    pdf = Raw()
    each_page(pdf, document, lambda *line: b"/Span << /ActualText (the weather was fine) >> BDC " + line_at(*line) + b" EMC")
    pdf.save(path)


@makes("own-encoding", letters.radiology, "a simple font whose Differences move every letter to another code, with glyph names that tell")
def own_encoding(document, path):
    from fontTools.agl import UV2AGL
    pdf = Raw()
    codes = {c: 32 + (i * 37) % 95 for i, c in enumerate(map(chr, range(32, 127)))}
    back = {code: c for c, code in codes.items()}
    differences = " ".join("/" + UV2AGL[ord(back[code])] for code in range(32, 127))
    widths = " ".join(f"{width(back[code]):.0f}" for code in range(32, 127))
    data = part_of(SANS)[0]
    kept = pdf.stream(f"/Length1 {len(data)}", data)
    described = pdf.add(f"<< /Type /FontDescriptor /FontName /QWERTY+LiberationSans /Flags 32 /FontBBox [-200 -300 1200 1000] /ItalicAngle 0 /Ascent 905 /Descent -212 /CapHeight 700 "
                        f"/StemV 80 /FontFile2 {kept} 0 R >>")
    font = pdf.add(f"<< /Type /Font /Subtype /TrueType /BaseFont /QWERTY+LiberationSans /FirstChar 32 /LastChar 126 /Widths [{widths}] /FontDescriptor {described} 0 R "
                   f"/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [32 {differences}] >> >>")
    each_page(pdf, document, lambda x, y, size, text: b"BT /O %g Tf %g %g Td <%s> Tj ET" % (size, x, y, bytes(codes[c] for c in text).hex().encode()), resources=f"/Font << /O {font} 0 R >>")
    pdf.save(path)


@makes("text-state", letters.letter, "sizes of 1 scaled by matrices, mirrored pages turned back, rise, horizontal scaling, word and character spacing, the operators ' and \"")
def text_state(document, path):
    pdf = Raw()
    for page in placed(document, 70):
        out = [b"1 0 0 -1 0 842 cm"]
        for number, (x, y, size, text) in enumerate(page):
            begin = [b"BT /F1 1 Tf %g 0 0 %g %g %g Tm %s Tj ET" % (size, -size, x, 842 - y, string(text)),
                     b"BT /F2 %g Tf 1 0 0 -1 %g %g Tm 90 Tz 1 Tc 2 Tw 0 TL %s ' 100 Tz 0 Tc 0 Tw ET" % (size, x, 842 - y, string(text)),
                     b"BT /F3 -%g Tf -1 0 0 1 %g %g Tm 3 Ts -3 Ts 0 Ts 0.5 0.2 %s \" 0 Tw 0 Tc ET" % (size, x, 842 - y, string(text)),
                     b"q %g 0 0 %g 0 0 cm BT /F1 1 Tf 1 0 0 -1 %g %g Tm %s Tj ET Q" % (size, size, x / size, (842 - y) / size, string(text))]
            out.append(begin[number % 4])
        pdf.page(b"\n".join(out))
    pdf.save(path)


@makes("two-fonts-in-a-word", letters.referral, "every word begins in one font and ends in another, in text objects of their own")
def two_fonts_in_a_word(document, path):
    pdf = Raw()

    def drawn(x, y, size, text):
        out = []
        for word in text.split(" "):
            half = (len(word) + 1) // 2
            out += [line_at(x, y, size, word[:half], "F1"), line_at(x + measure(word[:half], size), y, size, word[half:], "F2")]
            x += measure(word + " ", size)
        return b" ".join(out)

    each_page(pdf, document, drawn)
    pdf.save(path)


@makes("spaced-out", letters.form, "letters far apart, capitals, numbers in groups by moves, a shadow drawn before each line and the line drawn twice for weight")
def spaced_out(document, path):
    pdf = Raw()

    def drawn(x, y, size, text):
        size *= 0.85
        return b"0.8 g BT /F1 %g Tf 1.6 Tc %g %g Td %s Tj ET 0 g BT /F1 %g Tf 1.6 Tc %g %g Td %s Tj ET BT /F1 %g Tf 1.6 Tc %g %g Td %s Tj ET" % (
            (size, x + .5, y - .5, string(text)) + (size, x, y, string(text)) + (size, x + 0.25, y, string(text)))

    each_page(pdf, document, drawn)
    pdf.save(path)


@makes("rotated-pages", letters.discharge, "pages with Rotate 90, 180 and 270, each turned back by its content", pages=3)
def rotated_pages(document, path):
    pdf = Raw()
    lines = [line for page in placed(document) for line in page]
    for turn, matrix in [(90, b"0 1 -1 0 595 0"), (180, b"-1 0 0 -1 595 842"), (270, b"0 -1 1 0 0 842")]:
        size = (595, 842) if turn == 180 else (595, 842)
        # The page is seen turned clockwise by `turn`: what is drawn turned the other way stands upright, as far as it fits the page's height.
        pdf.page(matrix + b" cm\n" + b"\n".join(line_at(x, y - (247 if turn != 180 else 0), size_, text) for x, y, size_, text in lines if turn == 180 or y > 300), size=size, more=f"/Rotate {turn}")
    pdf.save(path)


@makes("turned-text", letters.lab, "lines at 90 degrees and at a slant, and a stamp whose letters stand on a circle")
def turned_text(document, path):
    from math import cos, pi, sin
    pdf, out = Raw(), []
    lines = [line for page in placed(document) for line in page]
    for x, y, size, text in lines:
        out.append(b"BT /F1 %g Tf 1 0.02 -0.02 1 %g %g Tm %s Tj ET" % (size, x, y - 40, string(text)))
    p = document.person
    for number, c in enumerate(f"{p.forename} {p.surname} NHS {p.nhs_spaced}"):
        a = pi - number * 0.16
        out.append(b"BT /F1 12 Tf %.4f %.4f %.4f %.4f %.2f %.2f Tm %s Tj ET" % (sin(a), -cos(a), cos(a), sin(a), 400 + 90 * cos(a), 250 + 90 * sin(a), string(c)))
    out.append(b"BT /F1 12 Tf 0 1 -1 0 560 400 Tm %s Tj ET" % string(f"{p.forename} {p.surname}, {p.nhs_spaced}"))
    pdf.page(b"\n".join(out))
    document.turns = (90,)
    pdf.save(path)


@makes("cropped", letters.letter, "a MediaBox that begins below zero, a CropBox, identifiers outside of it too, and UserUnit")
def cropped(document, path):
    pdf = Raw()
    for page in placed(document):
        moved = b"\n".join(line_at(x - 300, y - 500, size, text) for x, y, size, text in page)
        outside = line_at(-580, 0, 12, document.person.name) + line_at(-600, 500, 12, document.person.nhs_spaced)
        pdf.page(moved + b"\n" + outside, size=(-700, -900, 600, 900), more="/CropBox [-300 -500 295 342] /UserUnit 1.2")
    pdf.save(path)


@makes("large-page", letters.letter, "a page of A0 with text to match")
def large_page(document, path):
    pdf = Raw()
    for page in placed(document):
        pdf.page(b"4 0 0 4 0 0 cm\n" + b"\n".join(line_at(*line) for line in page), size=(2384, 3370))
    pdf.save(path)


@makes("split-streams", letters.referral, "content in many streams that are cut between operands and operators, fonts and boxes inherited from a deep page tree")
def split_streams(document, path):
    pdf = Raw()
    for page in placed(document):
        tokens = []
        for x, y, size, text in page:
            tokens += [b"BT", b"/F1", b"%g" % size, b"Tf", b"%g" % x, b"%g" % y, b"Td", string(text), b"Tj", b"ET"]
        streams = [b" ".join(tokens[i:i + 7]) for i in range(0, len(tokens), 7)]
        pdf.page(b"", streams=streams)
    font, number = pdf.sans, pdf.pages.pop()
    pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/MediaBox [0 0 595 842]", b"").replace(b"/Resources <<", b"/Ignored <<")
    for depth in range(12):
        parent = len(pdf.objects) + 2 if depth < 11 else 2
        pdf.objects[number - 1] = pdf.objects[number - 1].replace(b"/Parent 2 0 R", b"/Parent %d 0 R" % (len(pdf.objects) + 1))
        number = pdf.add(f"<< /Type /Pages /Count 1 /Kids [{number} 0 R] /Parent 2 0 R >>")
    pdf.pages = [number]
    pdf.tree = b"/MediaBox [0 0 595 842] /Resources << /Font << /F1 %d 0 R >> >>" % font
    pdf.save(path)

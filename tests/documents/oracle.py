#!/usr/bin/env python3
"""Reads page pictures as a person would, and says which identifiers stand there and which clinical words do not.

usage: oracle.py FOLDER TRUTH.json      the pictures FOLDER/*.png of one document
       oracle.py --self-test [--documents OUT]   proves that it can find: the unredacted documents, drawn by pdftoppm, must give up their identifiers

A picture is read in up to three ways by tesseract: as scattered text, as a page, and as scattered text of a picture in which everything that is not white
is black (so that faint text counts). What was read is then searched tolerantly: OCR takes 0 for O, 1 for I and l, 5 for S; numbers may be grouped in any
way; a name counts in part (surname alone, forename alone, a beginning or an end of it), a date in every way of writing it, an address by its street.

example: found("Mrs Wil- liams, N H S 999 l23 45 67", truth) → [("name", "…", "surname")]
"""
import argparse
import concurrent.futures
import functools
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from datetime import date

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv" / "bin" / "python"
if __name__ == "__main__" and VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(str(VENV), [str(VENV), *sys.argv])

from PIL import Image, ImageOps  # noqa: E402

Image.MAX_IMAGE_PIXELS = 200_000_000
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
# One sign for all that OCR confuses.
FOLD = str.maketrans("OQDIJLZSBGT", "00011125867")
DIGIT = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "i": "1", "|": "1", "!": "1", "S": "5", "s": "5", "B": "8", "Z": "2", "z": "2", "G": "6", "g": "9", "q": "9"})


# ------------------------------------------------------------------------------------------------ reading pictures

def tesseract(picture, mode):
    kept = io.BytesIO()
    picture.save(kept, "PNG", compress_level=1)
    done = subprocess.run(["tesseract", "stdin", "stdout", "-l", "eng", "--psm", str(mode), "--dpi", "200"], input=kept.getvalue(), capture_output=True, timeout=240,
                          env=dict(os.environ, OMP_THREAD_LIMIT="1"))
    if done.returncode:
        raise RuntimeError(f"tesseract: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout.decode(errors="replace")


SCATTERED, PAGE, HARD = "scattered", "page", "hard"
EVERY_WAY = (SCATTERED, PAGE, HARD)


def read(picture, turns=(), ways=EVERY_WAY):
    """The texts of a picture, one for each way of looking at it, and one for each turn."""
    picture = picture.convert("L")
    longest = max(picture.size)
    scale = 2 if longest < 1500 else 1.4 if longest < 2000 else min(1, 5000 / longest)
    if scale != 1:
        picture = picture.resize((max(1, int(picture.width * scale)), max(1, int(picture.height * scale))), Image.LANCZOS)
    picture = ImageOps.expand(picture, 20, 255)
    looks = {SCATTERED: (picture, 11), PAGE: (picture, 3), HARD: (picture.point(lambda v: 255 if v > 236 else 0), 11)}
    texts = [tesseract(*looks[way]) for way in ways]
    for turn in turns:
        texts.append(tesseract(picture.rotate(-turn, expand=True, fillcolor=255), 11))
    return texts


def blank(picture):
    """Whether nothing can stand in the picture: one colour, or next to nothing beside it."""
    histogram = picture.convert("L").histogram()
    return sum(histogram) - max(histogram) < 200


# ------------------------------------------------------------------------------------------------ searching texts

@functools.cache
def names_of_others():
    """Words that are names of people, or ordinary words: one that resembles a name of the truth, yet is another, is no part of it."""
    known = set()
    for file in ("surnames", "forenames", "words"):
        path = HERE.parent.parent / "rules" / "names" / f"{file}.txt"
        known |= {line.strip() for line in path.read_text().splitlines() if line and not line.startswith("#")}
    return known


def near(a, b):
    """Whether at most one letter was misread."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    return a[i + 1:] == b[i + 1:] or a[i:] == b[i + 1:] or a[i + 1:] == b[i:]


class Seen:
    """What was read in one way: its words, its lines without spaces, its lines' digits."""

    def __init__(self, text):
        text = text.replace("’", "'").replace("‘", "'").replace("\xad", "-")
        joined = re.sub(r"-\s*\n+\s*", "", text)
        lower = joined.lower()
        self.text = lower
        self.words = set(re.findall(r"[a-z']{3,}", lower)) | set(re.findall(r"[a-z']{3,}", text.lower()))
        lines = [line for line in text.splitlines() if line.strip()]
        # A line, a line with the next one (what is broken over two), and the same without empty lines between.
        both = lines + [a + " " + b for a, b in zip(lines, lines[1:])]
        self.lines = [re.sub(r"[^a-z0-9@]", "", line.lower()) for line in both]
        self.folded = [re.sub(r"[^A-Za-z0-9]", "", line).upper().translate(FOLD) for line in both]
        self.digits = [re.sub(r"[^0-9]", "", line.translate(DIGIT)) for line in both]
        self.plain_digits = [re.sub(r"[^0-9]", "", line) for line in both]
        self.date_text = re.sub(r"\s+", " ", lower)


def part_of_name(name, seen, words):
    """How much of one name was seen: "whole", "piece" or None."""
    name = name.lower()
    bare = re.sub(r"[^a-z]", "", name)
    if name in words or bare in words:
        return None
    tokens = {re.sub(r"[^a-z]", "", w) for w in seen.words}
    if bare in tokens or any(bare in re.sub(r"[^a-z]", "", line) for line in seen.lines if len(bare) >= 6):
        return "whole"
    others = names_of_others()
    for token in tokens - words:
        if token in others:
            continue
        if len(bare) >= 6 and near(token.replace("rn", "m"), bare.replace("rn", "m")):
            return "whole"
        length = max(4, int(len(bare) * 0.6 + 0.99))
        if len(bare) > len(token) >= length and (bare.startswith(token) or bare.endswith(token)):
            return "piece"
    return None


def number_seen(value, seen, least):
    """A number of digits, whole or `least` of them in a row."""
    digits = re.sub(r"\D", "", value)
    for lines in (seen.plain_digits, seen.digits):
        if any(digits in line for line in lines):
            return "whole"
    for start in range(len(digits) - least + 1):
        if any(digits[start:start + least] in line for line in seen.plain_digits):
            return "piece"
    return None


def date_seen(value, seen):
    """A date in any way of writing it; of its parts the day with the month and the month with the year."""
    born = date.fromisoformat(value)
    d, m, y = born.day, born.month, born.year
    day = rf"0?{d}(?:st|nd|rd|th)?"
    word = rf"(?:{MONTHS[m - 1]}|{MONTHS[m - 1][:3]})"
    month = rf"0?{m}"
    year = rf"(?:{y}|'?{y % 100:02})"
    gap = r"[\s./,\-–—]{0,3}"
    cut = r"[\s./\-–—]{1,3}"
    text = seen.date_text
    lenient = re.sub(r"(?<=[0-9/.\- ])[ol|](?=[0-9/.\- ])", lambda x: "0" if x.group() == "o" else "1", text)
    whole = [rf"(?<!\d){day}{gap}(?:of )?{word}{gap}{year}(?!\d)", rf"{word}{gap}{day}{gap}{year}(?!\d)", rf"(?<!\d){day}{cut}{month}{cut}{year}(?!\d)", rf"(?<!\d){y}{cut}{m:02}{cut}{d:02}(?!\d)",
             rf"(?<!\d){d:02}{m:02}{y}(?!\d)", rf"(?<!\d){y}{m:02}{d:02}(?!\d)"]
    pieces = [rf"(?<!\d){day}{gap}(?:of )?{word}(?![a-z])", rf"(?<!\d){day}{cut}{month}{cut}(?!\d)(?!\s*\d)", rf"(?<![\d./\-]){m:02}[/\-]{y}(?!\d)", rf"(?<!\d )(?<!\d){word} {y}(?!\d)"]
    for t in (text, lenient):
        if any(re.search(p, t) for p in whole):
            return "whole"
    if any(f"{d:02}{m:02}{y}" in line for line in seen.plain_digits):
        return "whole"
    return "piece" if any(re.search(p, text) for p in pieces) else None


def postcode_seen(value, seen):
    pattern = re.compile(r"\s?".join(f"[{re.escape(''.join(same(c)))}]" for c in value.replace(" ", "")), re.I)
    if pattern.search(seen.text):
        return "whole"
    inward = value.split()[1].lower()
    return "piece" if re.search(rf"(?<![a-z0-9]){inward}(?![a-z0-9])", seen.text) else None


def same(c):
    """All that OCR may have made of one sign."""
    for group in ("O0QD", "I1LJ|!", "S5", "Z2", "B8", "G6", "T7"):
        if c.upper() in group:
            return group
    return c


def address_seen(value, seen):
    number, street = value.split(" ", 1)
    squeezed = re.sub(r"[^a-z0-9]", "", value.lower())
    bare = re.sub(r"[^a-z]", "", street.lower())
    if any(squeezed in line for line in seen.lines):
        return "whole"
    return "piece" if any(bare in line or bare in re.sub(r"[^a-z]", "", line) for line in seen.lines) else None


def email_seen(value, seen):
    local = re.sub(r"[^a-z0-9]", "", value.split("@")[0].lower()).upper().translate(FOLD)
    return "whole" if any(local in line for line in seen.folded) else None


def hospital_seen(value, seen):
    folded = value.upper().translate(FOLD)
    if any(folded in line for line in seen.folded):
        return "whole"
    return "piece" if any(value[2:] in line for line in seen.plain_digits) else None


def found(texts, truth):
    """(kind, value, how much) of every identifier that was seen, in any of the texts."""
    all_seen = [Seen(t) for t in texts]
    words = set(truth.get("words", ()))
    out = []
    for identifier in truth["identifiers"]:
        kind, value = identifier["kind"], identifier["value"]
        much = []
        for seen in all_seen:
            match kind:
                case "name" | "gp-name" | "relative":
                    forename, surname = value.split(" ", 1)
                    a, b = part_of_name(forename, seen, words), part_of_name(surname, seen, words)
                    much.append("whole" if a == b == "whole" else "surname" if b == "whole" else "forename" if a == "whole" else "piece" if a or b else None)
                case "nhs-number": much.append(number_seen(value, seen, 6))
                case "phone": much.append("whole" if any(re.sub(r"\D", "", value) in line for line in seen.digits) else "piece" if any(value[-6:] in line for line in seen.plain_digits) else None)
                case "hospital-number": much.append(hospital_seen(value, seen))
                case "date-of-birth": much.append(date_seen(value, seen))
                case "postcode" | "gp-postcode": much.append(postcode_seen(value, seen))
                case "address" | "gp-address": much.append(address_seen(value, seen))
                case "email": much.append(email_seen(value, seen))
                case _: raise ValueError(f"no such kind: {kind}")
        best = next((m for m in ("whole", "surname", "forename", "piece") if m in much), None)
        if best:
            out.append((kind, value, best))
    return out


def legible(texts, truth):
    """The clinical words that were not seen."""
    squeezed = []
    for t in texts:
        t = re.sub(r"-\s*\n+\s*", "", t)
        squeezed.append(re.sub(r"[^A-Z0-9]", "", t.upper()).translate(FOLD))
    missing = []
    for clinical in truth["clinical"]:
        bare = re.sub(r"[^A-Z0-9]", "", clinical.upper()).translate(FOLD)
        parts = [re.sub(r"[^A-Z0-9]", "", w.upper()).translate(FOLD) for w in clinical.split()]
        if not any(bare in s or all(p in s for p in parts) for s in squeezed):
            missing.append(clinical)
    return missing


def judge(pictures, truth, ways=EVERY_WAY):
    """(identifiers seen, clinical words missing, texts) of the pictures of one document."""
    texts_by_way = []
    for picture in pictures:
        if not blank(picture):
            for way, text in enumerate(read(picture, truth.get("turns", ()), ways)):
                if way == len(texts_by_way):
                    texts_by_way.append("")
                texts_by_way[way] += text + "\n\n"
    return found(texts_by_way, truth), legible(texts_by_way, truth), texts_by_way


# ------------------------------------------------------------------------------------------------ proof

def drawn(pdf, pages=4):
    """The pages of an unredacted document, as pdftoppm draws them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-png", "-cropbox", "-r", "150", "-scale-to", "1754", "-l", str(pages), str(pdf), f"{folder}/p"], capture_output=True, timeout=120)
        return [Image.open(io.BytesIO(p.read_bytes())) for p in sorted(pathlib.Path(folder).glob("*.png"))]


def control(pdf, truth):
    pictures = drawn(pdf)
    if not pictures:
        return None
    seen, missing, _ = judge(pictures, truth, (SCATTERED, PAGE))
    return seen, missing


def self_test(folder, only=None):
    """Looks at every unredacted document, and at pages about somebody else."""
    truths = [json.loads(p.read_text()) for p in sorted(folder.glob("*.json")) if p.name != "control.json"]
    truths = [t for t in truths if not only or t["name"] in only]
    of_all = seen_all = whole_all = words_all = missing_all = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        results = pool.map(lambda t: control(folder / f"{t['name']}.pdf", t), truths)
        for truth, result in zip(truths, results):
            if result is None:
                print(f"{truth['name']:28} pdftoppm draws nothing")
                continue
            seen, missing = result
            got = {(k, v) for k, v, _ in seen}
            unread = [f"{i['kind']} {i['value']}" for i in truth["identifiers"] if (i["kind"], i["value"]) not in got]
            pieces = [f"{k} {v}: {much}" for k, v, much in seen if much != "whole"]
            # What lies under a cover is in no picture.
            if truth["name"] not in ("covered",):
                of_all += len(truth["identifiers"])
                seen_all += len(got)
                whole_all += len(got) - len(pieces)
                words_all += len(truth["clinical"])
                missing_all += len(missing)
            if unread or missing or pieces:
                print(f"{truth['name']:28} not seen: {unread}  in part: {pieces}  illegible: {missing}")
    # And the other way: a page about somebody else shows nobody of this one.
    strangers = 0
    for a, b in zip(truths, truths[7:] + truths[:7]):
        text = " ".join(i["value"] for i in b["identifiers"]) + "\n" + "\n".join(b["words"]) + "\n" + "\n".join(b["clinical"])
        share = {w for i in b["identifiers"] for w in i["value"].lower().split()}
        told = [f for f in found([text], a) if not share & set(f[1].lower().split())]
        strangers += len(told)
        if told:
            print(f"{a['name']}: seen in a page about somebody else: {told}")
    rate = seen_all / max(1, of_all)
    print(f"{seen_all} of {of_all} identifiers seen in unredacted pictures ({rate:.1%}; {whole_all} of them whole), {words_all - missing_all} of {words_all} clinical words legible, "
          f"{strangers} seen where they are not")
    return 0 if rate >= 0.95 and missing_all <= words_all * 0.05 and strangers == 0 else 1


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder", nargs="?")
    p.add_argument("truth", nargs="?")
    p.add_argument("--self-test", action="store_true")
    p.add_argument("--documents", default=str(HERE / "out"))
    p.add_argument("--only", nargs="*")
    args = p.parse_args()
    if args.self_test:
        return self_test(pathlib.Path(args.documents), args.only)
    truth = json.loads(pathlib.Path(args.truth).read_text())
    seen, missing, _ = judge([Image.open(f) for f in sorted(pathlib.Path(args.folder).glob("*.png"))], truth)
    for kind, value, much in seen:
        print(f"SEEN {kind} {value}: {much}")
    for word in missing:
        print(f"ILLEGIBLE {word}")
    return 1 if seen or missing else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes the documents that the viewer is tested with: PDFs by many producers, about synthetic people, each with its truth beside it.

usage: make.py [--out tests/documents/out] [--only NAME…] [--list] [--kept | --keep]

Writes OUT/NAME.pdf and OUT/NAME.json (identifiers with kinds, clinical words that must stay legible, what is expected of the viewer). Runs in
tests/documents/.venv (requirements.txt) with what apt.txt and package.json name; dates and seeds are fixed, so that runs are repeatable. A producer that
is not installed is an error, unless --without NAME leaves it out. Producers that are large (`needs`) may be missing: what they made last is kept in
kept/NAME.pdf and taken from there. --kept takes it though they are there; --keep keeps what they make now.

Each file of producers/ makes the documents of one family: a function with @makes("NAME", document) gets the document and the path to write to.
"""
import argparse
import importlib
import json
import os
import pathlib
import re
import shutil
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
KEPT = HERE / "kept"
VENV = HERE / ".venv" / "bin" / "python"
if VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(str(VENV), [str(VENV), *sys.argv])
sys.path.insert(0, str(HERE))
os.environ.update(SOURCE_DATE_EPOCH="1718150400", FORCE_SOURCE_DATE="1", TZ="UTC", LC_ALL="C.UTF-8")


def settled(data):
    """The same bytes with the time of making and the file's own number set to fixed ones of the same length."""
    if b"/Encrypt" in data:  # the number is part of the key
        return data
    data = re.sub(rb"D:20\d{12}", b"D:20240612000000", data)
    data = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", b"2024-06-12T00:00:00", data)
    data = re.sub(rb"uuid:[0-9a-f-]{36}", b"uuid:00000000-0000-0000-0000-000000000000", data)
    return re.sub(rb"(?<=/ID)\s*\[[^]]*\]|(?<=/DocChecksum)\s*/[0-9A-F]{32}", lambda m: re.sub(rb"(?<=<)[0-9A-Fa-f]+(?=>)|(?<=/)[0-9A-F]{32}", lambda h: b"0" * len(h.group()), m.group()), data)


def main():
    from producers import MADE
    for file in sorted((HERE / "producers").glob("[a-z]*.py")):
        importlib.import_module(f"producers.{file.stem}")
    p = argparse.ArgumentParser()
    p.add_argument("--out", default=str(HERE / "out"))
    p.add_argument("--only", nargs="*", help="names or the beginnings of names")
    p.add_argument("--without", nargs="*", default=[])
    p.add_argument("--list", action="store_true")
    p.add_argument("--kept", action="store_true", help="what large producers made last, even where they are installed")
    p.add_argument("--keep", action="store_true", help="what large producers make now is kept")
    args = p.parse_args()
    wanted = [m for m in MADE if not args.only or any(m.name.startswith(o) for o in args.only)]
    wanted = [m for m in wanted if not any(m.name.startswith(o) for o in args.without)]
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    failed = []
    for made in sorted(wanted, key=lambda m: m.after is not None):  # what is made of another comes after it
        if args.list:
            print(made.name, "-", made.about)
            continue
        kept = KEPT / f"{made.name}.pdf"
        from_kept = made.needs and (args.kept or not shutil.which(made.needs))
        begun = time.time()
        path = out / f"{made.name}.pdf"
        try:
            document = made.document(made.name if made.after is None else made.after)
            document.about = made.about
            document.expect = made.expect
            if made.after is not None and not (out / f"{made.after}.pdf").exists():
                raise FileNotFoundError(f"{made.after}.pdf must be made first")
            if from_kept:
                shutil.copyfile(kept, path)
            else:
                made.make(document, path)
            data = settled(path.read_bytes())
            path.write_bytes(data)
            if made.needs and args.keep:
                kept.parent.mkdir(exist_ok=True)
                kept.write_bytes(data)
            truth = dict(document.truth(), name=made.name, expect=document.expect)
            truth["pages"] = made.pages
            (out / f"{made.name}.json").write_text(json.dumps(truth, indent=1) + "\n")
            said = re.search(rb"/Producer\s*\(([^)]{0,60})", data)
            print(f"{made.name:28} {len(data):9} bytes {time.time() - begun:5.1f} s  {said.group(1).decode('latin-1') if said else ''}{'  (kept)' if from_kept else ''}")
        except Exception as error:
            traceback.print_exc()
            failed.append(f"{made.name}: {error}")
    for line in failed:
        print("FAILED", line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

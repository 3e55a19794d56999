#!/usr/bin/env python3
"""Scores the base pack on the labelled corpus, twice: with its labels, and with those and `corrections.jsonl`.

    tests/score/run.py SHARED            SHARED/corpus and SHARED/score/score.py
    tests/score/run.py SHARED --misses 50

The labels name the patient of each file. What else identifies somebody is not in them: next of kin, guarantors and insured people of
HL7 messages, guardians of CDA documents, the second half of telephones, the keys of participants, the patient's own UUID. Masking those
counts as masking for nothing. `corrections.jsonl` adds them, with the field, element or segment that shows what each is: `identifiers`
as [kind, value, where], which must not leak, and `neutral` as [value, where] (staff, organisations, towns). A word that was masked
without such a place stays counted.

With the corpus's own labels recall must be 0.998 at least. With the corrections recall must be 0.998 and kept 0.995.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def corrected(corpus, where):
    """The corpus with more labels: its files are linked, not copied."""
    more = {}
    for line in (HERE / "corrections.jsonl").read_text().splitlines():
        entry = json.loads(line)
        more[entry["file"]] = entry
    for entry in corpus.iterdir():
        if entry.name != "labels.jsonl":
            (where / entry.name).symlink_to(entry.resolve())
    with open(where / "labels.jsonl", "w") as out:
        for line in (corpus / "labels.jsonl").read_text().splitlines():
            label = json.loads(line)
            extra = more.pop(label["file"], {"identifiers": [], "neutral": []})
            label["identifiers"] += [{"kind": kind, "value": value} for kind, value, _ in extra["identifiers"]]
            label["neutral"] = label.get("neutral", []) + [value for value, _ in extra["neutral"]]
            out.write(json.dumps(label, ensure_ascii=False) + "\n")
    if more:
        sys.exit(f"corrections.jsonl names files that the corpus does not have: {', '.join(sorted(more))}")


def score(scorer, corpus, misses, *least):
    command = [sys.executable, scorer, "--corpus", corpus, "--misses", str(misses), *least]
    return subprocess.run([str(word) for word in command], check=False).returncode


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("shared", type=pathlib.Path)
    arguments.add_argument("--misses", type=int, default=5)
    given = arguments.parse_args()
    corpus, scorer = given.shared / "corpus", given.shared / "score" / "score.py"
    failed = score(scorer, corpus, given.misses, "--min-recall", "0.998", "--min-kept", "0.985")
    with tempfile.TemporaryDirectory() as where:
        print("\nwith corrections.jsonl:", flush=True)
        corrected(corpus, pathlib.Path(where))
        failed |= score(scorer, where, given.misses, "--min-recall", "0.998", "--min-kept", "0.995")
    return failed


if __name__ == "__main__":
    sys.exit(main())

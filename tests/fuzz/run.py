#!/usr/bin/env python3
"""Fuzzing: builds the targets, makes a corpus of the fixtures, runs each target for its share of the time.

    tests/fuzz/run.py                        every target, a few seconds each
    tests/fuzz/run.py --seconds 3600         an hour over all targets
    tests/fuzz/run.py --seconds 300 html js  these only

Plain `cargo build` on stable gives the binaries (see .cargo/config.toml); `cargo fuzz run -s none html` works as well. What a run
finds stays in target/fuzz/found; a leak that was mended becomes a case of fixtures/redact/fuzz.toml, another input stays in
regressions/TARGET. The corpus grows in target/fuzz/corpus from run to run.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "target" / "fuzz"
MAX_LEN = 4096

# By the type that a fixture names; what a target reads besides.
TYPES = {
    "text/html": "html", "application/xhtml+xml": "xhtml", "application/xml": "xml", "text/xml": "xml", "application/json": "json",
    "application/fhir+json": "json", "application/x-ndjson": "ndjson", "text/javascript": "js", "application/javascript": "js",
    "text/css": "css", "text/plain": "text", "text/csv": "csv", "x-application/hl7-v2+er7": "hl7",
    "application/x-www-form-urlencoded": "form", "text/event-stream": "sse", "image/svg+xml": "xml",
    "application/edifact": "edifact",
}
TARGETS = ["html", "xhtml", "xml", "json", "ndjson", "js", "css", "text", "csv", "hl7", "edifact", "multipart", "form", "sse", "url",
           "codings", "charsets", "rules", "config"]
# The patient whom the dictionary of the targets knows (src/lib.rs) takes the place of the fixtures' own.
PATIENT = [("Janet", "Zebedee"), ("JANET", "ZEBEDEE"), ("Williams", "Quillfeather"), ("WILLIAMS", "QUILLFEATHER")]
# The patient in the ways of each format, where the fixtures have few.
OWN = tomllib.loads((HERE / "seeds.toml").read_text())


def corpus():
    """Seeds: the fixtures by their type, own lines, rule files and configurations."""
    seeds = {target: [text.encode() for text in OWN.get(target, [])] for target in TARGETS}
    for file in sorted((ROOT / "fixtures" / "redact").glob("*.toml")):
        for case in tomllib.loads(file.read_text()).get("case", []):
            target = TYPES.get(case["as"].split(";")[0].strip().lower())
            if target is None:
                continue
            if "body_hex" in case:
                seeds["charsets"].append(b"\0\0" + bytes.fromhex(case["body_hex"]))
                continue
            body = case.get("body", "")
            for theirs, ours in PATIENT:
                body = body.replace(theirs, ours)
            seeds[target].append(body.encode())
    text = "<meta charset=x><p>Zo\u00eb Quillfeather 9434765919"
    for n, label in enumerate(["utf-8", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso2022_jp", "shift_jis", "euc_jp", "gb18030"]):
        seeds["charsets"].append(bytes([n, n]) + text.replace("\u00eb", "\u6f22").encode(label))
    for first in [0x80, 0x81, 0x82, 0x83, 0x84]:
        seeds["codings"].append(bytes([first]) + seeds["text"][0])
    import gzip
    import zlib
    seeds["codings"] += [b"\0" + gzip.compress(seeds["text"][0]), b"\1" + zlib.compress(seeds["text"][0])]
    for pack in sorted((ROOT / "rules").rglob("*.toml")):
        # A rule or a few, not the whole pack: short seeds are changed faster.
        for part in pack.read_text().split("\n\n")[:40]:
            seeds["rules"].append(part.encode())
    for file in sorted((ROOT / "fixtures").glob("*.toml")) + sorted((ROOT / "fixtures" / "config").glob("*.toml")):
        seeds["config"].append(file.read_bytes())
    for target, texts in seeds.items():
        folder = OUT / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for n, text in enumerate(texts):
            (folder / f"{n:03}").write_bytes(text[:MAX_LEN])


def build():
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=HERE, check=True,
                   env={**os.environ, "CARGO_INCREMENTAL": "1"})
    host = next(line.split()[1] for line in subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout.splitlines()
                if line.startswith("host:"))
    return OUT / host / "release"


def run(binary, target, seconds, keep_going):
    found = OUT / "found" / target
    grown = OUT / "corpus" / target
    for folder in [found, grown]:
        folder.mkdir(parents=True, exist_ok=True)
    command = [str(binary / target), str(grown), str(OUT / "seeds" / target)]
    kept = HERE / "regressions" / target
    if kept.is_dir():
        command.append(str(kept))
    words = HERE / "dictionaries" / f"{target}.dict"
    if words.exists():
        command.append(f"-dict={words}")
    until = time.monotonic() + seconds
    failures = 0
    executed = 0
    log = OUT / f"{target}.log"
    with open(log, "ab") as out:
        while True:
            left = int(until - time.monotonic())
            if left < 1:
                break
            before = log.stat().st_size
            # The short run of every day is about the same each day; a long one looks elsewhere each time.
            seed = ["-seed=1"] if seconds < 10 else []
            done = subprocess.run(command + seed + [f"-max_total_time={left}", f"-max_len={MAX_LEN}", "-timeout=10", "-rss_limit_mb=2048",
                                             f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=1", "-reduce_inputs=0"],
                                  stdout=out, stderr=out)
            with open(log, "rb") as read:
                read.seek(before)
                text = read.read().decode(errors="replace")
            for line in text.splitlines():
                if line.startswith("stat::number_of_executed_units:"):
                    executed += int(line.split()[-1])
            if done.returncode == 0:
                break
            failures += 1
            what = [line for line in text.splitlines() if "panicked at" in line or "LEAK" in line or "CHUNKS" in line or "CODING" in line
                    or "ERROR: libFuzzer" in line or "Test unit written" in line]
            print(f"{target}: " + "\n  ".join(w[:600] for w in what), flush=True)
            if not keep_going:
                break
    print(f"{target}: {executed} runs in {seconds:.0f} s, {failures} failures", flush=True)
    return failures


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--seconds", type=float, default=float(os.environ.get("FANLIGHT_FUZZ_SECONDS", "51")), help="for all targets together")
    args.add_argument("--keep-going", action="store_true", help="go on with a target after it has failed, until its time is over")
    args.add_argument("targets", nargs="*")
    args = args.parse_args()
    targets = args.targets or TARGETS
    corpus()
    binary = build()
    failures = sum(run(binary, target, args.seconds / len(targets), args.keep_going) for target in targets)
    return 1 if failures else 0


sys.exit(main())

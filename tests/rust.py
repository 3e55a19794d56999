#!/usr/bin/env python3
"""Builds the Rust tests and runs their programs side by side, then the examples in the documentation.

usage: tests/rust.py [NAME…]

`cargo test` runs one program after the other, and most of its time goes to a few that have one long test each and leave the other cores idle. Here the
long ones begin first, and as many run at once as there are cores. What a program says is shown when it fails. Exit code 0: everything passed.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# By how long they took when this was written; one that is not named here begins after them.
LONG = ["fixtures", "clinic_through_proxy", "fanlight", "precision", "adversary", "proxy"]
SECONDS = 1200  # a program that takes longer hangs


def built():
    """The test programs, by name: each source file's own and the library's."""
    cargo = subprocess.run(["cargo", "test", "--release", "--locked", "--no-run", "--quiet", "--message-format=json-render-diagnostics"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if cargo.returncode:
        sys.exit(cargo.returncode)
    messages = [json.loads(line) for line in cargo.stdout.splitlines() if line.startswith("{")]
    tests = [m for m in messages if m.get("reason") == "compiler-artifact" and m["profile"]["test"] and m.get("executable")]
    # The library and the program may have one name.
    return [(t["target"]["name"], t["target"]["kind"][0], t["executable"]) for t in tests]


def run(test):
    name, kind, program = test
    begun = time.monotonic()
    where = dict(os.environ, CARGO_MANIFEST_DIR=str(ROOT), RUST_BACKTRACE="0")
    try:
        done = subprocess.run([program, "--quiet"], cwd=ROOT, env=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SECONDS)
        code, said = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        code, said = -1, (late.stdout or b"").decode(errors="replace") + f"\nstill running after {SECONDS} s"
    return name, kind, code, said, time.monotonic() - begun


def main():
    wanted = sys.argv[1:]
    begun = time.monotonic()
    tests = [t for t in built() if not wanted or t[0] in wanted]
    print(f"built {len(tests)} programs in {time.monotonic() - begun:.0f} s", flush=True)
    tests.sort(key=lambda t: LONG.index(t[0]) if t[0] in LONG else len(LONG))
    passed, failed = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run, test) for test in tests]):
            name, kind, code, said, seconds = done.result()
            counts = re.findall(r"^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored", said, re.M)
            passed += sum(int(c[0]) for c in counts)
            if code or not counts:
                failed.append(name)
                print(said, flush=True)
            print(f"{'FAILED' if code or not counts else 'ok    '} {name:28} {', '.join(f'{c[0]} passed' + (f', {c[2]} ignored' if c[2] != '0' else '') for c in counts) or f'ended with {code}'}  {seconds:.1f} s", flush=True)
    if not wanted:
        examples = subprocess.run(["cargo", "test", "--release", "--locked", "--quiet", "--doc"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        counts = re.findall(r"^test result: .*? (\d+) passed", examples.stdout, re.M)
        passed += sum(map(int, counts))
        if examples.returncode:
            failed.append("examples in the documentation")
            print(examples.stdout)
    print(f"{passed} tests passed; failed: {', '.join(failed) or 'none'}  ({time.monotonic() - begun:.0f} s)")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

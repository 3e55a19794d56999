#!/usr/bin/env python3
"""Conformance by suites and tools of others, through Fanlight: WebSocket (RFC 6455) and HTTP/2 (RFC 9113).

    tests/conformance/run.py                     both, the part for every run
    tests/conformance/run.py --full              all cases, with messages of 16 MiB: some minutes
    tests/conformance/run.py websocket | http2   one of them

What: websocket.py runs the cases of the Autobahn|Testsuite against an echo server (npm `ws`), then against it through Fanlight; http2.py speaks
HTTP/2 over TLS to Fanlight before the synthetic clinic, with nghttp, h2load, curl, and with frames that only a test sends.
Why: our own tests hold what we thought of; these hold what others found that implementations get wrong.
How to read: figures first, then a line for each case that is worse than it may be: its number in the suite (or section of the RFC), what was sent,
what was to come, what came. Reports stay in target/conformance. Cases that differ for a reason are listed in expected.toml, with the reason.
Exit: 0 all as expected, 1 something is worse, 2 the run could not be made.

Needs python3 with venv, node and npm, openssl, curl, nghttp2-client, nghttp2-server; the binary is FANLIGHT_BINARY or target/release/fanlight. All on loopback.
"""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import tomllib

sys.dont_write_bytecode = True  # the sources stay alone in their folder
from house import HERE, OUT, Broken

VENV = OUT / "venv"


def prepare():
    """The pinned packages, in a venv and a node_modules of their own; then goes on inside the venv."""
    wanted = (HERE / "requirements.txt").read_text()
    mark = VENV / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(VENV, ignore_errors=True)
        for command in ([sys.executable, "-m", "venv", str(VENV)], [str(VENV / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "--only-binary=:all:", "-r", str(HERE / "requirements.txt")]):
            if subprocess.run(command, timeout=300).returncode != 0:
                raise Broken(f"{' '.join(command)} failed")
        mark.write_text(wanted)
    if not (HERE / "node_modules" / "ws").exists():
        if subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=HERE, timeout=300).returncode != 0:
            raise Broken("npm ci failed")
    if pathlib.Path(sys.prefix) != VENV:
        if os.environ.get("FANLIGHT_CONFORMANCE_VENV"):
            raise Broken(f"{VENV} is no working venv")
        python = str(VENV / "bin" / "python")
        os.execve(python, [python, *sys.argv], {**os.environ, "FANLIGHT_CONFORMANCE_VENV": "1"})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("suites", nargs="*", help="websocket, http2")
    p.add_argument("--full", action="store_true")
    args = p.parse_args()
    # A run that is told to end still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    try:
        prepare()
        import http2
        import websocket
        expected = tomllib.loads((HERE / "expected.toml").read_text())
        cases, problems = 0, []
        for name, suite in (("websocket", websocket), ("http2", http2)):
            if args.suites and name not in args.suites:
                continue
            start = time.monotonic()
            print(f"{name}:")
            ran, worse = suite.main(expected.get(name, []), args.full)
            cases += ran
            problems += worse
            print(f"  {time.monotonic() - start:.0f} s")
            for line in worse:
                print("    " + line)
    except (Broken, subprocess.TimeoutExpired) as error:
        print(f"the run could not be made: {error}")
        sys.exit(2)
    print(f"conformance: {cases} cases, {len(problems)} findings")
    sys.exit(1 if problems or not cases else 0)


if __name__ == "__main__":
    main()

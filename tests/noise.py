#!/usr/bin/env python3
"""Random bytes through `fanlight redact`: it must end, with an exit code of the contract, and never panic.

usage: noise.py [--seconds 20] [--seed N] [--binary target/release/fanlight]

Each round takes a media type and a body: pure noise, a real document with bytes flipped, cut, doubled or spliced, or deep nesting.
Exit codes 0 (redacted) and 3 (withheld) are right; anything else, a "panicked" on standard error, or 10 seconds without an end, is not.
"""
import argparse, glob, os, random, subprocess, sys, time

TYPES = ["text/html", "text/html; charset=windows-1252", "text/html; charset=utf-16le", "application/xhtml+xml", "application/xml", "application/json",
         "application/fhir+json", "application/x-ndjson", "text/javascript", "text/css", "text/plain", "text/csv", "x-application/hl7-v2+er7",
         "application/x-www-form-urlencoded", "text/event-stream"]
SEEDS = [b"<!doctype html><title>943 476 5919</title><dl><dt>Name<dd>Mrs Janet Williams</dl><script>var a={\"nhs\":\"9434765919\"}</script>",
         b'{"resourceType":"Patient","name":[{"family":"Williams","given":["Janet"]}],"birthDate":"1962-03-14","x":[1,2,{"y":"\\u0039434765919"}]}',
         b"MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.4\rPID|1||RF123^^^H||WILLIAMS^JANET||19620314|F\r",
         b"<?xml version='1.0'?><ClinicalDocument><recordTarget><patient><name><given>Janet</given></name></patient></recordTarget></ClinicalDocument>",
         b"Name,DOB,NHS No\r\n\"Williams, Janet\",14/03/1962,943 476 5919\r\n", b"var p = {name:'Janet',f:`a${b}c`,r:/x[/]y/g}; // NHS 943 476 5919\n",
         b"event: a\ndata: {\"name\":\"Janet Williams\"}\n\ndata: x\n\n", b"nhs=943+476+5919&name=Janet%20Williams"]
BITS = [b"<", b">", b"\"", b"'", b"&#", b"<!--", b"-->", b"<script>", b"</script", b"{", b"[", b"\\u", b"\\", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"]]>", b"<![CDATA[",
        b"943 476 5919", b"&nbsp;", b"\xc2\xad", b"\r", b"\n\n", b"|", b"^", b"%", b"`", b"${", b"/*", b"data:text/html;base64,", b"\x1b$B"]


def body(rng, real):
    kind = rng.random()
    if kind < 0.2:
        return rng.randbytes(rng.randrange(0, 4000))
    if kind < 0.3:
        return rng.choice([b"<div>", b"[", b"{\"a\":", b"<b>", b"((", b"<svg>", b"<table>", b"`${"]) * rng.randrange(1, 30000)
    data = bytearray(rng.choice(SEEDS if rng.random() < 0.5 else real))
    start = rng.randrange(0, max(1, len(data)))
    data = data[start:start + 20000] if rng.random() < 0.3 else data[:60000]
    for _ in range(rng.randrange(1, 40)):
        at = rng.randrange(0, len(data) + 1)
        what = rng.random()
        if what < 0.4:
            data[at:at] = rng.choice(BITS)
        elif what < 0.6 and at < len(data):
            data[at] = rng.randrange(256)
        elif what < 0.8:
            del data[at:at + rng.randrange(1, 50)]
        else:
            data[at:at] = data[at:at + rng.randrange(1, 200)] * rng.randrange(1, 5)
    return bytes(data)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seconds", type=float, default=20)
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--binary", default="target/release/fanlight")
    args = p.parse_args()
    rng = random.Random(args.seed)
    shared = os.environ.get("FANLIGHT_SHARED", "../shared")
    real = [open(f, "rb").read() for f in sorted(glob.glob(f"{shared}/corpus/*/*"))[::7] + sorted(glob.glob("fixtures/**/*.html", recursive=True))] or SEEDS
    end, rounds, codes, bad = time.time() + args.seconds, 0, {}, []
    while time.time() < end:
        media, data = rng.choice(TYPES), body(rng, real)
        cmd = [args.binary, "redact", "--config", "fixtures/score.toml", "--trust", "royal-free", "--as", media, "--path", "/x"]
        try:
            run = subprocess.run(cmd, input=data, capture_output=True, timeout=10)
            code, err = run.returncode, run.stderr
        except subprocess.TimeoutExpired:
            code, err = "no end in 10 s", b""
        codes[code] = codes.get(code, 0) + 1
        if code not in (0, 3) or b"internal check failed" in err or b"panicked" in err:
            bad.append((media, code, err[-200:]))
            name = f"/tmp/fanlight-noise-{args.seed}-{rounds}"
            open(name, "wb").write(data)
            print(f"round {rounds}: {media}: {code}: {err[-200:]!r}; input kept as {name}")
            if len(bad) >= 5:
                break
        rounds += 1
    print(f"noise: seed {args.seed}, {rounds} rounds in {args.seconds:.0f} s, exit codes {codes}, {len(bad)} bad")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

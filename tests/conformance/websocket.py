"""The cases of the Autobahn|Testsuite: to the echo server itself, then to the same server through Fanlight.

Autobahn's own runner is Python 2; `kosoku` (PyPI) drives its case files, word for word, from a current Python. No case may be worse through
Fanlight than without it, but for those that expected.toml lists, each with its reason.
"""
import json
import pathlib
import shutil
import sys

from house import HERE, Broken, House, free_port

# Compression is never offered onward (Fanlight reads every message), so 12 and 13 have nothing to say.
ALL = ["-i", "*", "-x", "12.*", "-x", "13.*"]
# In every run: messages of a megabyte and more take minutes to be looked at, so of those only the ones that are over the bound.
QUICK = [*ALL, *(w for c in ["9.1.4", "9.1.5", "9.1.6", "9.2.4", "9.2.5", "9.2.6", "9.3.*", "9.4.*", "9.5.*", "9.6.*"] for w in ("-x", c))]
RANK = ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "WRONG CODE", "UNCLEAN", "FAILED BY CLIENT", "FAILED", "ERROR"]
ROUTES = """
[[route]]
id = "raw"
path = "/raw/**"
treatment = "inert"
types = ["application/octet-stream"]
inbound = "allow"
hit = "GET /raw/live"
miss = "GET /held/live"

[[route]]
id = "held"
path = "/held/**"
treatment = "rewrite"
inbound = "allow"
hit = "GET /held/live"
miss = "GET /raw/live"
"""


def suite(house, name, port, path, which, seconds, together=4):
    """Runs cases; {case: what the report says}."""
    out = house.out / name
    shutil.rmtree(out, ignore_errors=True)
    command = [str(pathlib.Path(sys.executable).with_name("kosoku")), "-p", str(together), *which, "-o", str(out), f"ws://127.0.0.1:{port}{path}"]
    code, said = house.run(command, seconds)
    if code is None or not (out / "index.json").exists():
        raise Broken(f"the suite did not end in {seconds} s or made no report: {said.decode(errors='replace')[-600:]}")
    results = {}
    for page in out.glob("*_case_*.json"):
        case = json.loads(page.read_text())
        results[case["id"]] = case
    return results


def verdict(case):
    return (case["behavior"], case["behaviorClose"])


def rank(case):
    return tuple(RANK.index(word) if word in RANK else len(RANK) for word in verdict(case))


def worse(through, direct):
    return any(a > b for a, b in zip(rank(through), rank(direct)))


def timed_out(case):
    """The suite's own clock ended the case: a busy machine can do that, so such a case is asked again, alone."""
    return any(entry[0] in ("KLE", "TIE") for entry in case["wirelog"])


def told(case):
    sent = " ".join(f"op{e[2]}{'' if e[3] else '+'}[{e[1][0]}]" for e in case["wirelog"] if e[0] == "TF")
    came = " ".join(f"op{e[2]}{'' if e[3] else '+'}[{e[1][0]}]" for e in case["wirelog"] if e[0] == "RF")
    return (f"{case['id']}: {'/'.join(verdict(case))}, close code {case['remoteCloseCode']}; sent {sent[:90]}; came {came[:90] or 'nothing'}; "
            f"{case['result']} {case['resultClose']}".replace("\n", " "))


def one(house, name, port, path, which, direct, listed, seconds):
    """One run through Fanlight against its expectation; (figures, problems)."""
    through = suite(house, name, port, path, which, seconds)
    again = [c for c in through if c in direct and worse(through[c], direct[c]) and not is_listed(through[c], listed) and timed_out(through[c])]
    again = again if len(again) <= 12 else []  # so many are no matter of the machine
    if again:
        second = suite(house, f"{name}-again", port, path, [w for c in again for w in ("-i", c)], seconds, together=1)
        through.update(second)
    problems = [f"{c}: asked of the echo server, but not through Fanlight" for c in sorted(direct) if c not in through]
    same, differ, worst = 0, 0, {}
    for c, case in sorted(through.items(), key=lambda kv: [int(p) for p in kv[0].split(".")]):
        entry = listed.get(c)
        if entry and is_listed(case, listed):
            differ += 1
        elif entry and entry.get("must"):
            problems.append(told(case) + f"; it must be as listed, with {entry['code']}")
        elif worse(case, direct[c]):
            worst.setdefault((*verdict(case), case["remoteCloseCode"]), []).append(case)
        else:
            same += 1
            if entry and not entry.get("race"):
                print(f"    {c} is no longer as listed but as good as without Fanlight: take it off expected.toml")
    # What went wrong the same way is told once, with its first case.
    for alike in worst.values():
        others = ", ".join(case["id"] for case in alike[1:])
        problems.append(told(alike[0]) + (f"; and the same way {len(alike) - 1} more: {others}" if others else ""))
    bad = len(through) - same - differ
    line = f"  {name}: {len(through)} cases, {same} as good as the echo server itself, {differ} differ as listed, {bad} worse"
    print(line + (f" ({len(again)} asked twice: the machine was slow)" if again else ""))
    return problems


def is_listed(case, listed):
    entry = listed.get(case["id"])
    return bool(entry) and "/".join(verdict(case)) in entry["verdict"] and case["remoteCloseCode"] == entry.get("code")


def main(expected, full):
    with House("websocket") as house:
        echo = free_port()
        house.start("echo", ["node", str(HERE / "echo.mjs"), str(echo)], echo)
        bounds = "[bounds]\nlook_ahead = 67108864" if full else ""
        gate = house.gate(house.fanlight([("127.0.0.1", f"http://127.0.0.1:{echo}", "", ["base", "own"])], proxy=bounds, rules=ROUTES))
        which, seconds = (ALL, 1800) if full else (QUICK, 60)
        direct = suite(house, "direct", echo, "/", which, seconds)
        bad = [c for c in direct.values() if "FAILED" in verdict(c)]
        print(f"  the echo server itself: {len(direct)} cases, {len(bad)} failed")
        if len(direct) < 200:
            raise Broken("the suite knows fewer cases than it should")
        listed = lambda run: {c: e for e in expected if e["run"] == run and e.get("full", full) == full for c in e["cases"]}
        problems = one(house, "through", gate, "/raw/x", which, direct, listed("through"), seconds)
        # Where a route lets no bytes pass, binary messages end the socket.
        binary = [w for c in ["1.2.*"] for w in ("-i", c)]
        problems += one(house, "withheld", gate, "/held/x", binary, {c: v for c, v in direct.items() if c.startswith("1.2.")}, listed("withheld"), seconds)
        return len(direct) + 8, problems

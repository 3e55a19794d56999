#!/usr/bin/env python3
"""The viewer of documents, tested through the real proxy: no identifier in any page picture, the clinical text legible, nothing hangs or dies.

usage: run.py --fanlight BIN [--only NAME…] [--mutants 300] [--seed 1] [--thorough] [--report FILE] [--keep FOLDER]

Makes the documents where they are missing, serves them as application/pdf under /letters/NAME, starts `BIN serve` before that (rules/base and
tests/documents/rules), and opens each as a browser would. What comes must be a page with pictures, or a refusal. Every picture is read by the oracle
(mutants: as many as there is time for, those first that differ most from what was read before); the page's markup, addresses and headers are searched too.

The control: each document drawn without Fanlight, where the oracle must see its identifiers; kept in OUT/control.json by the document's digest.
Exit code 0: everything holds.
"""
import argparse
import base64
import collections
import concurrent.futures
import hashlib
import html
import http.client
import http.server
import io
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from datetime import date

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = HERE / ".venv" / "bin" / "python"
if VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(str(VENV), [str(VENV), *sys.argv])
sys.path.insert(0, str(HERE))

from PIL import Image, ImageChops  # noqa: E402

import mutate  # noqa: E402
import oracle  # noqa: E402

TRUST = "royal-free"
SECONDS = 20  # in which every answer must be there
NAVIGATION = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "none", "sec-fetch-user": "?1",
              "upgrade-insecure-requests": "1"}
PICTURE = {"accept": "image/avif,image/webp,image/png,image/*;q=0.8,*/*;q=0.5", "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors", "sec-fetch-site": "same-origin"}
SIGNED_IN = {"x-forwarded-user": "sam@centre.example", "x-forwarded-groups": "engineer"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


# ------------------------------------------------------------------------------------------------ the two servers

class Upstream:
    """The clinical system: documents from memory, and what was asked for them."""

    def __init__(self):
        self.files = {}
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                data, headers = upstream.files.get(urllib.parse.urlsplit(self.path).path, (None, {}))
                self.send_response(200 if data is not None else 404)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/pdf" if data is not None else "text/plain")
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                try:
                    self.wfile.write(data or b"")
                except OSError:
                    pass

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):  # a proxy may let a connection go
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, name, data, headers):
        self.files[f"/letters/{name}"] = (data, headers)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def configuration(port, upstream, folder):
    packs = ", ".join(json.dumps(str(ROOT / p)) for p in ("rules/base", "tests/documents/rules"))
    return f"""
[proxy]
listen = "127.0.0.1:{port}"
[identity.forwarded]
user = "x-forwarded-user"
groups = "x-forwarded-groups"
trusted = ["127.0.0.1/32"]
[timeouts]
document = 12
[store]
url = "sqlite:{folder}/fanlight.db"
[[centre]]
id = "us-upgrade-centre"
networks = ["127.0.0.0/8"]
limits = {{ record_views_per_minute = 100000, distinct_records_per_hour = 100000, distinct_records_per_day = 100000, bytes_per_hour = 1099511627776 }}
[[trust]]
id = "{TRUST}"
name = "The trust"
host = "{TRUST}.localhost"
upstream = "http://127.0.0.1:{upstream}"
rules = [{packs}]
limits = {{ record_views_per_minute = 100000, distinct_records_per_hour = 100000, distinct_records_per_day = 100000, bytes_per_hour = 1099511627776 }}
[[grant]]
engineer = "sam@centre.example"
trust = "{TRUST}"
ticket = "CHG-1001"
until = "2099-01-01T00:00:00Z"
"""


class Proxy:
    """`BIN serve` before the upstream."""

    def __init__(self, binary, upstream, folder):
        self.port = free_port()
        config = pathlib.Path(folder) / "fanlight.toml"
        config.write_text(configuration(self.port, upstream, folder))
        self.log = open(pathlib.Path(folder) / "fanlight.log", "w+b")
        self.child = subprocess.Popen([binary, "serve", "--config", str(config)], cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(200):
            if self.child.poll() is not None:
                raise SystemExit(f"{binary} ended at once:\n{self.said()}")
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"{binary} does not listen:\n{self.said()}")

    def said(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-6000:]

    def below(self):
        """The processes that the proxy started and that are still there, with their resident mebibytes."""
        found = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
                if fields[0] != "Z" and int(fields[1]) == self.child.pid:
                    found[int(stat.parent.name)] = int(fields[21]) * 4096 >> 20
            except (OSError, IndexError, ValueError):
                pass
        return found

    def peak(self):
        try:
            return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.child.pid}/status").read_text()).group(1)) >> 10
        except (OSError, AttributeError):
            return 0

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()


# ------------------------------------------------------------------------------------------------ as a browser

class Answer:
    """One answer with how long it took."""

    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    @property
    def kind(self):
        return next((v for k, v in self.headers if k == "content-type"), "").split(";")[0].strip().lower()


def ask(proxy, path, headers, referer=None):
    """One request; an exception says how it failed to be answered in time."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=SECONDS + 1)
    try:
        given = {"Host": f"{TRUST}.localhost:{proxy.port}", "User-Agent": AGENT, **SIGNED_IN, **headers}
        if referer:
            given["Referer"] = f"http://{TRUST}.localhost:{proxy.port}{referer}"
        connection.request("GET", path, headers=given)
        response = connection.getresponse()
        body = bytearray()
        while chunk := response.read1(1 << 16):
            body += chunk
            if time.monotonic() - begun > SECONDS:
                raise TimeoutError("slow")
        seconds = time.monotonic() - begun
        if seconds > SECONDS:
            raise TimeoutError("slow")
        return Answer(response.status, [(k.lower(), v) for k, v in response.getheaders()], bytes(body), seconds)
    finally:
        connection.close()


def pictures_of(page, path):
    """The addresses of the page pictures in the viewer's markup, in order, each once; and the next viewer page where there is one."""
    found = []
    for tag in re.findall(r"<img\b[^>]*>", page, re.I):
        source = re.search(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", tag, re.I)
        if source:
            address = html.unescape(next(g for g in source.groups() if g is not None))
            if not address.startswith("data:"):
                whole = urllib.parse.urljoin(path, address)
                parts = urllib.parse.urlsplit(whole)
                whole = parts.path + (f"?{parts.query}" if parts.query else "")
                if whole not in found:
                    found.append(whole)
    # The viewer's pictures are part of its page: backgrounds, which browsers offer neither to save nor to drag.
    for address in re.findall(r"""background-image:url\((data:image/png;base64,[A-Za-z0-9+/=]+)\)""", page):
        found.append(address)
    following = re.search(r"""<(?:a|link)\b[^>]*rel=["']?next["']?[^>]*>""", page, re.I)
    target = following and re.search(r"""href=["']?([^"'\s>]+)""", following.group())
    return found, urllib.parse.urljoin(path, html.unescape(target.group(1))) if target else None


class Opened:
    """What opening one document gave."""

    def __init__(self, name):
        self.code, self.name, self.pictures, self.wrong, self.status, self.seconds, self.viewer, self.told = "", name, [], [], None, 0.0, False, []


def open_document(proxy, name, truth, most=200):
    """Opens /letters/NAME and fetches its page pictures; what breaks the contract stands in `wrong`."""
    opened = Opened(name)
    path, addresses, pages = f"/letters/{name}", [], 0
    try:
        while path and pages < 50:
            answer = ask(proxy, path, NAVIGATION)
            pages += 1
            opened.seconds = max(opened.seconds, answer.seconds)
            if opened.status is None:
                opened.status = answer.status
            opened.told += told(answer, path, truth)
            if answer.status != 200:
                code = re.search(rb"\d{3} \xc2\xb7 ([a-z-]+)", answer.body)
                opened.code = code.group(1).decode() if code else "no code"
                if answer.status >= 500 and answer.status not in (502, 503):
                    opened.wrong.append(f"status {answer.status}")
                break
            if answer.kind not in ("text/html", "application/xhtml+xml"):
                opened.wrong.append(f"the viewer's page is {answer.kind or 'of no type'}")
                break
            if b"%PDF-" in answer.body:
                opened.wrong.append("the document itself came")
            found, path_next = pictures_of(answer.body.decode(errors="replace"), path)
            addresses += [(a, path) for a in found if (a, path) not in addresses]
            path = path_next
        opened.viewer = bool(addresses)
        for address, referer in addresses[:most]:
            if address.startswith("data:"):
                inside = base64.b64decode(address.split(",", 1)[1])
                answer = Answer(200, [("content-type", "image/png"), ("cache-control", "no-store")], inside, 0.0)
            else:
                answer = ask(proxy, address, PICTURE, referer)
            opened.seconds = max(opened.seconds, answer.seconds)
            opened.told += told(answer, address, truth)
            if answer.status != 200:
                if answer.status >= 500 and answer.status not in (502, 503):
                    opened.wrong.append(f"picture: status {answer.status}")
                continue
            if answer.kind != "image/png" or not answer.body.startswith(b"\x89PNG\r\n\x1a\n"):
                opened.wrong.append(f"a picture is {answer.kind or 'of no type'}")
                continue
            if "no-store" not in " ".join(v for k, v in answer.headers if k == "cache-control"):
                opened.wrong.append("a picture may be stored")
            for chunk in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
                if chunk in answer.body[:4096] or chunk in answer.body[-4096:]:
                    opened.wrong.append(f"a picture holds {chunk.decode()}")
            try:
                picture = Image.open(io.BytesIO(answer.body))
                picture.load()
                opened.pictures.append(picture.convert("L"))
            except Exception as error:
                opened.wrong.append(f"a picture is none: {error}")
    except (OSError, TimeoutError, http.client.HTTPException) as error:
        opened.wrong.append(f"no answer in {SECONDS} s: {type(error).__name__} {error}" if isinstance(error, TimeoutError) else f"no whole answer: {type(error).__name__} {error}")
    return opened


def told(answer, path, truth):
    """Identifiers in markup, headers and addresses, exactly as they may be written there."""
    text = path + "\n" + "\n".join(f"{k}: {v}" for k, v in answer.headers)
    if not answer.kind.startswith("image/"):
        text += "\n" + answer.body.decode(errors="replace")
    text = html.unescape(urllib.parse.unquote_plus(text)).lower().replace("\u00a0", " ")
    out = []
    for identifier in truth["identifiers"]:
        kind, value = identifier["kind"], identifier["value"]
        forms = [value.lower(), re.sub(r"\s", "", value.lower())]
        if kind == "nhs-number":
            forms += [f"{value[:3]}{gap}{value[3:6]}{gap}{value[6:]}" for gap in " -."]
        elif kind == "date-of-birth":
            d = date.fromisoformat(value)
            forms += [d.strftime(f).lower() for f in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d%m%Y", "%Y%m%d")] + [f"{d.day} {d.strftime('%B %Y')}".lower()]
        elif kind in ("name", "gp-name", "relative"):
            parts = [p.lower() for p in value.split() if p.lower() not in truth["words"]]
            if any(re.search(rf"(?<![a-z]){re.escape(p)}(?![a-z])", text) for p in parts):
                out.append(f"{kind} {value}")
            continue
        if any(f in text for f in forms):
            out.append(f"{kind} {value}")
    return out


# ------------------------------------------------------------------------------------------------ judging

def pages_to_read(pictures):
    """All pictures, or of many the first two, some of the middle and the last."""
    if len(pictures) <= 6:
        return pictures
    return [pictures[i] for i in sorted({0, 1, len(pictures) // 3, len(pictures) // 2, len(pictures) - 1})]


def new_ink(picture, known):
    """How many pixels are dark that are light in the known picture that resembles it most: what was not read there must be made of them."""
    dark = picture.point(lambda v: 255 if v < 140 else 0)
    least = dark.histogram()[255]
    for other in known:
        if other.size == picture.size:
            light = other.point(lambda v: 255 if v > 190 else 0)
            least = min(least, ImageChops.multiply(dark, light).histogram()[255])
    return least


def controls(folder, truths, pool, force=False):
    """What the oracle sees of every document without Fanlight, remembered by the document's digest."""
    file = folder / "control.json"
    kept = json.loads(file.read_text()) if file.exists() and not force else {}
    todo = []
    for truth in truths:
        digest = hashlib.sha256((folder / f"{truth['name']}.pdf").read_bytes() + json.dumps(truth, sort_keys=True).encode()).hexdigest()
        if kept.get(truth["name"], {}).get("digest") != digest:
            todo.append((truth, digest))

    def look(item):
        truth, digest = item
        pictures = oracle.drawn(folder / f"{truth['name']}.pdf")
        seen, missing, _ = oracle.judge(pictures, truth, (oracle.SCATTERED,))
        return truth["name"], {"digest": digest, "drawn": bool(pictures), "seen": [f"{k} {v}" for k, v, _ in seen], "illegible": missing}

    for name, result in pool.map(look, todo):
        kept[name] = result
    file.write_text(json.dumps(kept, indent=1) + "\n")
    return kept


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--fanlight", required=True, help="the binary")
    p.add_argument("--documents", default=str(HERE / "out"))
    p.add_argument("--only", nargs="*", help="documents by name; no mutants, unless --mutants says so")
    p.add_argument("--mutants", type=int)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--ocr-seconds", type=float, default=110, help="how long pictures of mutants are read")
    p.add_argument("--thorough", action="store_true", help="every picture is read in every way")
    p.add_argument("--report", help="a JSON file to write")
    p.add_argument("--keep", help="a folder for the pictures of what failed")
    p.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 2))
    args = p.parse_args()
    began = time.monotonic()
    folder = pathlib.Path(args.documents)
    if not list(folder.glob("*.pdf")):
        subprocess.run([sys.executable, str(HERE / "make.py"), "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    truths = [json.loads(f.read_text()) for f in sorted(folder.glob("*.json")) if f.name != "control.json"]
    if args.only:
        truths = [t for t in truths if t["name"] in args.only]
    if not truths:
        raise SystemExit("no such document")
    count = args.mutants if args.mutants is not None else 0 if args.only else 300
    failures, report = [], {"documents": {}, "mutants": {}}

    def failed(name, what, pictures=()):
        failures.append(f"{name}: {what}")
        if args.keep:
            kept = pathlib.Path(args.keep) / name
            kept.mkdir(parents=True, exist_ok=True)
            for number, picture in enumerate(pictures):
                picture.save(kept / f"{number + 1}.png")

    upstream = Upstream()
    for truth in truths:
        upstream.serve(truth["name"], (folder / f"{truth['name']}.pdf").read_bytes(), truth["headers"])
    with tempfile.TemporaryDirectory() as place, concurrent.futures.ThreadPoolExecutor(args.workers) as pool:
        proxy = Proxy(args.fanlight, upstream.port, place)
        try:
            control = controls(folder, truths, pool)
            asked = sum(len(t["identifiers"]) for t in truths)
            saw = sum(len(control[t["name"]]["seen"]) for t in truths)
            print(f"control: {saw} of {asked} identifiers are seen in {len(truths)} documents without Fanlight  ({time.monotonic() - began:.0f} s)", flush=True)
            if saw < asked * 0.9:
                failed("control", f"the oracle sees only {saw} of {asked} identifiers where nothing is masked")

            # -------- the documents as they are
            begun = time.monotonic()
            read_pictures = collections.defaultdict(list)  # of each document, what was read and shows nothing

            def whole(truth):
                opened = open_document(proxy, truth["name"], truth)
                ways = oracle.EVERY_WAY if args.thorough else (oracle.SCATTERED, oracle.PAGE) if truth["expect"] == "shown" else (oracle.SCATTERED, oracle.HARD)
                seen, missing, _ = oracle.judge(pages_to_read(opened.pictures), truth, ways) if opened.pictures else ([], truth["clinical"], [])
                return truth, opened, seen, missing

            shown = hidden = legible_words = words = 0
            for truth, opened, seen, missing in pool.map(whole, truths):
                name, said = truth["name"], []
                missing = [m for m in missing if m not in control[name]["illegible"]]
                if opened.wrong:
                    said.append("; ".join(sorted(set(opened.wrong))))
                if seen:
                    said.append("SEEN " + ", ".join(f"{k} {v} ({much})" for k, v, much in seen))
                if opened.told:
                    said.append("TOLD beside the pictures: " + ", ".join(sorted(set(opened.told))))
                if truth["expect"] == "shown":
                    shown += 1
                    words += len(truth["clinical"])
                    legible_words += len(truth["clinical"]) - len(missing)
                    if not opened.pictures:
                        said.append(f"not shown (status {opened.status}, {opened.code})")
                    elif len(missing) * 5 > len(truth["clinical"]):
                        said.append("illegible: " + ", ".join(missing))
                    if truth.get("pages") and opened.pictures and len(opened.pictures) < truth["pages"]:
                        said.append(f"{len(opened.pictures)} of {truth['pages']} pages")
                else:
                    hidden += 1
                if not seen:
                    read_pictures[name] = opened.pictures[:4]
                report["documents"][name] = {"status": opened.status, "pictures": len(opened.pictures), "seconds": round(opened.seconds, 2), "seen": seen, "told": opened.told, "illegible": missing, "wrong": said}
                if said:
                    failed(name, " | ".join(said), opened.pictures)
                print(f"{'FAILED ' if said else 'holds  '} {name:28} {opened.status} {len(opened.pictures):3} pictures {opened.seconds:5.2f} s  {' | '.join(said)}"
                      f"{'  (illegible: ' + ', '.join(missing) + ')' if missing and not said and truth['expect'] == 'shown' else ''}", flush=True)
            print(f"documents: {shown} to be shown, {hidden} that nobody can read as text; {legible_words} of {words} clinical words legible  ({time.monotonic() - begun:.0f} s)", flush=True)

            # -------- mutants
            if count:
                begun = time.monotonic()
                slots = threading.Semaphore(args.workers * 3)

                def one(mutant):
                    try:
                        if proxy.child.poll() is not None:
                            return mutant, None
                        upstream.serve(mutant.name, mutant.data, {})
                        return mutant, open_document(proxy, mutant.name, mutant.truth, most=3)
                    finally:
                        upstream.files.pop(f"/letters/{mutant.name}", None)
                        slots.release()

                def submitted():
                    for mutant in mutate.mutants(folder, count, args.seed):
                        slots.acquire()
                        yield pool.submit(one, mutant)

                statuses, waiting, slowest, big = collections.Counter(), [], (0.0, ""), 0
                pending = collections.deque()

                def taken(future):
                    nonlocal slowest, big
                    mutant, opened = future.result()
                    if opened is None:
                        failed(mutant.name, "the proxy is gone")
                        return
                    statuses[f"{opened.status}{' with pictures' if opened.pictures else ' without pictures' if opened.status == 200 else ''}"] += 1
                    slowest = max(slowest, (opened.seconds, mutant.name))
                    big = max([big, *proxy.below().values()])
                    if opened.wrong:
                        failed(mutant.name, "; ".join(sorted(set(opened.wrong))))
                    if opened.told:
                        failed(mutant.name, "TOLD beside the pictures: " + ", ".join(sorted(set(opened.told))))
                    for picture in opened.pictures:
                        if picture.width * picture.height > 60_000_000:
                            failed(mutant.name, f"a picture of {picture.width} by {picture.height}")
                        elif not oracle.blank(picture):
                            ink = new_ink(picture, read_pictures[mutant.truth["name"]])
                            if ink > 250:  # a name of ten letters is made of more
                                waiting.append((ink, len(waiting), mutant.name, mutant.truth, picture))

                for future in submitted():
                    pending.append(future)
                    while pending and (pending[0].done() or len(pending) > args.workers * 2):
                        taken(pending.popleft())
                while pending:
                    taken(pending.popleft())
                print(f"mutants: {count} asked for, answered {dict(statuses)}; slowest {slowest[0]:.1f} s ({slowest[1]})  ({time.monotonic() - begun:.0f} s)", flush=True)

                begun = time.monotonic()
                # Of each document in turn, what differs most from what was read: a sample over all, if there is no time for all.
                waiting.sort(key=lambda w: -w[0])
                rank, ordered = collections.Counter(), []
                for item in waiting:
                    ordered.append((rank[item[3]["name"]], item))
                    rank[item[3]["name"]] += 1
                ordered.sort(key=lambda o: o[0])
                end = time.monotonic() + (args.ocr_seconds if not args.thorough else 1e9)

                def read_one(entry):
                    _, (_, _, name, truth, picture) = entry
                    if time.monotonic() > end:
                        return None
                    if new_ink(picture, read_pictures[truth["name"]]) <= 250:
                        return name, [], picture, False
                    seen, _, _ = oracle.judge([picture], truth, oracle.EVERY_WAY if args.thorough else (oracle.SCATTERED,))
                    if not seen and len(read_pictures[truth["name"]]) < 12:
                        read_pictures[truth["name"]].append(picture)
                    return name, seen, picture, True

                was_read = alike = unread = 0
                for result in pool.map(read_one, ordered):
                    if result is None:
                        unread += 1
                        continue
                    name, seen, picture, by_ocr = result
                    was_read += by_ocr
                    alike += not by_ocr
                    if seen:
                        failed(name, "SEEN " + ", ".join(f"{k} {v} ({much})" for k, v, much in seen), [picture])
                print(f"mutants' pictures: {was_read} read, {alike} like one that was read, {unread} not read for lack of time  ({time.monotonic() - begun:.0f} s)", flush=True)
                report["mutants"] = {"statuses": dict(statuses), "slowest": slowest, "read": was_read, "unread": unread}

                # It lives, and what it started is gone.
                if proxy.child.poll() is None:
                    again = open_document(proxy, truths[0]["name"], truths[0])
                    if again.wrong or not (again.pictures or truths[0]["expect"] != "shown"):
                        failed(truths[0]["name"], f"after the mutants: {again.status} {again.wrong}")
                    time.sleep(2)
                    left = proxy.below()
                    print(f"the proxy's peak {proxy.peak()} MiB, its processes' largest {big} MiB, {len(left)} of them still there")
                    report["mutants"].update(peak=proxy.peak(), left=len(left))
                    if len(left) > 4:
                        failed("proxy", f"{len(left)} processes are left running")
            if proxy.child.poll() is not None:
                failed("proxy", f"it died with {proxy.child.returncode}: {proxy.said()[-1500:]}")
            if re.search(r"panicked at", proxy.said()):
                failed("proxy", "it panicked: " + proxy.said()[-800:])
        finally:
            proxy.stop()
    if args.report:
        pathlib.Path(args.report).write_text(json.dumps(dict(report, failures=failures), indent=1) + "\n")
    for line in failures:
        print("FAILED", line)
    print(f"{'FAILED: ' + str(len(failures)) if failures else 'everything holds'}  ({time.monotonic() - began:.0f} s)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""HTTP/2 over TLS: frame by frame (http2_cases.py), then as nghttp, h2load and curl speak it, to Fanlight before the synthetic clinic."""
import hashlib
import http.server
import json
import shutil
import ssl
import threading
import time

from house import ENGINEER, ROOT, Broken, House, binary, free_port
from http2_cases import CASES
from http2_wire import Wrong

CLINIC, PLAIN, FAR = "royal-free.localhost", "plain.localhost", "far.localhost"
WORDS = b"The ward round is at nine and the pathology lift is slow. " * 6000
RULES = """
[[route]]
id = "forms"
path = ["/echo", "/slow", "/words", "/trailers"]
methods = ["GET", "HEAD", "POST"]
treatment = "rewrite"
inbound = "allow"
hit = "GET /words"
miss = "GET /else"
"""


class Plain(http.server.BaseHTTPRequestHandler):
    """A system behind that says what it was sent."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, body, kind="text/plain; charset=utf-8"):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/slow"):
            time.sleep(1)
        if self.path.startswith("/trailers"):
            self.send_response(200)
            for name, value in (("content-type", "text/plain; charset=utf-8"), ("transfer-encoding", "chunked"), ("trailer", "x-end")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"5\r\nwards\r\n0\r\nx-end: reached\r\n\r\n")
            return
        self.say(WORDS if self.path.startswith("/words") else b"a page")

    do_HEAD = do_GET

    def do_POST(self):
        body, self.trailers = b"", 0
        if "chunked" in self.headers.get("transfer-encoding", ""):
            while (size := int(self.rfile.readline().split(b";")[0], 16)):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                self.trailers += 1
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.say(json.dumps({"octets": len(body), "hash": hashlib.sha256(body).hexdigest()[:8], "trailers": self.trailers}).encode(), "application/json")


class Behind(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # The usual 5 would lose connections of a burst in the kernel.
    request_queue_size = 1024

    def handle_error(self, *_):
        pass  # some cases end a connection in the middle of an answer


class Target:
    """Where the frames go."""
    headers = (("x-forwarded-user", ENGINEER), ("user-agent", "conformance"))

    def __init__(self, port, ca, authority, path, post, slow, big):
        self.port, self.ca, self.authority, self.path, self.post, self.slow, self.big = port, ca, authority, path, post, slow, big


def frames(name, target, expected, own):
    """Every case; (how many ran, {section: what went wrong})."""
    wrong = {}
    cases = [c for c in CASES if own or not c[3].get("fanlight")]
    for section, what, test, _ in cases:
        try:
            test(target)
        except Wrong as error:
            wrong[section] = f"{section} ({what}): {error}"
        except (OSError, ssl.SSLError) as error:
            wrong[section] = f"{section} ({what}): no connection: {error}"
        except Exception as error:  # what came was no HTTP/2 at all
            wrong[section] = f"{section} ({what}): {type(error).__name__}: {error}"
    listed = [c for c in wrong if c in expected and expected[c]["came"] in wrong[c]]
    print(f"  {name}: {len(cases)} cases, {len(wrong) - len(listed)} wrong, {len(listed)} differ as listed")
    for section in expected:
        if section not in wrong and own:
            print(f"    {section} is no longer as listed: take it off expected.toml")
    return len(cases), [line for section, line in wrong.items() if section not in listed]


def tools(house, port, ca, full):
    """The clients of others. Each is (what, command, seconds, what its output must show)."""
    user = f"x-forwarded-user: {ENGINEER}"
    site = lambda host, path="/": f"https://{host}:{port}{path}"
    curl = ["curl", "-sS", "--http2", "--max-time", "20", "--cacert", ca, "-H", user]
    for host in (CLINIC, PLAIN, FAR):
        curl += ["--resolve", f"{host}:{port}:127.0.0.1"]
    told = ["-o", "/dev/null", "-w", "%{http_version} %{http_code} %{size_download}"]
    # nghttp and h2load know no --resolve: the address is in the link, the name in :authority.
    ng = lambda host, *more: ["nghttp", "-y", "-H", f":authority: {host}:{port}", "-H", user, *more]
    local = lambda path="/": f"https://127.0.0.1:{port}{path}"
    body = house.out / "body"
    body.write_bytes(WORDS)
    # Trailers that nobody looked at are not sent on.
    said = json.dumps({"octets": len(WORDS), "hash": hashlib.sha256(WORDS).hexdigest()[:8], "trailers": 0})
    rounds = 20000 if full else 2000
    exact = lambda text: lambda out: out.strip() == text
    has = lambda *texts: lambda out: all(t in out for t in texts)
    load = lambda n: lambda out: f"{n} succeeded, 0 failed, 0 errored, 0 timeout" in out and f"status codes: {n} 2xx" in out
    answers = lambda n: lambda out: out.count(":status: 200") == n and "RST_STREAM" not in out
    return [
        ("curl: HTTP/2 by ALPN", [*curl, *told, site(CLINIC, "/login")], 30, lambda out: out.startswith("2 200 ")),
        ("curl: 340 KiB, every octet", [*curl, site(PLAIN, "/words")], 30, exact(WORDS.decode().strip())),
        ("curl: 340 KiB, compressed on the way", [*curl, "--compressed", site(PLAIN, "/words")], 30, exact(WORDS.decode().strip())),
        ("curl: HEAD", [*curl, "-I", site(PLAIN, "/words")], 30, has("HTTP/2 200")),
        ("curl: POST of 340 KiB, every octet", [*curl, "--data-binary", f"@{body}", site(PLAIN, "/echo")], 30, has(said)),
        ("curl: POST without a length", [*curl, "-X", "POST", "-T", "-", site(PLAIN, "/echo")], 30, has('"octets": 0')),
        ("curl: Expect: 100-continue", [*curl, "-H", "Expect: 100-continue", "--data-binary", f"@{body}", site(PLAIN, "/echo")], 30, has(said)),
        ("curl: 50 requests at once on one connection", [*curl, "-Z", "--parallel-max", "50", *told, "-w", "%{http_version} %{http_code}\n", *(w for _ in range(50) for w in (site(PLAIN, "/page"), "-o", "/dev/null"))], 60, lambda out: out.count("2 200") == 50),
        ("curl: another host on the connection", [*curl, *told, "-H", "Host: nowhere.localhost", site(PLAIN, "/page")], 30, lambda out: out.startswith("2 421 ")),
        ("curl: a field of 20 KiB, in CONTINUATION", [*curl, *told, "-H", "x-long: " + "a" * 20000, site(PLAIN, "/page")], 30, lambda out: out.startswith("2 200 ")),
        ("curl: trailers behind end an answer", [*curl, site(PLAIN, "/trailers")], 30, exact("wards")),
        ("curl: HTTP/2 behind, and trailers there", [*curl, *told, "-w", " %{http_version} %{http_code}", site(FAR, "/page.txt")], 30, has("2 200")),
        ("nghttp: an ordinary page", ng(CLINIC, "-nv", local("/login")), 30, answers(1)),
        ("nghttp: 64 at once, as many as are let in together", ng(PLAIN, "-nv", "-m", "64", local("/page")), 30, answers(64)),
        ("nghttp: windows of 2^10 and 2^16", ng(PLAIN, "-nv", "-w", "10", "-W", "16", local("/words")), 30, answers(1)),
        ("nghttp: --continuation", ng(PLAIN, "-nv", "--continuation", local("/page")), 30, answers(1)),
        ("nghttp: padding", ng(PLAIN, "-nv", "-b", "255", "-d", str(body), local("/echo")), 30, answers(1)),
        ("nghttp: trailers after a body", ng(PLAIN, "-v", "--trailer", "x-end: reached", "-d", str(body), local("/echo")), 30, has(said, ":status: 200")),
        ("nghttp: --expect-continue", ng(PLAIN, "-v", "--expect-continue", "-d", str(body), local("/echo")), 30, has(said, ":status: 200")),
        ("nghttp: no header table", ng(PLAIN, "-nv", "-m", "5", "--header-table-size=0", local("/page")), 30, answers(5)),
        ("nghttp: a small header table", ng(PLAIN, "-nv", "-m", "5", "--encoder-header-table-size=32", "--header-table-size=64", local("/page")), 30, answers(5)),
        ("nghttp: no push, no dependencies", ng(PLAIN, "-nv", "--no-push", "--no-dep", local("/page")), 30, answers(1)),
        (f"h2load: {rounds} requests, 10 connections of 50 streams", ["h2load", "-n", str(rounds), "-c", "10", "-m", "50", "-t", "1", "-H", f":authority: {PLAIN}:{port}", "-H", user, local("/page")], 240 if full else 60, load(rounds)),
        ("h2load: windows of 2^8", ["h2load", "-n", "100", "-c", "4", "-m", "8", "-w", "8", "-t", "1", "-H", f":authority: {CLINIC}:{port}", "-H", user, local("/login")], 60, load(100)),
        ("h2load: POST", ["h2load", "-n", "200", "-c", "4", "-m", "16", "-t", "1", "-d", str(body), "-H", f":authority: {PLAIN}:{port}", "-H", user, local("/echo")], 60, load(200)),
    ]


def main(expected, full):
    for tool in ("curl", "nghttp", "h2load", "nghttpd", "openssl"):
        if not shutil.which(tool) and not shutil.which(tool, path="/usr/sbin"):
            raise Broken(f"there is no {tool} (apt: curl, nghttp2-client, nghttp2-server, openssl)")
    with House("http2") as house:
        cert, key = str(house.out / "cert.pem"), str(house.out / "key.pem")
        names = ",".join(f"DNS:{n}" for n in ("localhost", CLINIC, PLAIN, FAR)) + ",IP:127.0.0.1"
        code, said = house.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                                "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert], 30)
        if code != 0:
            raise Broken(f"openssl: {said.decode()[-300:]}")
        clinic, far = free_port(), free_port()
        house.start("clinic", [binary(), "clinic", "--trust", "royal-free", "--port", str(clinic)], clinic)
        pages = house.out / "pages"
        pages.mkdir(exist_ok=True)
        for name, content in (("page.txt", b"a page\n"), ("index.html", b"<p>a page</p>"), ("words.txt", WORDS), ("post", b"ok")):
            (pages / name).write_bytes(content)
        # A server of others: what the frames are asked of in the full run, so that a case which is wrong itself is found; and a system behind that speaks HTTP/2.
        nghttpd = shutil.which("nghttpd") or "/usr/sbin/nghttpd"
        house.start("nghttpd", [nghttpd, "-a", "127.0.0.1", "-d", str(pages), "-m", "64", "--trailer", "x-end: reached", str(far), key, cert], far)
        plain = Behind(("127.0.0.1", 0), Plain)
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        try:
            more = [(PLAIN, f"http://127.0.0.1:{plain.server_port}", "", ["base", "own"]), (FAR, f"https://localhost:{far}", f'upstream_ca = "{cert}"', ["base", "own"])]
            port = house.fanlight([(CLINIC, f"http://127.0.0.1:{clinic}", "", ["base", "clinic"]), *more], proxy=f'tls = {{ certificate = "{cert}", key = "{key}" }}', rules=RULES)
            listed = {c: e for e in expected for c in e["cases"]}
            if full:
                _, others = frames("frames to nghttpd, for comparison", Target(far, cert, f"localhost:{far}", "/index.html", "/post", "/words.txt", "/words.txt"), {}, False)
                for line in others:
                    print("    " + line)
            ran, problems = frames("frames to Fanlight", Target(port, cert, f"{PLAIN}:{port}", "/page", "/echo", "/slow", "/words"), listed, True)
            wrong = []
            commands = tools(house, port, cert, full)
            for what, command, seconds, good in commands:
                code, said = house.run(command, seconds)
                said = said.decode(errors="replace")
                if code != 0 or not good(said):
                    wrong.append(f"{what}: exit {code}: {' '.join(said[-400:].split())}")
            print(f"  clients: {len(commands)} ways of curl, nghttp and h2load, {len(wrong)} wrong")
            return ran + len(commands), problems + wrong
        finally:
            plain.shutdown()

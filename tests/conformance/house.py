"""What both suites stand on: the processes they start and end, free ports, Fanlight's configuration, and the gate before it."""
import asyncio
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "target" / "conformance"
ENGINEER = "sam@centre.example"


class Broken(Exception):
    """The run itself could not be made: nothing is said of Fanlight."""


def binary():
    path = pathlib.Path(os.environ.get("FANLIGHT_BINARY") or ROOT / "target" / "release" / "fanlight").absolute()
    if not path.exists():
        raise Broken(f"there is no {path}: build it (cargo build --release) or say FANLIGHT_BINARY=…")
    return str(path)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class House:
    """Everything that runs meanwhile; leaving the block ends it, whatever happened."""

    def __init__(self, name):
        self.out = OUT / name
        self.out.mkdir(parents=True, exist_ok=True)
        self.children, self.logs, self.loops = [], [], []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        end = time.monotonic() + 5
        for child in self.children:
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait(5)
        for loop, thread in self.loops:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
        for log in self.logs:
            log.close()

    def start(self, name, command, port):
        """Starts a server and waits until it listens."""
        log = open(self.out / f"{name}.log", "wb")
        self.logs.append(log)
        # A group of its own, so that what it starts ends with it.
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.out, start_new_session=True)
        self.children.append(child)
        end = time.monotonic() + 20
        while time.monotonic() < end and child.poll() is None:
            with socket.socket() as s:
                s.settimeout(0.5)
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    return child
            time.sleep(0.05)
        raise Broken(f"{name} does not listen; it says: {(self.out / f'{name}.log').read_text(errors='replace')[-800:]}")

    def run(self, command, seconds, **more):
        """Runs a client to its end; one that does not end is ended, and that is its result: (None, what it said)."""
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.out,
                                 start_new_session=True, **more)
        self.children.append(child)
        try:
            said, _ = child.communicate(timeout=seconds)
            return child.returncode, said
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            return None, child.communicate(timeout=5)[0]

    def fanlight(self, trusts, proxy="", rules=""):
        """`fanlight serve` before systems, each (host, upstream, more keys, packs), where `rules` is this run's own pack "own"; its port."""
        port = free_port()
        (self.out / "own").mkdir(exist_ok=True)
        (self.out / "own" / "own.toml").write_text(rules)
        lines = []
        for i, (host, upstream, more, packs) in enumerate(trusts):
            packs = ["own" if p == "own" else str(ROOT / "rules" / p) for p in packs]
            lines.append(f'[[trust]]\nid = "t{i}"\nname = "T{i}"\nhost = "{host}"\nupstream = "{upstream}"\n{more}\nrules = {packs!r}\n'
                         f'[[grant]]\nengineer = "{ENGINEER}"\ntrust = "t{i}"\nticket = "CHG-1"\nuntil = "2099-01-01T00:00:00Z"\n')
        # No limit of views or octets may end a run.
        (self.out / "fanlight.toml").write_text(f"""
[proxy]
listen = "127.0.0.1:{port}"
{proxy}
[identity.forwarded]
user = "x-forwarded-user"
groups = "x-forwarded-groups"
trusted = ["127.0.0.1/32"]
[store]
url = "memory:"
[[centre]]
id = "here"
networks = ["127.0.0.0/8"]
limits = {{ record_views_per_minute = 1000000, distinct_records_per_hour = 1000000, distinct_records_per_day = 1000000, bytes_per_hour = 1099511627776 }}
""" + "".join(lines))
        self.start("fanlight", [binary(), "serve", "--config", str(self.out / "fanlight.toml")], port)
        return port

    def gate(self, port):
        """What signs people in before Fanlight: adds who they are to a connection's first head, and else passes bytes on. Its port."""
        async def pipe(reader, writer):
            try:
                while data := await reader.read(1 << 18):
                    writer.write(data)
                    await writer.drain()
                writer.write_eof()
            except (OSError, RuntimeError):
                writer.close()

        async def serve(reader, writer):
            tasks.add(asyncio.current_task())
            onward = None
            try:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
                there, onward = await asyncio.open_connection("127.0.0.1", port)
                onward.write(head[:-2] + b"x-forwarded-user: " + ENGINEER.encode() + b"\r\n\r\n")
                await asyncio.gather(pipe(reader, onward), pipe(there, writer))
            except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.TimeoutError, asyncio.CancelledError):
                pass
            finally:
                writer.close()
                if onward:
                    onward.close()
                tasks.discard(asyncio.current_task())

        own, ready, tasks = free_port(), threading.Event(), set()
        loop = asyncio.new_event_loop()

        def live():
            asyncio.set_event_loop(loop)
            server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", own, limit=1 << 18))
            ready.set()
            loop.run_forever()
            server.close()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.close()

        thread = threading.Thread(target=live, daemon=True)
        thread.start()
        self.loops.append((loop, thread))
        if not ready.wait(10):
            raise Broken("the gate does not listen")
        return own

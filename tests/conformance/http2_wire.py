"""An HTTP/2 connection that says what it is told to, right or wrong: frames by hand over TLS, HPACK by the library `hpack`."""
import socket
import ssl
import struct
import time

import hpack

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, PRIO = 1, 1, 4, 8, 32
NO_ERROR, PROTOCOL, INTERNAL, FLOW, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE, REFUSED, CANCEL, COMPRESSION, CONNECT, CALM = range(12)
CODES = ["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
         "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"]
NAMES = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# A peer's answer is there within this, on a busy machine too.
WAIT = 4.0


class Wrong(Exception):
    """The peer did something else than it must."""


class Frame:
    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    def code(self):
        at = 4 if self.kind == GOAWAY else 0
        return struct.unpack(">I", self.payload[at:at + 4])[0]

    def __str__(self):
        name = NAMES[self.kind] if self.kind < len(NAMES) else f"type {self.kind}"
        more = f" {CODES[self.code()] if self.code() < len(CODES) else self.code()}" if self.kind in (RST, GOAWAY) else ""
        return f"{name}{more} on {self.stream}"


def frame(kind, flags=0, stream=0, payload=b"", length=None):
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def setting(*pairs):
    return b"".join(struct.pack(">HI", key, value) for key, value in pairs)


def number(n):
    return struct.pack(">I", n)


class Wire:
    def __init__(self, target, settings=b"", preface=PREFACE, greet=True):
        context = ssl.create_default_context(cafile=target.ca)
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("127.0.0.1", target.port), timeout=WAIT)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(raw, server_hostname="localhost")
        if self.sock.selected_alpn_protocol() != "h2":
            raise Wrong("h2 is not negotiated")
        self.target, self.buffer, self.seen, self.gone = target, b"", [], False
        self.hpack, self.unpack = hpack.Encoder(), hpack.Decoder()
        self.unpack.max_allowed_table_size = 65536
        self.block = b""
        self.theirs, self.heads, self.bodies = {}, {}, {}
        if preface:
            self.send(preface, frame(SETTINGS, 0, 0, settings))
        if greet:
            first = self.next()
            if first is None or first.kind != SETTINGS or first.flags & ACK:
                raise Wrong(f"the first frame is not SETTINGS but {first}")
            self.send(frame(SETTINGS, ACK))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, *frames):
        try:
            self.sock.sendall(b"".join(frames))
        except OSError:
            self.gone = True  # the peer has ended it: what it said before is read below

    def head(self, *more, without=(), method="GET", path=None, **pseudo):
        """A request's header list; `pseudo` replaces a pseudo-header, `without` leaves out."""
        fields = {":method": method, ":scheme": "https", ":authority": self.target.authority, ":path": path or self.target.path}
        fields.update({":" + key: value for key, value in pseudo.items()})
        return [(k, v) for k, v in fields.items() if k not in without] + list(self.target.headers) + list(more)

    def encode(self, fields):
        return self.hpack.encode(fields, huffman=False)

    def ask(self, stream=1, flags=END_STREAM | END_HEADERS, fields=None, **more):
        self.send(frame(HEADERS, flags, stream, self.encode(fields or self.head(**more))))

    def next(self, seconds=WAIT):
        """The next frame; none when the connection ended or nothing came in time (see `gone`)."""
        end = time.monotonic() + seconds
        while True:
            if len(self.buffer) >= 9:
                length = int.from_bytes(self.buffer[:3], "big")
                if len(self.buffer) >= 9 + length:
                    kind, flags, stream = self.buffer[3], self.buffer[4], int.from_bytes(self.buffer[5:9], "big") & 0x7FFFFFFF
                    got = Frame(kind, flags, stream, self.buffer[9:9 + length])
                    self.buffer = self.buffer[9 + length:]
                    self.take(got)
                    return got
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(1 << 16)
            except (TimeoutError, socket.timeout):
                return None
            except OSError:
                data = b""
            if not data:
                self.gone = True
                return None
            self.buffer += data

    def take(self, got):
        self.seen.append(got)
        if got.kind == SETTINGS and not got.flags & ACK:
            for at in range(0, len(got.payload), 6):
                key, value = struct.unpack(">HI", got.payload[at:at + 6])
                self.theirs[key] = value
        elif got.kind in (HEADERS, CONTINUATION):
            self.block += got.payload
            if got.flags & END_HEADERS:
                fields, self.block = self.unpack.decode(self.block), b""
                self.heads.setdefault(got.stream, []).append(fields)
        elif got.kind == DATA:
            self.bodies[got.stream] = self.bodies.get(got.stream, b"") + got.payload

    def until(self, wanted, what, seconds=WAIT):
        """The first frame that is wanted; wrong when the connection ends or nothing comes."""
        end = time.monotonic() + seconds
        while (got := self.next(end - time.monotonic())) is not None:
            if wanted(got):
                return got
        raise Wrong(f"expected {what}, {'the connection ended' if self.gone else 'nothing more came'} after {self.told()}")

    def told(self):
        said = [str(f) for f in self.seen if f.kind not in (SETTINGS, WINDOW)]
        return ", ".join(said[-6:]) or "nothing but SETTINGS"

    # ---------------------------------------------------------------------------------- what must follow

    def answered(self, stream=1, status=None, seconds=WAIT * 2):
        """A whole answer; its status."""
        self.until(lambda f: f.stream == stream and f.kind in (HEADERS, DATA, CONTINUATION) and self.over(f, stream), f"a whole answer on {stream}", seconds)
        for fields in self.heads[stream]:
            found = dict(fields).get(":status", "")
            if found and not found.startswith("1"):
                if status and int(found) not in (status if isinstance(status, tuple) else (status,)):
                    raise Wrong(f"expected status {status}, came {found}")
                return int(found)
        raise Wrong("an answer without a status")

    def over(self, got, stream):
        if got.kind == RST:
            raise Wrong(f"came {got}")
        return bool(got.flags & END_STREAM) if got.kind != CONTINUATION else False

    def alive(self):
        """The connection still works."""
        self.send(frame(PING, 0, 0, b"alive?!?"))
        self.until(lambda f: f.kind == PING and f.flags & ACK and f.payload == b"alive?!?", "an answer to PING")

    def failed(self, *codes, stream=None, end=True):
        """A connection error of one of these codes, or where a `stream` is named a stream error; the connection's end alone will do, as GOAWAY is a SHOULD."""
        while (got := self.next()) is not None:
            if got.kind == GOAWAY:
                if got.code() == NO_ERROR:
                    continue
                if codes and got.code() not in codes:
                    raise Wrong(f"expected {self.names(codes)}, came {got}")
                if end:
                    self.ended()
                return
            if got.kind == RST and stream is not None and got.stream == stream:
                if codes and got.code() not in codes:
                    raise Wrong(f"expected {self.names(codes)}, came {got}")
                return
            if stream is not None and got.kind == HEADERS and got.stream == stream:
                status = dict(self.heads[stream][-1]).get(":status", "") if stream in self.heads else ""
                if status.startswith("4"):
                    return  # RFC 9113 8.1.1: a server may answer before it resets
                raise Wrong(f"expected {self.names(codes)}, was answered {status}")
        if not self.gone:
            raise Wrong(f"expected {self.names(codes)}, came {self.told()}")

    def ended(self):
        while self.next() is not None:
            pass
        if not self.gone:
            raise Wrong(f"the connection stays open after {self.told()}")

    def names(self, codes):
        return " or ".join(CODES[c] for c in codes) or "an error"

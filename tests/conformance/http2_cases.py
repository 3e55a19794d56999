"""What RFC 9113 and RFC 7541 demand of a server, a frame at a time; numbered by section. Each case has a connection of its own.

They follow the sections that h2spec walks through (h2spec itself is a Go program, in no registry of packages that we use).
"""
import time

from http2_wire import (ACK, CALM, CANCEL, COMPRESSION, CONTINUATION, DATA, END_HEADERS, END_STREAM, FLOW, FRAME_SIZE, GOAWAY, HEADERS, NO_ERROR,
                        PADDED, PING, PRIORITY, PROTOCOL, PUSH, REFUSED, RST, SETTINGS, STREAM_CLOSED, WINDOW, Wire, Wrong, frame, number, setting)

CASES = []


def case(section, what, **more):
    def add(test):
        CASES.append((section, what, test, more))
        return test
    return add


def simple(section, what, send, *codes, stream=None, **more):
    """A connection that sends `send(wire)` and must be answered by an error of one of `codes`."""
    def test(t):
        with Wire(t, **more) as w:
            w.send(*send(w))
            w.failed(*codes, stream=stream)
    CASES.append((section, what, test, {}))


def opened(w, stream=1, **more):
    """A request that goes on."""
    return frame(HEADERS, END_HEADERS, stream, w.encode(w.head(method="POST", path=w.target.post, **more)))


def whole(w, stream=1, *more, **pseudo):
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, w.encode(w.head(*more, **pseudo)))


# ------------------------------------------------------------------------------------------------ 3, 4: preface, frames
@case("3.4/1", "a preface that is none ends the connection")
def _(t):
    with Wire(t, preface=b"", greet=False) as w:
        w.send(b"INVALID CONNECTION PREFACE\r\n\r\n")
        for _ in range(50):
            # What comes may be HTTP/1.1 (400) or GOAWAY; the end must follow.
            w.buffer = b""
            if w.next(0.2) is None and w.gone:
                return
        raise Wrong("the connection stays open")


@case("3.4/2", "the server's first frame is SETTINGS; it acknowledges ours")
def _(t):
    with Wire(t) as w:
        w.until(lambda f: f.kind == SETTINGS and f.flags & ACK, "SETTINGS with ACK")


@case("4.1/1", "a frame of an unknown type is ignored")
def _(t):
    with Wire(t) as w:
        w.send(frame(0x16, 0, 0, bytes(8)), frame(0xff, 0xff, 1, b"x"))
        w.alive()


@case("4.1/2", "flags without a meaning are ignored")
def _(t):
    with Wire(t) as w:
        w.send(frame(PING, 0x16, 0, b"flagged!"))
        w.until(lambda f: f.kind == PING and f.payload == b"flagged!" and f.flags & ACK, "an answer to PING")


@case("4.1/3", "the reserved bit of a stream's number is ignored")
def _(t):
    with Wire(t) as w:
        w.send(frame(PING, 0, 0x80000000, b"reserved"))
        w.until(lambda f: f.kind == PING and f.payload == b"reserved", "an answer to PING")


@case("4.2/1", "DATA of 2^14 octets is taken")
def _(t):
    with Wire(t) as w:
        w.send(opened(w), frame(DATA, END_STREAM, 1, bytes(16384)))
        w.answered()


simple("4.2/2", "DATA larger than SETTINGS_MAX_FRAME_SIZE", lambda w: [opened(w), frame(DATA, END_STREAM, 1, bytes(16385))], FRAME_SIZE, stream=1)
simple("4.2/3", "HEADERS larger than SETTINGS_MAX_FRAME_SIZE", lambda w: [frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode(w.head(("x-big", "a" * 16385))))], FRAME_SIZE)
simple("4.3/1", "a header block that is no HPACK", lambda w: [frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\x00\x85\xf2\xb2\x4a\x84\xff\x84\x49\x50\x9f\xff")], COMPRESSION)
simple("4.3/2", "PRIORITY inside a header block", lambda w: [frame(HEADERS, END_STREAM, 1, w.encode(w.head())), frame(PRIORITY, 0, 1, bytes(4) + b"\xff"), frame(CONTINUATION, END_HEADERS, 1)], PROTOCOL)
simple("4.3/3", "HEADERS of another stream inside a header block", lambda w: [frame(HEADERS, END_STREAM, 1, w.encode(w.head())), whole(w, 3)], PROTOCOL)

# ------------------------------------------------------------------------------------------------ 5: streams
simple("5.1/1", "idle: DATA", lambda w: [frame(DATA, END_STREAM, 1, b"test")], PROTOCOL, STREAM_CLOSED)
simple("5.1/2", "idle: RST_STREAM", lambda w: [frame(RST, 0, 1, number(CANCEL))], PROTOCOL)
simple("5.1/3", "idle: WINDOW_UPDATE", lambda w: [frame(WINDOW, 0, 1, number(100))], PROTOCOL)
simple("5.1/4", "idle: CONTINUATION", lambda w: [frame(CONTINUATION, END_HEADERS, 1, w.encode(w.head()))], PROTOCOL)


def closing(section, what, after, *codes):
    """Frames on a stream that our END_STREAM half-closed, or that was answered already: asked of both."""
    def half(t):
        with Wire(t) as w:
            w.send(whole(w, path=t.slow), *after(w))
            w.failed(*codes, stream=1)

    def done(t):
        with Wire(t) as w:
            w.ask()
            w.answered()
            w.send(*after(w))
            w.failed(*codes, stream=1)
    CASES.append((section + "a", f"half-closed: {what}", half, {}))
    CASES.append((section + "b", f"closed: {what}", done, {}))


closing("5.1/5", "DATA", lambda w: [frame(DATA, END_STREAM, 1, b"test")], STREAM_CLOSED)
closing("5.1/6", "HEADERS", lambda w: [whole(w)], STREAM_CLOSED, PROTOCOL)
closing("5.1/7", "CONTINUATION", lambda w: [frame(CONTINUATION, END_HEADERS, 1, w.encode(w.head()))], STREAM_CLOSED, PROTOCOL)


@case("5.1/8", "closed: WINDOW_UPDATE, PRIORITY and RST_STREAM soon after are ignored")
def _(t):
    with Wire(t) as w:
        w.ask()
        w.answered()
        w.send(frame(WINDOW, 0, 1, number(100)), frame(PRIORITY, 0, 1, bytes(4) + b"\x10"), frame(RST, 0, 1, number(NO_ERROR)))
        w.alive()


@case("5.1/9", "reset by us: HEADERS afterwards are an error of the stream or the connection")
def _(t):
    with Wire(t) as w:
        w.send(opened(w), frame(RST, 0, 1, number(CANCEL)), whole(w))
        w.failed(STREAM_CLOSED, PROTOCOL, stream=1)


@case("5.1/10", "reset by us: DATA afterwards is an error of the stream or the connection")
def _(t):
    with Wire(t) as w:
        w.send(opened(w), frame(RST, 0, 1, number(CANCEL)), frame(DATA, END_STREAM, 1, b"x"))
        w.failed(STREAM_CLOSED, stream=1)


simple("5.1.1/1", "an even stream number", lambda w: [whole(w, 2)], PROTOCOL)


@case("5.1.1/2", "a stream number below one that was used")
def _(t):
    with Wire(t) as w:
        w.ask(5)
        w.answered(5)
        w.ask(3)
        w.failed(PROTOCOL, STREAM_CLOSED)


@case("5.1.2/1", "one stream more than SETTINGS_MAX_CONCURRENT_STREAMS")
def _(t):
    with Wire(t) as w:
        most = w.theirs.get(3)
        if most is None or most > 1000:
            raise Wrong(f"SETTINGS_MAX_CONCURRENT_STREAMS is {most}")
        w.send(*(opened(w, 1 + 2 * i) for i in range(most + 1)))
        w.failed(REFUSED, PROTOCOL, stream=1 + 2 * most)


@case("5.1.2/2", "what was refused may be asked again when another ended")
def _(t):
    with Wire(t) as w:
        most = w.theirs.get(3, 100)
        w.send(*(opened(w, 1 + 2 * i) for i in range(most)))
        w.alive()
        w.send(frame(RST, 0, 1, number(CANCEL)))
        w.alive()
        w.ask(1 + 2 * most)
        w.answered(1 + 2 * most)


@case("5.3/1", "PRIORITY is ignored, on idle streams too")
def _(t):
    with Wire(t) as w:
        w.send(frame(PRIORITY, 0, 9, number(3) + b"\x10"), frame(PRIORITY, 0, 3, number(9) + b"\x01"))
        w.ask(11)
        w.answered(11)


@case("5.4.1/1", "after an error of the connection, GOAWAY comes and the connection ends")
def _(t):
    with Wire(t) as w:
        w.send(frame(PING, 0, 3, bytes(8)))
        w.failed(PROTOCOL)


simple("5.5/1", "a frame of an unknown type inside a header block", lambda w: [frame(HEADERS, END_STREAM, 1, w.encode(w.head())), frame(0x16, 0, 0, bytes(8)), frame(CONTINUATION, END_HEADERS, 1)], PROTOCOL)

# ------------------------------------------------------------------------------------------------ 6: frames
simple("6.1/1", "DATA on stream 0", lambda w: [frame(DATA, END_STREAM, 0, b"test")], PROTOCOL)
simple("6.1/2", "DATA with padding as long as it is", lambda w: [opened(w), frame(DATA, END_STREAM | PADDED, 1, b"\x07Test\0\0")], PROTOCOL)
simple("6.2/1", "HEADERS on stream 0", lambda w: [whole(w, 0)], PROTOCOL)
simple("6.2/2", "HEADERS with padding longer than it is", lambda w: [frame(HEADERS, END_STREAM | END_HEADERS | PADDED, 1, b"\xff" + w.encode(w.head())[:100])], PROTOCOL)
simple("6.3/1", "PRIORITY on stream 0", lambda w: [frame(PRIORITY, 0, 0, bytes(5))], PROTOCOL)
simple("6.3/2", "PRIORITY of 4 octets", lambda w: [frame(PRIORITY, 0, 1, bytes(4))], FRAME_SIZE, stream=1)
simple("6.4/1", "RST_STREAM on stream 0", lambda w: [frame(RST, 0, 0, number(CANCEL))], PROTOCOL)
simple("6.4/2", "RST_STREAM of 3 octets", lambda w: [opened(w), frame(RST, 0, 1, bytes(3))], FRAME_SIZE)
simple("6.5/1", "SETTINGS with ACK and content", lambda w: [frame(SETTINGS, ACK, 0, bytes(1))], FRAME_SIZE)
simple("6.5/2", "SETTINGS on stream 1", lambda w: [frame(SETTINGS, 0, 1, setting((3, 100)))], PROTOCOL)
simple("6.5/3", "SETTINGS of 3 octets", lambda w: [frame(SETTINGS, 0, 0, bytes(3))], FRAME_SIZE)
simple("6.5.2/1", "SETTINGS_ENABLE_PUSH 2", lambda w: [frame(SETTINGS, 0, 0, setting((2, 2)))], PROTOCOL)
simple("6.5.2/2", "SETTINGS_INITIAL_WINDOW_SIZE 2^31", lambda w: [frame(SETTINGS, 0, 0, setting((4, 1 << 31)))], FLOW)
simple("6.5.2/3", "SETTINGS_MAX_FRAME_SIZE 2^14 - 1", lambda w: [frame(SETTINGS, 0, 0, setting((5, 16383)))], PROTOCOL)
simple("6.5.2/4", "SETTINGS_MAX_FRAME_SIZE 2^24", lambda w: [frame(SETTINGS, 0, 0, setting((5, 1 << 24)))], PROTOCOL)


@case("6.5.2/5", "a setting that nobody knows is ignored")
def _(t):
    with Wire(t) as w:
        w.send(frame(SETTINGS, 0, 0, setting((0xff, 1))))
        w.alive()


@case("6.5.3/1", "of a setting given twice the last counts, and SETTINGS are acknowledged")
def _(t):
    with Wire(t, settings=setting((4, 100), (4, 1))) as w:
        w.until(lambda f: f.kind == SETTINGS and f.flags & ACK, "SETTINGS with ACK")
        w.ask()
        got = w.until(lambda f: f.kind == DATA, "DATA")
        if len(got.payload) != 1:
            raise Wrong(f"DATA of {len(got.payload)} octets into a window of 1")


@case("6.5/4", "no table of ours (SETTINGS_HEADER_TABLE_SIZE 0): the server's blocks still decode")
def _(t):
    with Wire(t, settings=setting((1, 0))) as w:
        w.unpack.max_allowed_table_size = 4096
        for stream in (1, 3, 5):
            w.ask(stream)
            w.answered(stream)
        if w.unpack.header_table_size != 0:
            raise Wrong("the server keeps a table that we do not have")


simple("6.6/1", "PUSH_PROMISE from a client", lambda w: [frame(PUSH, END_HEADERS, 1, number(2) + w.encode(w.head()))], PROTOCOL)


@case("6.7/1", "PING is answered with the same octets")
def _(t):
    with Wire(t) as w:
        w.alive()


@case("6.7/2", "PING with ACK is not answered")
def _(t):
    with Wire(t) as w:
        w.send(frame(PING, ACK, 0, b"invalid!"), frame(PING, 0, 0, b"valid..."))
        got = w.until(lambda f: f.kind == PING, "an answer to PING")
        if got.payload != b"valid...":
            raise Wrong("PING with ACK was answered")


simple("6.7/3", "PING on stream 1", lambda w: [frame(PING, 0, 1, bytes(8))], PROTOCOL)
simple("6.7/4", "PING of 6 octets", lambda w: [frame(PING, 0, 0, bytes(6))], FRAME_SIZE)
simple("6.8/1", "GOAWAY on stream 1", lambda w: [frame(GOAWAY, 0, 1, number(0) + number(NO_ERROR))], PROTOCOL)


@case("6.8/2", "after our GOAWAY, what runs is answered to its end")
def _(t):
    with Wire(t) as w:
        w.send(whole(w), frame(GOAWAY, 0, 0, number(0) + number(NO_ERROR)))
        w.answered()


simple("6.9/1", "WINDOW_UPDATE of 0 on the connection", lambda w: [frame(WINDOW, 0, 0, number(0))], PROTOCOL)
simple("6.9/2", "WINDOW_UPDATE of 0 on a stream", lambda w: [opened(w), frame(WINDOW, 0, 1, number(0))], PROTOCOL, stream=1)
simple("6.9/3", "WINDOW_UPDATE of 3 octets", lambda w: [frame(WINDOW, 0, 0, bytes(3))], FRAME_SIZE)
simple("6.9.1/1", "a connection's window over 2^31 - 1", lambda w: [frame(WINDOW, 0, 0, number(0x7FFFFFFF))] * 2, FLOW)
simple("6.9.1/2", "a stream's window over 2^31 - 1", lambda w: [opened(w), *[frame(WINDOW, 0, 1, number(0x7FFFFFFF))] * 2], FLOW, stream=1)


@case("6.9.1/3", "no octet into a window of 0, and one into a window of 1")
def _(t):
    with Wire(t, settings=setting((4, 0))) as w:
        w.ask()
        w.until(lambda f: f.kind == HEADERS, "HEADERS")
        if (got := w.next(0.5)) is not None and got.kind == DATA and got.payload:
            raise Wrong(f"{len(got.payload)} octets into a window of 0")
        for n in (1, 2):
            w.send(frame(WINDOW, 0, 1, number(1)))
            if len(w.until(lambda f: f.kind == DATA, "DATA").payload) != 1:
                raise Wrong("more than one octet into a window of 1")


@case("6.9.1/4", "a whole answer in windows of 1000 octets has every octet")
def _(t):
    with Wire(t, settings=setting((4, 1 << 24))) as w:
        w.send(frame(WINDOW, 0, 0, number(1 << 24)))
        w.ask(path=t.big)
        w.answered()
        whole_body = w.bodies[1]
    with Wire(t, settings=setting((4, 1000))) as w:
        w.ask(path=t.big)
        while not any(f.kind in (DATA, HEADERS) and f.flags & END_STREAM for f in w.seen):
            got = w.until(lambda f: f.kind in (DATA, HEADERS), "DATA")
            if got.kind == HEADERS:
                continue
            if len(got.payload) > 1000:
                raise Wrong("more than the window")
            if got.payload:
                w.send(frame(WINDOW, 0, 1, number(len(got.payload))), frame(WINDOW, 0, 0, number(len(got.payload))))
        if w.bodies[1] != whole_body or len(whole_body) < 20000:
            raise Wrong(f"{len(w.bodies[1])} octets of {len(whole_body)}")


@case("6.9.2/1", "SETTINGS that change the window change it for a stream that runs")
def _(t):
    with Wire(t, settings=setting((4, 0))) as w:
        w.ask()
        w.until(lambda f: f.kind == HEADERS, "HEADERS")
        w.send(frame(SETTINGS, 0, 0, setting((4, 1))))
        if len(w.until(lambda f: f.kind == DATA, "DATA").payload) != 1:
            raise Wrong("not one octet")


@case("6.9.2/2", "a window may become negative, and is filled up from there")
def _(t):
    with Wire(t, settings=setting((4, 3))) as w:
        w.ask()
        if len(w.until(lambda f: f.kind == DATA, "DATA").payload) != 3:
            raise Wrong("not three octets")
        w.send(frame(SETTINGS, 0, 0, setting((4, 2))), frame(WINDOW, 0, 1, number(2)))
        if len(w.until(lambda f: f.kind == DATA, "DATA").payload) != 1:
            raise Wrong("not one octet")


simple("6.9/4", "more DATA than the stream's window", lambda w: [opened(w), *[frame(DATA, 0, 1, bytes(16384))] * (w.theirs.get(4, 65535) // 16384 + 60)], FLOW, stream=1)
simple("6.10/1", "CONTINUATION on stream 0", lambda w: [frame(HEADERS, END_STREAM, 1, w.encode(w.head())), frame(CONTINUATION, END_HEADERS, 0)], PROTOCOL)
simple("6.10/2", "CONTINUATION after END_HEADERS", lambda w: [frame(HEADERS, END_HEADERS, 1, w.encode(w.head(method="POST", path=w.target.post))), frame(CONTINUATION, END_HEADERS, 1, w.encode([("x-a", "b")]))], PROTOCOL)
simple("6.10/3", "DATA after HEADERS without END_HEADERS", lambda w: [frame(HEADERS, 0, 1, w.encode(w.head(method="POST"))), frame(DATA, END_STREAM, 1, b"x")], PROTOCOL)
simple("6.10/4", "CONTINUATION, DATA, CONTINUATION", lambda w: [frame(HEADERS, 0, 1, w.encode(w.head())), frame(CONTINUATION, 0, 1), frame(DATA, 0, 1, b"x")], PROTOCOL)


@case("6.10/5", "a header block in many CONTINUATION frames is one block")
def _(t):
    with Wire(t) as w:
        block = w.encode(w.head(("x-long", "a" * 3000)))
        parts = [block[i:i + 500] for i in range(0, len(block), 500)]
        w.send(frame(HEADERS, END_STREAM, 1, parts[0]), *(frame(CONTINUATION, 0, 1, p) for p in parts[1:-1]), frame(CONTINUATION, END_HEADERS, 1, parts[-1]))
        w.answered(status=200)


# ------------------------------------------------------------------------------------------------ 8: HTTP
def malformed(section, what, *more, without=(), **pseudo):
    """RFC 9113 8.1.1: a malformed request is a stream error PROTOCOL_ERROR (an answer of 4xx may come first)."""
    def test(t):
        with Wire(t) as w:
            w.send(whole(w, 1, *more, without=without, **pseudo))
            w.failed(PROTOCOL, stream=1)
    CASES.append((section, what, test, {}))


@case("8.1/1", "trailers end a request")
def _(t):
    with Wire(t) as w:
        w.send(opened(w), frame(DATA, 0, 1, b"name=x"), frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode([("x-checksum", "1")])))
        w.answered(status=200)


simple("8.1/2", "trailers that do not end the request", lambda w: [opened(w), frame(DATA, 0, 1, b"x"), frame(HEADERS, END_HEADERS, 1, w.encode([("x-checksum", "1")]))], PROTOCOL, stream=1)
simple("8.1/3", "trailers with a pseudo-header", lambda w: [opened(w), frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode([(":method", "GET")]))], PROTOCOL, stream=1)


def lengths(section, what, said, *parts):
    simple(section, what, lambda w: [frame(HEADERS, END_HEADERS, 1, w.encode(w.head(("content-length", said), method="POST", path=w.target.post))),
                                     *(frame(DATA, END_STREAM if i == len(parts) - 1 else 0, 1, p) for i, p in enumerate(parts))], PROTOCOL, stream=1)


lengths("8.1.1/1", "content-length 1, 4 octets of DATA", "1", b"test")
lengths("8.1.1/2", "content-length 1, two DATA frames", "1", b"te", b"st")
lengths("8.1.1/3", "content-length 9, 4 octets of DATA", "9", b"test")
malformed("8.1.1/4", "content-length 9 and no DATA at all", ("content-length", "9"), method="POST")
malformed("8.2.1/1", "an upper-case name", ("X-TEST", "a"))
malformed("8.2.1/2", "a name with a space", ("x test", "a"))
malformed("8.2.1/3", "a name with a colon", ("x:test", "a"))
malformed("8.2.1/4", "a value with NUL", ("x-test", "a\0b"))
malformed("8.2.1/5", "a value with a line feed", ("x-test", "a\nx-forwarded-user: other@centre.example"))
malformed("8.2.1/6", "a value with a carriage return", ("x-test", "a\rb"))
malformed("8.2.2/1", "connection", ("connection", "keep-alive"))
malformed("8.2.2/2", "te other than trailers", ("te", "trailers, deflate"))
malformed("8.2.2/3", "transfer-encoding", ("transfer-encoding", "chunked"))
malformed("8.2.2/4", "upgrade", ("upgrade", "websocket"))
malformed("8.2.2/5", "keep-alive", ("keep-alive", "timeout=5"))
malformed("8.2.2/6", "proxy-connection", ("proxy-connection", "keep-alive"))
malformed("8.3/1", "an unknown pseudo-header", (":test", "a"))
malformed("8.3/2", "a pseudo-header of responses", (":status", "200"))


@case("8.2.2/7", "te: trailers is let pass")
def _(t):
    with Wire(t) as w:
        w.send(whole(w, 1, ("te", "trailers")))
        w.answered(status=200)


@case("8.2.3/1", "a cookie in several fields is one cookie")
def _(t):
    with Wire(t) as w:
        w.send(whole(w, 1, ("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3")))
        w.answered(status=200)


@case("8.3/3", "a pseudo-header after a field")
def _(t):
    with Wire(t) as w:
        fields = w.head()
        w.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode([("x-first", "1"), *fields])))
        w.failed(PROTOCOL, stream=1)


for i, name in enumerate((":method", ":scheme", ":path"), 2):
    malformed(f"8.3.1/{i}", f"no {name}", without=(name,))
for i, (name, value) in enumerate(((":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "localhost")), 5):
    @case(f"8.3.1/{i}", f"{name} twice")
    def _(t, name=name, value=value):
        with Wire(t) as w:
            w.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode([(name, value), *w.head()])))
            w.failed(PROTOCOL, stream=1)


@case("8.3.1/1", "an empty :path")
def _(t):
    with Wire(t) as w:
        w.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode([(k, "" if k == ":path" else v) for k, v in w.head()])))
        w.failed(PROTOCOL, stream=1)


@case("8.3.1/9", "host that is not :authority", fanlight=True)
def _(t):
    with Wire(t) as w:
        w.send(whole(w, 1, ("host", "other.localhost")))
        w.failed(PROTOCOL, stream=1)


@case("8.3.1/10", "userinfo in :authority", fanlight=True)
def _(t):
    with Wire(t) as w:
        w.send(whole(w, authority="user:word@" + t.authority))
        w.failed(PROTOCOL, stream=1)


@case("8.5/1", "CONNECT is refused, and the connection goes on", fanlight=True)
def _(t):
    with Wire(t) as w:
        w.send(frame(HEADERS, END_HEADERS, 1, w.encode([(":method", "CONNECT"), (":authority", "localhost:22"), *t.headers])))
        got = w.until(lambda f: f.stream == 1 and f.kind in (HEADERS, RST), "a refusal")
        if got.kind == HEADERS and not dict(w.heads[1][-1])[":status"].startswith(("4", "5")):
            raise Wrong(f"CONNECT was answered {dict(w.heads[1][-1])[':status']}")
        w.alive()


@case("9110-9.3.2", "HEAD has the head of GET and no DATA")
def _(t):
    with Wire(t) as w:
        w.send(whole(w, method="HEAD"))
        w.answered(status=200)
        if w.bodies.get(1):
            raise Wrong("HEAD with DATA")


@case("9110-10.1.1", "expect: 100-continue with the body held back: 100 or a final answer comes, then the rest")
def _(t):
    with Wire(t) as w:
        w.send(frame(HEADERS, END_HEADERS, 1, w.encode(w.head(("expect", "100-continue"), ("content-length", "4"), method="POST", path=t.post))))
        time.sleep(1.2)  # so long a client waits before it sends all the same
        w.send(frame(DATA, END_STREAM, 1, b"test"))
        w.answered(status=200)


@case("8.1/4", "a body over [bounds] request_body is answered 413 before it ends, with nothing after it but RST_STREAM NO_ERROR", fanlight=True)
def _(t):
    with Wire(t) as w:
        w.send(opened(w))
        room = {0: 65535, 1: w.theirs[4]}
        for _ in range(3000):
            if any(f.kind in (HEADERS, RST) for f in w.seen):
                break
            if min(room.values()) >= 16384:
                w.send(frame(DATA, 0, 1, b"a" * 16384))
                room = {k: v - 16384 for k, v in room.items()}
            w.next(0.002)
            while w.seen and w.seen[-1].kind == WINDOW:
                got = w.seen.pop()
                room[got.stream] += int.from_bytes(got.payload, "big")
        if not any(f.kind == HEADERS and dict(w.heads[1][0])[":status"] == "413" for f in w.seen):
            raise Wrong(f"came {w.told()}")
        w.alive()
        if any(f.kind == RST and f.code() != NO_ERROR for f in w.seen) or not any(f.kind == DATA and f.flags & END_STREAM for f in w.seen):
            raise Wrong(f"came {w.told()}")


# ------------------------------------------------------------------------------------------------ RFC 7541
def block(section, what, octets, *codes):
    def test(t):
        with Wire(t) as w:
            w.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, w.encode(w.head()) + octets))
            w.failed(*(codes or (COMPRESSION,)))
    CASES.append((section, what, test, {}))


block("7541-2.3.3/1", "an index behind the tables, alone", b"\xff\x80\x01")
block("7541-2.3.3/2", "an index behind the tables, as a name", b"\x7f\xff\x01\x01a")
block("7541-4.2/1", "a table size after the fields", b"\x21")
block("7541-5.1/1", "a number without an end", b"\x7f" + b"\xff" * 12)
block("7541-5.2/1", "Huffman padding of more than 7 bits", b"\x00\x85\xf2\xb2\x4a\x84\xff\x84\x49\x50\x9f\xff")
block("7541-5.2/2", "Huffman padding of zeros", b"\x00\x85\xf2\xb2\x4a\x87\xff\x83\x49\x50\x90")
block("7541-5.2/3", "Huffman with EOS", b"\x00\x85\xf2\xb2\x4a\x84\xff\x87\xff\xff\xff\xfe\x49\x50\x9f")
block("7541-6.1/1", "index 0", b"\x80")


@case("7541-6.3/1", "a table size larger than the server's")
def _(t):
    with Wire(t) as w:
        w.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\x3f\xe1\xff\x03" + w.encode(w.head())))
        w.failed(COMPRESSION)


# ------------------------------------------------------------------------------------------------ bounds: what is allowed once is not allowed without end
def flood(section, what, frames, most=64):
    """Sends until the connection ends, or `most` times; whichever comes, others are answered and nothing grows without end."""
    def test(t):
        with Wire(t) as w:
            w.sock.settimeout(3)
            for i in range(most):
                w.send(*frames(w, i))
                if w.gone:
                    break
        start = time.monotonic()
        with Wire(t) as other:
            other.ask()
            other.answered(status=200)
        if time.monotonic() - start > 5:
            raise Wrong(f"another connection waited {time.monotonic() - start:.1f} s")
    CASES.append((section, what, test, {}))


flood("10.5/1", "reset after reset: 20 times 500 streams opened and reset", lambda w, i: [p for n in range(500) for s in [1 + 2 * (500 * i + n)] for p in (whole(w, s), frame(RST, 0, s, number(CANCEL)))], 20)
flood("10.5/2", "PING after PING", lambda w, i: [frame(PING, 0, 0, bytes(8))] * 1000)
flood("10.5/3", "SETTINGS after SETTINGS", lambda w, i: [frame(SETTINGS, 0, 0, setting((4, 65535)))] * 1000)
flood("10.5/4", "empty DATA after empty DATA", lambda w, i: ([opened(w)] if i == 0 else []) + [frame(DATA, 0, 1)] * 1000)
flood("10.5/5", "PRIORITY after PRIORITY", lambda w, i: [frame(PRIORITY, 0, 1 + 2 * n, bytes(4) + b"\x10") for n in range(1000)])


@case("10.5.1/1", "CONTINUATION without end does not go on for ever")
def _(t):
    with Wire(t) as w:
        w.sock.settimeout(3)
        w.send(frame(HEADERS, END_STREAM, 1, w.encode(w.head())))
        for i in range(2000):
            w.send(frame(CONTINUATION, 0, 1, w.encode([(f"x-{i}", "b" * 16000)])))
            if w.gone:
                break
        if not w.gone:
            raise Wrong("32 MB of fields in one head were read")
        w.gone = False  # a write that took too long is no end: ask again
        w.ended()


@case("10.5.1/2", "a head larger than SETTINGS_MAX_HEADER_LIST_SIZE is refused, and the connection or another goes on", fanlight=True)
def _(t):
    with Wire(t) as w:
        most = w.theirs.get(6, 1 << 20)
        blocks = w.encode(w.head(*((f"x-{i}", "b" * 8000) for i in range(most // 8000 + 2))))
        parts = [blocks[i:i + 16384] for i in range(0, len(blocks), 16384)]
        w.send(frame(HEADERS, END_STREAM, 1, parts[0]), *(frame(CONTINUATION, 0, 1, p) for p in parts[1:-1]), frame(CONTINUATION, END_HEADERS, 1, parts[-1]))
        w.failed(PROTOCOL, CALM, REFUSED, CANCEL, stream=1)
    with Wire(t) as w:
        w.ask()
        w.answered(status=200)

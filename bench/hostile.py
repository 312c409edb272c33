"""Hostile calls, random but the same for each seed: for bench.fuzz and the tests.

`raw` makes bytes that are hardly HTTP; `headers` whole requests with values that no browser sends;
`bodies` whole requests with damaged or forged weights, samples and JSON. Each takes a random
generator and returns a Call.
"""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

import numpy as np
from PIL import Image

from app.model.data.datasets import Split, load_embedded
from app.model.network import SHAPES
from app.model.serialization import (
    samples_to_npy,
    weights_from_npz,
    weights_to_json,
    weights_to_npz,
)

SHIPPED = Path(__file__).parent.parent / "api" / "assets" / "weights.npz"
JSON, NPY, NPZ = "application/json", "application/x-npy", "application/x-npz"
PNG = "image/png"
SMUGGLED = "/smuggled"
"""Occurs only inside of bodies: an answer that names it was given to something that is not a
request."""
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
"""May follow a request on its connection."""
BOMB_SIZE = 50_000_000
ENDINGS = ("read", "read", "read", "half-close", "leave", "reset")


class Call(NamedTuple):
    """What goes over one connection, in pieces, and what the sender does then: read the answers,
    close its side and read, leave, or reset the connection."""

    pieces: list[bytes]
    ending: str = "read"
    is_whole: bool = True
    """Must there be an answer?"""


# Whole requests


def request(
    rng: random.Random,
    method: str,
    target: str,
    lines: list[tuple[str, str]],
    body: bytes | None = None,
) -> Call:
    """One correctly framed HTTP/1.1 request, whatever its content; another may follow."""
    head = [f"{method} {target} HTTP/1.1"]
    names = {name.lower() for name, _ in lines}
    if "host" not in names:
        head.append("Host: localhost")
    head += [f"{name}: {value}" for name, value in lines]
    if body is not None:
        head.append(f"Content-Length: {len(body)}")
    is_last = rng.random() < 0.7
    if is_last:
        head.append("Connection: close")
    content = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + (body or b"")
    return Call(in_pieces(rng, content if is_last else content + LAST))


def in_pieces(rng: random.Random, content: bytes) -> list[bytes]:
    """The content in pieces, mostly in one."""
    if rng.random() < 0.8 or len(content) < 2:
        return [content]
    cuts = sorted(rng.randrange(1, len(content)) for _ in range(rng.randint(1, 4)))
    return [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True) if a < b]


def operator(token: str) -> list[tuple[str, str]]:
    return [("Authorization", f"Bearer {token}")]


# Headers and addresses

READS = [
    *("/", "/service-worker.js", "/healthz", "/readyz", "/metrics"),
    *("/api/", "/api", "/api/data", "/api/docs", "/api/openapi.json", "/api/jobs"),
    *("/api/samples/random", "/api/samples/blocks/1/0?size=16", "/api/samples/blocks/7/3"),
    *("/api/weights", "/api/weights/versions", "/api/weights/versions/1"),
    *("/api/weights/versions/1/comparison", "/app/0123456789abcdef/styles.css"),
]
ODD_TARGETS = [
    *("/%00", "/%ff%fe", "/api/%2e%2e/%2e%2e/etc/passwd", "/vendor/../api/config.py"),
    *("/vendor/%2e%2e%2f%2e%2e%2fapi/config.py", "/vendor/%00", "/vendor/" + "a/" * 2000),
    *("//api/weights", "/api//weights", "/api/weights/", "//localhost/api/", "/" * 500),
    *("http://localhost/healthz", "http://[::1/healthz", "http://other.example/healthz", "*"),
    *("/?" + "&" * 4000, "/api/data?" + "a=1&" * 1900, "/api/jobs/" + "f" * 16),
    *("/api/samples/blocks/-1/0", "/api/samples/blocks/4294967296/0", "/api/samples/random?split="),
    "/api/samples/blocks/" + "9" * 5000 + "/0",
    *("/api/samples/blocks/%D9%A3/0", "/api/samples/blocks/1/0?size=%EF%BC%91"),
    *("/api/samples/blocks/1/0?size=1&size=2", "/api/samples/blocks/1/0?data=%00"),
    "/api/weights/versions/" + "1" * 4400,
    *("/api/weights/versions/2147483648", "/api/weights/versions/1/comparison?with=%00"),
    *("/api/weights/versions/1/comparison?with=99999", "/api/jobs/%00", "/app/%00/%00"),
    *("/api/samples/random?split=%ff", "/metrics?name[]=%00", "/api/openapi.json?%"),
]
AWKWARD = [
    *("", " ", "*", '"', '""', "W/", 'W/"', ",", ",,,,", ";", "=", ":", "[", "]", "\\", "%", "%00"),
    *("\xe4", "\xff\xfe", "\x80" * 50, "\t", "a\tb", "null", "NaN", "-1", "0", "1e999"),
    *("9" * 30, "9" * 4400, "a" * 8000, '"' * 4000, "," * 8000, ";q=" * 2000, "(" * 4000),
]
VALUES: dict[str, list[str]] = {
    "Accept": [
        *("*/*", NPY, NPZ, JSON, "text/html", "*/json", "application/*;q=0", "*/*;q=nan"),
        *("application/json;q=1e999", 'application/json;a="', "a/b/c", "/", f"{NPY};q=0.5,*/*;q=0"),
        ",".join(f"a/b{number}" for number in range(800)),
    ],
    "Accept-Encoding": [
        *("br", "gzip", "identity;q=0", "*;q=0", "br;q=inf", "gzip;q=-1", "br(", "*", "zstd"),
        ",".join(["br;q=0"] * 1000),
    ],
    "If-Match": ["*", '"0"', '*, "a"', 'W/"a"', '"' + "0" * 64 + '"', '"a", ' * 1000, '"a" "b'],
    "If-None-Match": ["*", '"0"', '*, "a"', 'W/"a"', '"a", ' * 1000, '"\xff"', "a" * 64],
    "If-Modified-Since": [
        *("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1", "a, b c d e"),
        *("Mon, 99 Foo 99999 99:99:99 +9999", "0 0 0 0 0", "1 Jan 0 0:0:0", "Sun, 06 Nov"),
        *("1 1 1 1:1", "Jan Jan Jan", "01-Jan-1999 1.1.1 -", ", , ,", "1 Jan 1999 : :"),
    ],
    "If-Range": ['"a"', "Thu, 01 Jan 1970 00:00:00 GMT"],
    "If-Unmodified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "x"],
    "Range": [
        *("bytes=0-0", "bytes=0-", "bytes=-1", "bytes=-0", "bytes=5-2", "bytes=99999999-"),
        *("bytes=0-1,2-3", "bytes=--1", "bytes=-9999999999", "bytes=1-99999999999999999999"),
        *("bytes=" + "9" * 4400 + "-", "bytes=" + "0-1," * 1900, "lines=1-2", "bytes", "bytes="),
        *("bytes=+1-+2", "bytes=1_0-2_0", "bytes=\xb2-\xb3"),
    ],
    "Host": [
        *("localhost:8000", "localhost:", "localhost:99999", "LOCALHOST", "localhost.", "a.local"),
        *("127.0.0.1", "[::1]", "[::1", "[::ffff:127.0.0.1]:80", "[fe80::1%25eth0]", "0.0.0.0"),
        *("2130706433", "0x7f.1", "evil.example", "localhost@evil.example", "my_pc:80", "a b"),
        *("localhost/", "localhost#", "xn--a", "a." * 120, "\xe4.local", "[v1.a]", "a" * 7000),
        *("255.255.255.255", "224.0.0.1", "[ff02::1]", "[::]", ".local", "-.local", "%00.local"),
    ],
    "X-Forwarded-For": ["127.0.0.1", "::1", "a, b, c", "1.2.3.4:99999", "[", "unknown", "_a"],
    "X-Forwarded-Host": ["evil.example", "localhost", "a b"],
    "X-Forwarded-Proto": ["https", "javascript", "http,https"],
    "X-Forwarded-Prefix": ["/digits", "//evil.example", "/%0d%0aX: 1"],
    "Forwarded": ["for=127.0.0.1;host=evil.example;proto=https", 'for="[::1]:80"', "for=;;;"],
    "X-Request-ID": ["a", "a" * 64, "\xff"],
    "Origin": [
        *("null", "http://localhost", "http://evil.example", "http://["),
        *("://", "http://localhost:"),
        "HTTP://LOCALHOST:80",
    ],
    "Sec-Fetch-Site": ["same-origin", "none", "cross-site", "same-site", "x"],
    "Authorization": [
        *("Bearer", "Bearer ", "Bearer \xff", "Basic"),
        *("Basic =", "Basic YQ==", "Basic " + "A" * 99),
        *("Digest a", 'Digest a="', "Digest " + "a=b," * 1500, "bearer x y", "=", "Negotiate a==="),
        "Bearer " + "A" * 8000,
    ],
    "Cookie": ["a=b", "a", ";;;;", "a=" + "\xff" * 100, "=" * 5000, 'a="\\999"'],
    "Content-Type": ["application/json", 'a/b; charset="', "multipart/form-data", "/", ";" * 4000],
    "Content-Encoding": ["gzip", "br", "identity", "x"],
    "Connection": ["close, te", "keep-alive, Host", "upgrade", "x" * 500],
    "Upgrade": ["h2c", "websocket", "TLS/1.0"],
    "HTTP2-Settings": ["AAMAAABkAAQAoAAAAAIAAAAA", "!"],
    "Sec-WebSocket-Version": ["13", "8"],
    "Sec-WebSocket-Key": ["dGhlIHNhbXBsZSBub25jZQ==", "x"],
    "Expect": ["100-continue", "200-ok", "100-Continue, x"],
    "Trailer": ["Host"],
    "TE": ["trailers", "chunked"],
    "Date": ["x"],
    "Content-Length": ["0", "00", "000000"],
    "Access-Control-Request-Method": ["DELETE", "\xff"],
    "Purpose": ["prefetch"],
    "Priority": ["u=9"],
}
METHODS = ["GET"] * 12 + ["HEAD"] * 3 + ["OPTIONS", "TRACE", "PUT", "FOO", "QUERY", "CONNECT"]
CODE_POINTS = [
    *(0, 9, 10, 13, 32, 39, 34, 60, 92, 127, 0x85, 0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x17B4),
    *(0x200B, 0x200C, 0x200D, 0x200E, 0x202E, 0x2066, 0x2028, 0x2800, 0x3164, 0xFE0F, 0xFEFF),
    *(0xD800, 0xDFFF, 0xFFFD, 0xFFFE, 0x1F3F4, 0x1F468, 0x1F3FD, 0xE0067, 0xE007F, 0x10FFFF),
    *(0x41, 0x61, 0xE9, 0x301, 0x0915, 0x094D, 0x0644, 0x05D0, 0x4E00, 0xAC00, 0x1F600, 0x345),
]


def headers(rng: random.Random, token: str, files: list[str]) -> Call:
    """A read with a few headers that no browser sends; files: more existing addresses."""
    method = rng.choice(METHODS)
    roll = rng.random()
    target = rng.choice(ODD_TARGETS if roll < 0.25 else files if roll < 0.5 else READS)
    names = rng.sample(list(VALUES), rng.randint(1, 4))
    lines = [(name, header_value(rng, name)) for name in names]
    if "Authorization" not in names and rng.random() < 0.3:
        lines += operator(token)
    call = request(rng, method, target, lines)
    return call._replace(is_whole=not {"Content-Length", "Expect"} & set(names))


def header_value(rng: random.Random, name: str) -> str:
    roll = rng.random()
    if roll < 0.2:
        return rng.choice(AWKWARD)
    value = rng.choice(VALUES[name])
    if roll < 0.35 and value:  # a character changed, to any that a header may have
        place = rng.randrange(len(value))
        value = value[:place] + chr(rng.choice([*range(32, 127), *range(128, 256)])) + value[place:]
    return value


def author(rng: random.Random) -> str:
    """A name, as in a query: any characters, or bytes that are not UTF-8."""
    if rng.random() < 0.2:
        return quote_from_bytes(rng.randbytes(rng.randint(0, 60)))
    points = [
        rng.choice(CODE_POINTS) if rng.random() < 0.7 else rng.randrange(0x11_0000)
        for _ in range(rng.choice([0, 1, 2, 5, 10, 39, 40, 41, 200]))
    ]
    return quote_from_bytes("".join(map(chr, points)).encode("utf-8", "surrogatepass"))


# Bodies


@lru_cache(1)
def shipped() -> dict[str, Any]:
    w1, w2 = weights_from_npz(SHIPPED.read_bytes())
    return {"w1": w1, "w2": w2}


@lru_cache(1)
def weights_json() -> bytes:
    return weights_to_json(shipped())


@lru_cache(1)
def digits() -> Split:
    return load_embedded().splits["train"]


@lru_cache(8)
def samples(count: int) -> bytes:
    split = digits()
    order = np.arange(count) % len(split.labels)
    return samples_to_npy(split.images[order], split.labels[order])


@lru_cache(1)
def samples_json() -> bytes:
    split = digits()
    rows = [
        {"target": int(label), "image": (image / 255).round(3).tolist()}
        for image, label in zip(split.images[:3], split.labels[:3], strict=True)
    ]
    return json.dumps({"data": rows}).encode()


@lru_cache(1)
def bomb() -> bytes:
    """An .npz of 50 MB of zeros, in 50 kB."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHAPES:
            archive.writestr(f"{name}.npy", b"\0" * (BOMB_SIZE // len(SHAPES)))
    return content.getvalue()


def npy(rng: random.Random, values: Any = None) -> bytes:
    """An .npy file with some other header, and little or much data."""
    descr = rng.choice(
        [
            *("<f4", ">f4", "<f8", "<f2", "|u1", "|O", "<c8", "<M8[s]", "|S9", "<U5", "|b1", "<i8"),
            *("f4", "<f16", "<f0", "<f4' + '", "__import__", "|V9", "<f999999999", ""),
        ]
    )
    shape = rng.choice(
        [
            *("(784, 128)", "(128, 10)", "(3, 785)", "()", "(0,)"),
            *("(-1, 785)", "(785, 3)", "(785,)"),
            *("(4294967296, 4294967296)", "(" + "9" * 4400 + ",)", "(1, " * 200 + ")" * 200),
            "(1e3,)",
            *("(True, 785)", "(0x10, 785)", "(None,)", "(1024, 785)", "(1025, 785)", "(3, 785, 1)"),
        ]
    )
    order = rng.choice(["False", "True", "None", "0", "exit()"])
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    length = rng.choice([len(header), 0, 65535, rng.randrange(65536)])
    version = rng.choice([(1, 0), (1, 0), (2, 0), (3, 0), (9, 9)])
    data = rng.randbytes(rng.choice([0, 1, 785, 3 * 785])) if values is None else values
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H", length) + header + data


def arrays(rng: random.Random) -> dict[str, Any]:
    """Arrays of weights with one thing wrong."""
    made = dict(shipped())
    name = rng.choice(list(SHAPES))
    change: Callable[[Any], Any] = rng.choice(
        [
            lambda w: np.full_like(w, rng.choice([np.nan, np.inf, -np.inf, 3e38, 1e-45, 0, 1e6])),
            lambda w: w * np.float32(rng.choice([1e30, 1e3, -1, 0.5])),
            lambda w: w.T,
            lambda w: w.ravel(),
            lambda w: w[:-1],
            lambda w: w[None],
            lambda w: np.array(w, order="F"),
            lambda w: w.astype(rng.choice([">f4", "<f2", "<f8", "<i4", "|u1", "<c8", "?", ">i8"])),
            lambda w: w.astype("<f8") * 1e300,
            lambda _: np.zeros(0, np.float32),
            lambda _: np.float32(1),
            lambda w: w + np.float32(rng.choice([0, 1e-7, 1e-3]) * rng.random()),
        ]
    )
    with np.errstate(all="ignore"):
        made[name] = change(made[name])
    return made


class Runs:
    """Prints a line if it is ever unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("Traceback: a pickle was loaded",))


def npz(rng: random.Random) -> bytes:
    """An archive that nearly holds weights."""
    kind = rng.randrange(9)
    if kind == 0:
        return bomb()
    content = io.BytesIO()
    method = rng.choice([zipfile.ZIP_STORED] * 6 + [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with np.errstate(all="ignore"), zipfile.ZipFile(content, "w", method, False, 1) as archive:
        for name, values in arrays(rng).items() if kind != 1 else ():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(values), allow_pickle=False)
            archive.writestr(f"{name}.npy", npy(rng) if kind == 2 else member.getvalue())
        if kind == 1:
            for name in SHAPES:
                archive.writestr(f"{name}.npy", npy(rng, pickle.dumps(np.array([Runs()]))))
        if kind == 3:
            for number in range(rng.choice([1, 2000])):
                archive.NameToInfo.clear()  # it would warn of a repeated name
                name = rng.choice(["w1.npy", "../w1.npy", "w3.npy", f"{number}", "/"])
                archive.writestr(name, b"")
    made = content.getvalue()
    if kind == 4:  # packed once more, and once more
        for _ in range(rng.randint(1, 3)):
            outer = io.BytesIO()
            with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("weights.npz", made)
            made = outer.getvalue()
    if kind == 5:  # fields of the directory, such as flags (encrypted), method, sizes, offsets
        changed = bytearray(made)
        entry, end = b"PK\x01\x02", b"PK\x05\x06"
        for start in (made.find(entry), made.rfind(entry), made.rfind(end)):
            if rng.random() < 0.6:
                place = start + rng.randrange(4, 22)
                values = [b"\1\0", b"\xff\xff", b"\0\0", b"\x41\x08"]
                changed[place : place + 2] = rng.choice(values)
        made = bytes(changed)
    return made


TENSOR = '"name": "image", "shape": [1, 784], "datatype": "FP32"'


@lru_cache(1)
def png() -> bytes:
    """A digit as a file."""
    file = io.BytesIO()
    Image.fromarray(digits().images[0].reshape(28, 28)).save(file, "PNG")
    return file.getvalue()


def text(rng: random.Random) -> bytes:
    """JSON, or nearly so."""
    scalar = rng.choice(
        [
            *("1e999", "-1e999", "9" * 4400, "9" * 400, "NaN", "Infinity"),
            *("-0", "0.1", "true", "null"),
            *('"\\ud800"', '"\\u0000"', '"' + "a" * 1000 + '"', "[]", "{}"),
            *("01", "1.", "1e", '"1"'),
            *("[" * 500 + "]" * 500, "[" * 60_000, '{"a":' * 900 + "1" + "}" * 900),
            *("[" * 3000, "'1'"),
        ]
    )
    row = "[" + ",".join(["0.5"] * 783 + [scalar]) + "]"
    document = rng.choice(
        [
            f'{{"block": {scalar}}}',
            f'{{"pinned": {scalar}}}',
            f'{{"block": 1, "block": {scalar}}}',
            f'{{"data": {scalar}}}',
            f'{{"data": [{scalar}]}}',
            f'{{"data": [{{"target": {scalar}, "image": {scalar}}}]}}',
            f'{{"data": [{{"target": 7, "image": {row}}}]}}',
            f'{{"data": [{",".join([scalar] * 50)}]}}',
            f'{{"pixels": {row}}}',
            f'{{"pixels": {scalar}}}',
            f'{{"strokes": [[[{scalar}, 1], [{scalar}, {scalar}]]], "width": {scalar}}}',
            f'{{"drawings": [{{"strokes": {scalar}}}, {scalar}]}}',
            f'{{"inputs": [{{{TENSOR}, "data": {row}}}]}}',
            f'{{"inputs": [{{{TENSOR}, "parameters": {{"binary_data_size": {scalar}}}}}]}}',
            f'{{"id": {scalar}, "inputs": [{{{TENSOR}, "data": {scalar}}}], "outputs": {scalar}}}',
            f'{{"weights": {scalar}}}',
            f'{{"weights": [{scalar}, {scalar}]}}',
            f'{{"weights": [{row}, [{scalar}]]}}',
            f"{{{scalar}: 1}}",
            scalar,
            "",
        ]
    )
    coding = rng.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-32", "utf-7"])
    return document.encode(coding)


def damaged(rng: random.Random, content: bytes) -> bytes:
    """A few bytes changed, mostly in headers; or cut; or with something appended."""
    result = bytearray(content)
    for _ in range(rng.randint(0, 8)):
        end = min(len(result), rng.choice([16, 200, len(result)]))
        if end:
            place = rng.randrange(end)
            result[-place - 1 if rng.random() < 0.5 else place] = rng.randrange(256)
    if rng.random() < 0.3:
        del result[rng.randrange(len(result) + 1) :]
    if rng.random() < 0.3:
        place = rng.randrange(len(result) + 1)
        result[place:place] = rng.randbytes(rng.randint(1, 100))
    return bytes(result)


def bodies(rng: random.Random, token: str) -> Call:
    """A write whose body is mostly not what it should be."""
    kinds: list[tuple[str, Callable[[], bytes]]] = [
        *[(NPZ, lambda: npz(rng))] * 4,
        *[(NPZ, lambda: damaged(rng, weights_to_npz(shipped())))] * 2,
        *[(NPY, lambda: npy(rng))] * 4,
        *[(NPY, lambda: damaged(rng, samples(rng.choice([1, 2, 20, 1024, 1025]))))] * 3,
        *[(JSON, lambda: text(rng))] * 8,
        *[(PNG, lambda: damaged(rng, png()))] * 3,
        (JSON, lambda: damaged(rng, weights_json())),
        *[(JSON, lambda: damaged(rng, samples_json()))] * 3,
        (JSON, f"GET {SMUGGLED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode),
    ]
    media_type, make = rng.choice(kinds)
    body = make()
    lines = operator(token) if rng.random() < 0.8 else []
    roll = rng.random()
    if roll < 0.1:
        others = ["text/plain", "", "application/JSON; charset=utf-16"]
        media_type = rng.choice([JSON, NPY, NPZ, PNG, *others])
    elif roll < 0.2:
        lines.append(("Content-Encoding", rng.choice(["gzip", "br", "gzip, gzip"])))
        body = gzip.compress(body, 1)
    if media_type:
        lines.append(("Content-Type", media_type))
    if rng.random() < 0.2:
        lines.append(("If-Match", header_value(rng, "If-Match")))
    if rng.random() < 0.1:
        size = rng.choice([str(len(body)), str(rng.randrange(len(body) + 2)), rng.choice(AWKWARD)])
        lines.append(("Inference-Header-Content-Length", size))
    method, target = rng.choice(
        [("POST", "/api/weights")] * 4
        + [("PATCH", "/api/weights")] * 4
        + [("POST", "/api/datablock"), ("POST", "/api/predict")] * 2
        + [("POST", "/v2/models/digits/infer"), ("POST", "/v2/models/digits/versions/1/infer")]
        + [("PATCH", "/api/weights/versions/1"), ("PUT", "/api/weights"), ("POST", "/api/jobs")]
        + [("POST", "/api/weights/versions/1/promote"), ("DELETE", "/api/weights")]
        + [("GET", "/api/weights"), ("OPTIONS", "/api/weights"), ("POST", "/vendor/x")]
    )
    if rng.random() < 0.3:
        target += f"?author={author(rng)}"
    return request(rng, method, target, lines, body)


# Bytes

REQUESTS = [
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /api/data HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n",
    b"HEAD /api/weights HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"POST /api/datablock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 12\r\n\r\n{"block": 1}',
    b"POST /api/datablock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Transfer-Encoding: chunked\r\n\r\nc\r\n{"block": 1}\r\n0\r\n\r\n',
    b"PATCH /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 55\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: a\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
]
LINES = [
    *(b"Content-Length: 5", b"Content-Length: 0", b"Content-Length: -1", b"Content-Length: +5"),
    *(b"Content-Length: 5, 5", b"Content-Length: 0x5", b"Content-Length: 5\xa0"),
    b"Content-Length:",
    *(b"Content-Length: " + b"9" * 20, b"Content-Length: " + b"9" * 5000, b"Content-Length: 1e3"),
    *(b"Content-Length: 99999999", b"Content-Length: 1_0", b"Content-Length : 5"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked, chunked"),
    b"Transfer-Encoding: x",
    *(b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity", b"Transfer-Encoding:"),
    *(b"Transfer-Encoding : chunked", b"Transfer-Encoding:\x0bchunked"),
    b"Transfer-Encoding: \xffx",
    *(b"transfer-encoding: CHUNKED", b"Transfer_Encoding: chunked", b" Transfer-Encoding: chunked"),
    *(b"Host: localhost", b"Host: other.example", b"Host:", b"Host"),
    *(b": x", b"\x00: x", b"X\x00: y"),
    *(b"X: a\x00b", b"X: a\rb", b"X: a\nb", b" folded"),
    *(b"\tfolded", b"X-\xff: y", b"X: " + b"y" * 9000),
    *(b"X-Y_Z: 1", b"(: 1", b"Expect: 100-continue", b"Connection: close", b"Connection: upgrade"),
    *(b"Upgrade: websocket\r\nConnection: Upgrade", b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk"),
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"\r\n".join(b"X-%d: y" % number for number in range(200)),
    b"Cookie: " + b"a=b;" * 2000,
]
FIRST_LINES = [
    *(b"GET", b"GET ", b"GET / ", b"GET /"),
    *(b"GET  / HTTP/1.1", b" GET / HTTP/1.1", b"get / HTTP/1.1"),
    *(b"GET / HTTP/0.9", b"GET / HTTP/1.2", b"GET / HTTP/2.0"),
    *(b"GET / HTTP/9", b"GET / HTTP/1.1 x"),
    *(b"GET / http/1.1", b"GET / HTTP/1.\xb2", b"GET / XTTP/1.1"),
    *(b"G\x00T / HTTP/1.1", b"\x00" * 50),
    *(b"GET /\x00 HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET /a b HTTP/1.1", b"GET ? HTTP/1.1"),
    *(b"GET # HTTP/1.1", b"GET * HTTP/1.1", b"GET http:// HTTP/1.1", b"CONNECT a:1 HTTP/1.1"),
    *(b"GET /" + b"a" * 9000 + b" HTTP/1.1", b"A" * 9000 + b" / HTTP/1.1"),
    b"A" * 30 + b" / HTTP/1.1",
    *(b"GET /?" + b"%" * 500 + b" HTTP/1.1", b"PRI * HTTP/2.0", b"TRACE / HTTP/1.1"),
    b"GET \t HTTP/1.1",
    *(b"GET //// HTTP/1.1", b"GET http://[ HTTP/1.1", b"GET http://a:b@c/ HTTP/1.1"),
    b"GET / HTTP/1.0",
]
CHUNKS = [
    *(b"5\r\nhello\r\n", b"5;a=b\r\nhello\r\n", b"5;\r\nhello\r\n"),
    *(b"05\r\nhello\r\n", b"5 \r\nhello\r\n"),
    *(b"0x5\r\nhello\r\n", b"-1\r\n", b"ffffffffffffffff\r\n", b"f" * 5000 + b"\r\n"),
    *(b"\r\n", b"g\r\n"),
    *(b"5\nhello\n", b"5\r\nhelloXX", b"5\r\nhel", b"0\r\n", b"0\r\n\r\n", b"0\r\nHost: a\r\n\r\n"),
    *(b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n", b"5;" + b"x" * 9000 + b"\r\nhello\r\n", b"\x00"),
    b"0\r\n" + b"X: y\r\n" * 300 + b"\r\n",
]
STRANGERS = [
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    *(b"SSH-2.0-OpenSSH_9.6\r\n", b"EHLO a\r\n", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"),
    b"*1\r\n$4\r\nPING",
    b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12),
    *(b"\r\n" * 5000, b"\n" * 100, b"\r" * 100, b"\x00" * 100_000, b"A" * 300_000, b""),
]


def raw(rng: random.Random) -> Call:
    """Bytes that are hardly HTTP."""
    kind = rng.randrange(8)
    content = rng.choice(REQUESTS)
    if kind == 0:
        content = rng.choice(STRANGERS) + (rng.randbytes(rng.randint(0, 300)))
    elif kind == 1:
        content = rng.choice(FIRST_LINES) + b"\r\n" + content.partition(b"\r\n")[2]
    elif kind in (2, 3):
        head, _, body = content.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        for _ in range(rng.randint(1, 3)):
            lines.insert(rng.randint(1, len(lines)), rng.choice(LINES))
        content = b"\r\n".join(lines) + b"\r\n\r\n" + body
    elif kind == 4:
        head = (
            b"POST /api/datablock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        content = head + b"".join(rng.choices(CHUNKS, k=rng.randint(1, 6)))
    elif kind == 5:
        content = b"".join(rng.choices(REQUESTS, k=rng.randint(2, 30)))
    elif kind == 6:
        content = damaged(rng, content)
    if rng.random() < 0.15:
        content = damaged(rng, content)
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content) + 1)]
    return Call(in_pieces(rng, content), rng.choice(ENDINGS), is_whole=False)

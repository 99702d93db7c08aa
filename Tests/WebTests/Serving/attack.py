"""The attacks on every route, against a service of its own on this machine; `make attack`.

Routes come from the API's document and from the sources of the pages, so that a new one is attacked without being named
here. Prints a table of what was tried and what broke; exit code 1 if something did.
"""

import itertools
import json
import pathlib
import re
import socket
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import PASSWORD, Site, oathtool  # noqa: E402

NAMES = {
    "id": "01arz3ndektsv4rrffq69g5fav", "email": "nobody%40nowhere.example", "slug": "nowhere", "key": "x%2Fmail%2Fy",
    "campaign": "01arz3ndektsv4rrffq69g5faw", "client": "01arz3ndektsv4rrffq69g5fax",
}
OPEN = {"/sessions", "/enrolments", "/enrolments/invitation", "/enrolments/renewal", "/enrolments/verification",
        "/passwords", "/passwords/forgotten",
        "/openapi.json", "/openapi.yaml"}
LIMITS = {f"USHER_LIMITS_{kind}_PER_MINUTE": "1000000" for kind in ("SIGN_INS", "ENROLMENTS", "RENEWALS")}


class Campaign:
    def __init__(self, site):
        self.site, self.counts, self.broken = site, {}, []
        self.turn = itertools.count()

    def send(self, text):
        """The status and the text of the answer to these bytes; 0 where the connection was just closed."""
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=60) as one:
            one.sendall(text)
            answer = b""
            try:
                while chunk := one.recv(65_536):
                    answer += chunk
            except ConnectionResetError:
                pass
        words = answer.split(b" ", 2)
        return (int(words[1]) if len(words) > 2 else 0), answer

    def call(self, method, target, body=b"", host=None, **headers):
        number = next(self.turn)
        fields = {"Host": host or f"127.0.0.1:{self.site.port}", "Connection": "close",
                  "X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}", **headers}
        if method not in ("GET", "HEAD") and "Transfer_Encoding" not in headers:
            fields.setdefault("Content_Length", str(len(body)))
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        return self.send(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)

    def judge(self, kind, what, status, allowed):
        tried, held = self.counts.get(kind, (0, 0))
        is_right = status in allowed
        self.counts[kind] = (tried + 1, held + is_right)
        if not is_right:
            self.broken.append(f"{kind}: {what} answered {status}")

    def table(self):
        print(f"{'class':<40}{'tried':>8}{'held':>8}{'broken':>8}")
        for kind, (tried, held) in self.counts.items():
            print(f"{kind:<40}{tried:>8}{held:>8}{tried - held:>8}")
        for line in self.broken[:50]:
            print("BROKEN", line)


def filled(path):
    return re.sub(r"\{(\w+)\}", lambda match: NAMES.get(match.group(1), "x"), path)


def routes(campaign):
    """Of the API by its document, of the pages by what their sources add."""
    answer = campaign.call("GET", "/api/v1/openapi.json")[1]
    document = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    api = [(method.upper(), path) for path, item in document["paths"].items() for method in item
           if method in ("get", "post", "patch", "delete", "put")]
    pages = []
    for file in sorted((ROOT / "Sources/Web").rglob("*Routes.swift")):
        for method, path in re.findall(r'router\.(get|post)\(\s*"([^"]+)"', file.read_text()):
            pages.append((method.upper(), "/" + path.strip("/")))
    assert len(api) > 60 and len(pages) > 20, (len(api), len(pages))
    return api, sorted(set(pages))


def disguises(path):
    first, *rest = path.strip("/").split("/")
    inner = "/".join(rest)
    yield from ("/" + path, "//" + path, "/." + path, "/x/.." + path, "/%2e" + path, path + "/", path + "/.", path + "//")
    yield from (path + "%00", path + "%5c", path + "\\", path + ";x", path + "#x", path + "%zz", path + "%c0%af")
    yield f"/%{ord(first[0]):02x}{first[1:]}" + (f"/{inner}" if inner else "")
    yield f"http://127.0.0.1//{path}"
    if inner:
        yield from (f"/{first}//{inner}", f"/{first}/./{inner}", f"/{first}%2F{inner}", f"/{first}/x/../{inner}",
                    f"/{first};x/{inner}", f"/{first}%2f{inner}", f"/{first}\\{inner}")


def strangers(campaign, api):
    """No token, one that opens nothing; a body that is large, deep or no JSON: nobody is answered before they are known."""
    bodies = [b"", b"{}", b"[" * 60_000, b'{"a":' * 10_000, b"x" * 60_000]
    for method, path in api:
        if path in OPEN:
            continue
        for token, body in itertools.product((None, "x", "0" * 64), bodies if method != "GET" else bodies[:1]):
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            status, _ = campaign.call(method, "/api/v1" + filled(path), body, Content_Type="application/json", **headers)
            campaign.judge("routes x strangers x bodies", f"{method} {path}", status, {401})


def crossing(campaign, api, pages, cookie):
    """What another site makes a browser send changes nothing."""
    foreign = [{"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"},
               {"Sec_Fetch_Site": "same-site"}, {"Origin": "null"}]
    for method, path in api:
        if method == "GET" or path in OPEN:
            continue
        for headers in foreign:
            status, _ = campaign.call(method, "/api/v1" + filled(path), b"{}", Cookie=cookie,
                                      Content_Type="text/plain", **headers)
            campaign.judge("other sites: API", f"{method} {path}", status, {401})
    for method, path in pages:
        if method != "POST":
            continue
        for headers, kind in itertools.product(foreign, ("application/x-www-form-urlencoded", "text/plain")):
            status, _ = campaign.call(method, filled(path), b"form=" + b"0" * 64, Cookie=cookie, Content_Type=kind, **headers)
            campaign.judge("other sites: pages", f"{method} {path}", status, {400, 403, 415})


def spelling(campaign, api, pages, cookie):
    for method, path in [(m, "/api/v1" + p) for m, p in api] + [(m, p) for m, p in pages if p != "/"]:
        for disguise in disguises(filled(path)):
            status, _ = campaign.call(method, disguise, Cookie=cookie, Origin="https://evil.example")
            campaign.judge("disguised paths", f"{method} {disguise}", status,
                           {400, 414} | ({401, 403, 404, 405} if "%2f" in disguise.lower() else set()))


def documents(campaign):
    """JSON in every shape that two readers read differently, at the doors that anybody may knock at."""
    broken = [b"", b"[]", b"1", b"null", b"{", b"{}x", b"{,}", b'{"a":1,}', b'{"token":"a","token":"b"}', b"\xef\xbb\xbf{}",
              b'{"token":"\xff"}', b'{"token":"\\ud800"}', b'{"token":"\\udc00\\ud800"}', b"{'token':1}", b'{"token":01}',
              b'{"token":1e999}', b'{"token":99999999999999999999}', b'{"token":NaN}', b"{\x00}", b"[" * 64_000,
              b'{"token":' + b"[" * 33 + b"]" * 33 + b"}", b'{"token":[' + b"1," * 3_000 + b"1]}", b'{"a":' * 8_000]
    for path in sorted(OPEN - {"/openapi.json", "/openapi.yaml"}):
        for body in broken:
            status, _ = campaign.call("POST", "/api/v1" + path, body, Content_Type="application/json")
            campaign.judge("documents", f"{path} {body[:30]}", status, {400})
        for body in (b"{}", b'{"token":[]}', b'{"token":{"a":1}}', b'{"nonsense":1}', b'{"token":null}'):
            status, _ = campaign.call("POST", "/api/v1" + path, body, Content_Type="application/json")
            campaign.judge("documents of other types", f"{path} {body[:30]}", status, {422})
        status, _ = campaign.call("POST", "/api/v1" + path, b'{"token":"' + b"x" * 70_000 + b'"}', Content_Type="application/json")
        campaign.judge("documents too large", path, status, {413})


def framing(campaign):
    start = "POST /api/v1/sessions HTTP/1.1\r\n"
    host = f"Host: 127.0.0.1:{campaign.site.port}\r\n"
    shapes = [start + "Content-Length: 0\r\n\r\n", start + host * 2 + "Content-Length: 0\r\n\r\n"]
    for coding in ("xchunked", "identity", '"chunked"', "chunked;q=1", "gzip, chunked", "chunked, chunked", "chunked, gzip", " chunked\r\nContent-Length: 3"):
        shapes.append(f"{start}{host}Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n")
    for chunk in ("zz", "-1", "0x1", "1 1", "F" * 20, ""):
        shapes.append(f"{start}{host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\nx\r\n0\r\n\r\n")
    for length in ("-1", "+1", "1, 2", "x", "1 1", "0x1"):
        shapes.append(f"{start}{host}Content-Length: {length}\r\n\r\nx")
    for shape in shapes:
        status, _ = campaign.send(shape.encode())
        campaign.judge("framing", repr(shape[34:90]), status, {0, 400, 501})
    campaign.judge("framing", "an outage in the log", campaign.call("GET", "/readyz")[0], {200})


def guessing(campaign):
    """Known, unknown and impossible addresses are answered with the same bytes, but for the number of the call."""
    answers = {}
    for address in (Site.RITA, Site.MARIE, "nobody@acme.example", "x@nowhere.example", "RITA@ACME.EXAMPLE"):
        for path, body in (("/sessions", {"email": address, "password": "wrong wrong wrong"}), ("/enrolments/renewal", {"email": address})):
            status, answer = campaign.call("POST", "/api/v1" + path, json.dumps(body).encode(), Content_Type="application/json")
            text = re.sub(rb'"request":"[0-9a-f]+"', b"", answer.split(b"\r\n\r\n", 1)[-1])
            answers.setdefault(path, (status, text))
            campaign.judge("addresses by answer", f"{path} {address}", (status, text), {answers[path]})


def main():
    with Site(**LIMITS) as site:
        campaign = Campaign(site)
        api, pages = routes(campaign)
        body = json.dumps({"email": Site.RITA, "password": PASSWORD}).encode()
        half = json.loads(campaign.call("POST", "/api/v1/sessions", body, Content_Type="application/json")[1].split(b"\r\n\r\n", 1)[1])
        code = json.dumps({"code": oathtool(site.secrets[Site.RITA])}).encode()
        whole = campaign.call("POST", "/api/v1/sessions/current/code", code, Content_Type="application/json",
                              Authorization=f"Bearer {half['token']}")[1]
        cookie = "__Host-usher=" + json.loads(whole.split(b"\r\n\r\n", 1)[1])["token"]
        status, _ = campaign.call("GET", "/requests", Cookie=cookie)
        assert status == 200, status
        strangers(campaign, api)
        crossing(campaign, api, pages, cookie)
        spelling(campaign, api, pages, cookie)
        documents(campaign)
        framing(campaign)
        guessing(campaign)
        # The session that all of this was tried with is as it was.
        campaign.judge("the session afterwards", "GET /requests", campaign.call("GET", "/requests", Cookie=cookie)[0], {200})
        campaign.table()
        sys.exit(1 if campaign.broken else 0)


if __name__ == "__main__":
    main()

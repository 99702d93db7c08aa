"""Reads each .eml file of a folder with Python's own e-mail package and prints what it found, as a JSON list."""

import email
import email.policy
import html.parser
import json
import pathlib
import sys

VOID = {"meta", "br", "hr"}


class Page(html.parser.HTMLParser):
    """Whether tags pair up, and what a reader sees and may load."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.tags, self.links, self.words = [], [], set(), [], []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name in ("href", "src", "background", "action"):
                self.links.append([tag, value])
            if name.startswith("on"):
                self.faults.append(f"{tag} has {name}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.words.append(data)


def facts(path):
    raw = path.read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    text, html_part = parts["text/plain"].get_content(), parts["text/html"].get_content()
    page = Page()
    page.feed(html_part)
    page.close()
    defects = [repr(d) for part in mail.walk() for d in part.defects]
    defects += [repr(d) for value in mail.values() for d in getattr(value, "defects", ())]
    lines = raw.split(b"\r\n")
    return {
        "file": path.name,
        "headers": [[name, str(value)] for name, value in mail.items()],
        "toName": mail["to"].addresses[0].display_name,
        "toAddress": mail["to"].addresses[0].addr_spec,
        "fromName": mail["from"].addresses[0].display_name,
        "fromAddress": mail["from"].addresses[0].addr_spec,
        "subject": str(mail["subject"]),
        "milliseconds": int(mail["date"].datetime.timestamp() * 1000),
        "types": [part.get_content_type() for part in mail.walk()],
        "text": text.replace("\r\n", "\n"),
        "html": html_part.replace("\r\n", "\n"),
        "htmlWords": "".join(page.words),
        "htmlFaults": page.faults + [f"<{tag}> stays open" for tag in page.open],
        "htmlTags": sorted(page.tags),
        "htmlLinks": page.links,
        "defects": defects,
        "longestLine": max(map(len, lines)),
        "isASCII": raw.isascii(),
        "hasBareLineEnds": any(b"\n" in line or b"\r" in line for line in lines),
        "endsLine": raw.endswith(b"\r\n"),
    }


print(json.dumps([facts(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))]))

"""A mail server that keeps what it took: who handed over which mail when, and the token in it."""

import asyncio
import collections
import dataclasses
import email
import email.policy
import hashlib
import logging
import re
import threading
import time

from aiosmtpd.smtp import SMTP

# A link with a token behind it, or the token for whoever collects a program's account in a terminal.
TOKEN = re.compile(r"(?:/([a-z-]+)#|--token )([0-9a-f]{64})")


@dataclasses.dataclass(frozen=True)
class Letter:
    """One handing over of a mail; the same mail again has the same name and must have the same bytes."""

    name: str
    reader: str
    sender: str
    digest: bytes
    began: float
    ended: float
    page: str | None
    token: str | None


class Postbox:
    """Takes mail on a port of this machine until its end."""

    def __init__(self):
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self.letters, self.by_reader = [], collections.defaultdict(list)
        self.arrival = threading.Condition()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.port = 0
        self.listen("127.0.0.1")

    def listen(self, address):
        """On this address too, at the same port."""
        self.port = asyncio.run_coroutine_threadsafe(self.serve(address), self.loop).result(30)

    async def serve(self, address):
        server = await self.loop.create_server(
            lambda: SMTP(self, hostname="mail.test", loop=self.loop), address, self.port)
        return server.sockets[0].getsockname()[1]

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from, envelope.began = address, time.monotonic()
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        text = envelope.original_content
        head = email.message_from_bytes(text, policy=email.policy.default)
        found = TOKEN.search(head.get_body(("plain",)).get_content())
        letter = Letter(
            head["message-id"], envelope.rcpt_tos[0], session.host_name.split(".")[0], hashlib.sha256(text).digest(),
            envelope.began, time.monotonic(), found and (found[1] or "collect"), found and found[2])
        with self.arrival:
            self.letters.append(letter)
            self.by_reader[letter.reader].append(letter)
            self.arrival.notify_all()
        return "250 taken"

    def wait(self, reader, page, until):
        """The newest letter to a reader with a token for this page; None if none has come by `until`."""
        def found():
            return next((one for one in reversed(self.by_reader[reader]) if one.page == page), None)

        with self.arrival:
            self.arrival.wait_for(found, max(0, until - time.monotonic()))
            return found()

"""A mail server for the tests, by aiosmtpd: prints its port, files what it takes, ends with its caller.

Recipients tell it what to answer: rcpt450@ and rcpt550@ are refused at RCPT, data451@ and data554@ after the message;
at drop@ the connection is cut.
"""

import argparse
import asyncio
import json
import logging
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        word = address.split("@")[0]
        if word.startswith("rcpt"):
            return f"{word[4:]} 5.1.1 no such mailbox here"
        if word == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        word = envelope.rcpt_tos[0].split("@")[0]
        if word.startswith("data"):
            return f"{word[4:]} the message is not wanted"
        self.count += 1
        name = self.folder / f"{self.count:04}"
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or server._over_ssl,
            "login": session.auth_data.decode() if session.authenticated else None,
            "mechanism": getattr(session, "mechanism", None),
            "peer": session.peer[1],
        }
        name.with_suffix(".json").write_text(json.dumps(facts))
        # aiosmtpd has undone the doubling of dots, as a receiver must.
        name.with_suffix(".eml").write_bytes(envelope.original_content)
        return "250 taken"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        right = data.login == user.encode() and data.password == password.encode()
        session.mechanism = mechanism
        return AuthResult(success=right, auth_data=data.login, handled=False)

    return check


async def silence(reader, writer):
    await reader.read()
    writer.close()


async def serve(options):
    loop = asyncio.get_running_loop()
    context = None
    if options.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)
    handler = Handler(pathlib.Path(options.folder))

    def session():
        return SMTP(
            handler,
            hostname="mail.test",
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticator(options.user, options.password) if options.user else None,
            auth_required=bool(options.user),
            # With TLS from the first byte aiosmtpd would wait for a STARTTLS that cannot come.
            auth_require_tls=options.tls == "starttls",
            auth_exclude_mechanism=options.without,
            loop=loop,
        )

    if options.silent:
        server = await asyncio.start_server(silence, "127.0.0.1", options.port)
    else:
        implicit = context if options.tls == "implicit" else None
        server = await loop.create_server(session, "127.0.0.1", options.port, ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whichever comes first: the caller closes our standard input (or dies), or a bounded time is over.
    ended = asyncio.Event()

    def wait_for_caller():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_caller, daemon=True).start()
    try:
        await asyncio.wait_for(ended.wait(), options.seconds)
    except asyncio.TimeoutError:
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--seconds", type=float, default=900)
    # A refused handshake is what some tests want; it is no news.
    logging.disable(logging.CRITICAL)
    asyncio.run(serve(parser.parse_args()))


main()

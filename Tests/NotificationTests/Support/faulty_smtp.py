"""A mail server that misbehaves as it is told: prints its port, writes a line for each thing it hears, ends with its caller.

The first argument is a file for what it hears, each further one a fault: the word of a command (GREETING, EHLO, HELO,
MAIL, RCPT, DATA, END for the reply after the message), `=`, and the reply with `|` between its lines; `stall` says
nothing instead, `cut` closes. `NAME*2=…` holds twice and is over then. `capabilities=AUTH PLAIN|…` is offered after EHLO.
"""

import asyncio
import sys
import threading


def faults(arguments):
    table, limits = {}, {}
    for argument in arguments:
        name, reply = argument.split("=", 1)
        name, _, times = name.partition("*")
        table[name] = reply
        limits[name] = int(times) if times else None
    return table, limits


async def serve(path, table, limits):
    heard = open(path, "a", buffering=1)
    capabilities = table.pop("capabilities", "").split("|")

    async def session(reader, writer):
        async def say(name, usual):
            """False when the connection is over."""
            reply = usual
            if name in table and limits[name] != 0:
                reply = table[name]
                if limits[name] is not None:
                    limits[name] -= 1
            if reply == "stall":
                await reader.read()
            if reply in ("stall", "cut"):
                writer.close()
                return False
            lines = reply.split("|")
            for line in lines[:-1]:
                writer.write((line[:3] + "-" + line[4:] + "\r\n").encode())
            writer.write((lines[-1] + "\r\n").encode())
            await writer.drain()
            return True

        try:
            if not await say("GREETING", "220 faulty ready"):
                return
            while line := await reader.readline():
                text = line.decode(errors="replace").strip()
                heard.write(text + "\n")
                word = text.split(" ")[0].upper()
                usual = {
                    "EHLO": "|".join(["250 faulty"] + ["250 " + c for c in capabilities if c]),
                    "DATA": "354 go on",
                    "QUIT": "221 bye",
                    "AUTH": "235 welcome",
                }.get(word, "250 ok")
                if word == "AUTH" and len(text.split(" ")) == 2:
                    writer.write(b"334 \r\n")
                    await reader.readline()
                if not await say(word, usual):
                    return
                if word == "QUIT":
                    return
                if word == "DATA" and (table.get("DATA") in (None, "") or limits.get("DATA") == 0):
                    while (part := await reader.readline()) not in (b".\r\n", b""):
                        pass
                    heard.write("MESSAGE\n")
                    if not await say("END", "250 taken"):
                        return
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wait_for_caller():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_caller, daemon=True).start()
    try:
        await asyncio.wait_for(ended.wait(), 900)
    except asyncio.TimeoutError:
        pass
    sys.stdout.flush()
    # Connections that stall would keep an orderly end from coming.
    import os

    os._exit(0)


asyncio.run(serve(sys.argv[1], *faults(sys.argv[2:])))

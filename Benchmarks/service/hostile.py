"""Clients that mean harm, on 127.0.0.1 only, while somebody else measures.

Usage: hostile.py KIND PORT SECONDS    KIND: loris, headers, bodies, idle
Prints `ready` once the harm is in full swing, and at the end what became of it.
"""

import asyncio
import collections
import sys
import time

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def connect(port):
    return await asyncio.open_connection("127.0.0.1", port)


async def takes(writer, reader, chunk):
    """Whether the other end still takes what we send."""
    try:
        writer.write(chunk)
        await writer.drain()
    except OSError:
        return False
    return not reader.at_eof()


async def loris(port, until, seen):
    """A header line every second, and never the last."""
    try:
        reader, writer = await connect(port)
        writer.write(HEAD)
        seen["opened"] += 1
        while time.monotonic() < until:
            if not await takes(writer, reader, b"X-A: b\r\n"):
                seen["closed by the server"] += 1
                return
            await asyncio.sleep(1)
        seen["open at the end"] += 1
        writer.close()
    except OSError:
        seen["refused"] += 1


async def headers(port, until, seen):
    """10 MB of header lines, again and again."""
    line = b"X-Filler: " + b"a" * 1014 + b"\r\n"
    while time.monotonic() < until:
        try:
            reader, writer = await connect(port)
            seen["opened"] += 1
            writer.write(HEAD)
            sent = 0
            while sent < 10_000_000 and await takes(writer, reader, line * 64):
                sent += 64 * len(line)
            seen["megabytes sent"] += sent / 1e6
            answer = await asyncio.wait_for(reader.read(64), 10)
            seen[answer[9:12].decode() or "closed without an answer"] += 1
            writer.close()
        except (OSError, asyncio.TimeoutError):
            seen["closed without an answer"] += 1


async def bodies(port, until, seen):
    """1 GB of body, announced or in chunks, to a route that takes a form."""
    chunk = b"a" * 65_536
    number = 0
    while time.monotonic() < until:
        number += 1
        try:
            reader, writer = await connect(port)
            seen["opened"] += 1
            announced = b"Content-Length: 1000000000" if number % 2 else b"Transfer-Encoding: chunked"
            writer.write(
                b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + announced + b"\r\n\r\n"
            )
            sent, part = 0, chunk if number % 2 else b"10000\r\n" + chunk + b"\r\n"
            while sent < 1_000_000_000 and time.monotonic() < until and await takes(writer, reader, part):
                sent += len(chunk)
            seen["megabytes sent"] += sent / 1e6
            answer = await asyncio.wait_for(reader.read(64), 5)
            seen[answer[9:12].decode() or "closed without an answer"] += 1
            writer.close()
        except (OSError, asyncio.TimeoutError):
            seen["closed without an answer"] += 1


async def idle(port, until, seen):
    """Connects, and says nothing."""
    try:
        reader, writer = await connect(port)
        seen["opened"] += 1
        try:
            await asyncio.wait_for(reader.read(1), max(0, until - time.monotonic()))
            seen["closed by the server"] += 1
        except asyncio.TimeoutError:
            seen["open at the end"] += 1
        writer.close()
    except OSError:
        seen["refused"] += 1


COUNTS = {"loris": 500, "headers": 8, "bodies": 4, "idle": 5_000}


async def main(kind, port, seconds):
    seen = collections.Counter()
    until = time.monotonic() + float(seconds)
    attack = {"loris": loris, "headers": headers, "bodies": bodies, "idle": idle}[kind]
    tasks = []
    for number in range(COUNTS[kind]):
        tasks.append(asyncio.create_task(attack(int(port), until, seen)))
        if number % 100 == 99:
            await asyncio.sleep(0.05)  # So that the queue of the listening socket takes them.
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.gather(*tasks)
    print(", ".join(f"{what} {round(count)}" for what, count in sorted(seen.items())), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

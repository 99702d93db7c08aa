"""The line between one node and the database: a relay that can be cut, made mute, or torn.

Usage: wire.py SOCKET ADDRESS    relays connections from a port of this address, which it prints, to a socket's path

Lines of input are orders, each answered by a line once it is carried out: "pass" lets everything through, also what was
held; "cut" holds what either side says, so that neither hears from the other though no connection ends; "mute" holds what
the database answers only; "tear" resets every connection that there is. Ends with its input.
"""

import selectors
import socket
import struct
import sys

MOST = 1 << 16


class Pipe:
    """One direction of one connection: what came from `source` and is not yet at `sink`."""

    def __init__(self, source, sink, is_answer):
        self.source, self.sink, self.is_answer = source, sink, is_answer
        self.held, self.is_ended = b"", False


class Relay:
    def __init__(self, path, address):
        self.path, self.order = path, "pass"
        self.selector, self.pipes = selectors.DefaultSelector(), {}
        self.listener = socket.create_server((address, 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self.obey)

    def run(self):
        print(self.port, flush=True)
        while True:
            for key, _ in self.selector.select():
                # What was handled a moment ago may have closed this one.
                if key.fileobj in (self.listener, sys.stdin.fileno()) or key.fileobj in self.pipes:
                    key.data()

    def obey(self):
        order = sys.stdin.readline().strip()
        if not order:
            sys.exit()
        if order == "tear":
            for one in list(self.pipes):
                self.close(one, resetting=True)
        else:
            self.order = order
            for one in list(self.pipes):
                if one in self.pipes:
                    self.watch(one)
        print(order, flush=True)

    def accept(self):
        near = self.listener.accept()[0]
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self.path)
        except OSError:
            # There is no server: who asks is refused, as by the server's machine.
            far.close()
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            near.close()
            return
        for source, sink, is_answer in (near, far, False), (far, near, True):
            source.setblocking(False)
            self.pipes[source] = Pipe(source, sink, is_answer)
            self.selector.register(source, selectors.EVENT_READ, lambda source=source: self.move(source))
        self.watch(near)
        self.watch(far)

    def holds(self, pipe):
        return self.order == "cut" or self.order == "mute" and pipe.is_answer

    def watch(self, end):
        """Listens to an end while it may speak and what it said is gone; else it waits in its own buffers."""
        pipe, other = self.pipes[end], self.pipes[self.pipes[end].sink]
        reads = not self.holds(pipe) and not pipe.held and not pipe.is_ended
        writes = bool(other.held) and not self.holds(other)
        events = selectors.EVENT_READ * reads | selectors.EVENT_WRITE * writes
        known = end in self.selector.get_map()
        if events and known:
            self.selector.modify(end, events, lambda: self.move(end))
        elif events:
            self.selector.register(end, events, lambda: self.move(end))
        elif known:
            self.selector.unregister(end)

    def move(self, end):
        pipe = self.pipes[end]
        other = self.pipes[pipe.sink]
        try:
            if other.held and not self.holds(other):
                self.flush(other)
            if not self.holds(pipe) and not pipe.held and not pipe.is_ended:
                try:
                    pipe.held = end.recv(MOST)
                except BlockingIOError:
                    pass
                else:
                    pipe.is_ended = not pipe.held
                    self.flush(pipe)
        except OSError:
            return self.close(end, resetting=True)
        if pipe.is_ended and not pipe.held:
            return self.close(end, resetting=False)
        self.watch(end)
        self.watch(pipe.sink)

    @staticmethod
    def flush(pipe):
        try:
            pipe.held = pipe.held[pipe.sink.send(pipe.held):] if pipe.held else b""
        except BlockingIOError:
            pass

    def close(self, end, resetting):
        """Ends a connection on both sides; neither database nor node ends one half of it alone."""
        if end not in self.pipes:
            return
        for one in end, self.pipes[end].sink:
            if one in self.selector.get_map():
                self.selector.unregister(one)
            del self.pipes[one]
            if resetting and one.family == socket.AF_INET:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()


if __name__ == "__main__":
    Relay(*sys.argv[1:]).run()

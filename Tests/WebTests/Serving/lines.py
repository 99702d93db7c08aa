"""The lines between a node, its clients and the database: a relay anywhere, or as root links of a network namespace."""

import os
import pathlib
import shutil
import subprocess
import sys
import threading


class Relay:
    """A node on this machine itself, whose line to the database is wire.py."""

    def __init__(self, socket, address="127.0.0.1"):
        script = pathlib.Path(__file__).with_name("wire.py")
        self.process = subprocess.Popen(
            [sys.executable, "-B", script, socket, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()
        # Where the node listens, where it finds the mail server and who speaks for clients, and its database.
        self.own, self.outside, self.prefix = "127.0.0.1", "127.0.0.1", []
        self.database = f"{address}:{int(self.process.stdout.readline())}"

    def order(self, word):
        """"pass", "cut", "mute" or "tear"; see wire.py."""
        with self.lock:
            self.process.stdin.write(word + "\n")
            self.process.stdin.flush()
            assert self.process.stdout.readline().strip() == word

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


class Links(Relay):
    """A node in a network namespace with one link to everybody and one to the database; a cut takes the latter down.

    Packets are lost then, and nobody says so, where a relay still takes what it is given.
    """

    def __init__(self, socket, number):
        self.name, self.number = f"usher-{os.getpid()}-{number}", number
        self.is_up = True
        self.links = [(f"uc{os.getpid()}.{number}", f"10.213.{number}"), (f"ud{os.getpid()}.{number}", f"10.214.{number}")]
        try:
            ip("netns", "add", self.name)
            ip("-n", self.name, "link", "set", "lo", "up")
            for (link, network), inner in zip(self.links, ("people", "database")):
                ip("link", "add", link, "type", "veth", "peer", "name", inner, "netns", self.name)
                ip("address", "add", f"{network}.1/24", "dev", link)
                ip("-n", self.name, "address", "add", f"{network}.2/24", "dev", inner)
                ip("link", "set", link, "up")
                ip("-n", self.name, "link", "set", inner, "up")
            super().__init__(socket, f"{self.links[1][1]}.1")
        except BaseException:
            self.remove()
            raise
        self.own, self.outside = f"{self.links[0][1]}.2", f"{self.links[0][1]}.1"
        self.prefix = ["ip", "netns", "exec", self.name]

    @staticmethod
    def are_possible():
        """Whether whoever runs this may make namespaces and links."""
        probe = f"usher-probe-{os.getpid()}"
        if not shutil.which("ip"):
            return False
        try:
            ip("netns", "add", probe)
            ip("-n", probe, "link", "add", "one", "type", "veth", "peer", "name", "two")
            return True
        except subprocess.CalledProcessError:
            return False
        finally:
            subprocess.run(["ip", "netns", "delete", probe], capture_output=True)

    def order(self, word):
        is_up = word != "cut" and (self.is_up or word == "pass")
        if is_up != self.is_up:
            ip("link", "set", self.links[1][0], "up" if is_up else "down")
            self.is_up = is_up
        if word != "cut":
            super().order(word)

    def end(self):
        super().end()
        self.remove()

    def remove(self):
        """Links go with their namespace, in a while; by then nobody may want their names."""
        for link, _ in self.links:
            subprocess.run(["ip", "link", "delete", link], capture_output=True)
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)

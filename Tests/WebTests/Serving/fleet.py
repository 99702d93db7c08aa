"""Several nodes on one PostgreSQL database, each behind a line of its own and with a clock of its own."""

import collections
import datetime
import http.client
import json
import os
import signal
import subprocess
import threading
import time

from lines import Links, Relay
from serving import Node, PostgreSQL, Site
from site_under_test import PROGRAM, free_port

# What a node says when it ends because it could not reach the database at its start.
OUTAGE = 5


class Member(Node):
    """A node that is started again whenever it ends, as by a service manager, until it is told to rest."""

    def __init__(self, site, name, ahead, line):
        super().__init__(site)
        self.name, self.ahead, self.line = name, ahead, line
        self.port = free_port()
        self.environment.update(site.environment)
        self.environment.update({
            "USHER_DATA": str(self.data), "HOME": str(self.folder),
            "USHER_DATABASE_URL": f"postgres://usher@{line.database}/postgres?sslmode=disable",
            "USHER_SMTP_URL": f"smtp://{line.outside}:{site.postbox.port}", "USHER_TRUSTED_PROXIES": line.outside,
            "USHER_SMTP_HELO": f"{name}.usher.test"})
        self.is_wanted, self.is_stopped, self.lapse = False, False, 0
        self.lock = threading.Lock()
        self.keeper = None
        # Every end that nobody asked for, and what was logged last before it.
        self.starts, self.deaths, self.said_last = 0, [], collections.deque(maxlen=60)
        self.counts = collections.Counter()

    def start(self):
        self.is_wanted = True
        self.keeper = threading.Thread(target=self.keep, daemon=True)
        self.keeper.start()

    def keep(self):
        while self.is_wanted:
            now = datetime.datetime.fromtimestamp(time.time() + self.ahead + self.lapse, datetime.timezone.utc)
            with self.lock:
                self.server = subprocess.Popen(
                    [*self.line.prefix, PROGRAM, "serve", "--listen", f"{self.line.own}:{self.port}"], cwd=self.folder, text=True,
                    env={**self.environment, "USHER_NOW": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"},
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                self.is_killed = False
            self.starts += 1
            self.read()
            code = self.server.wait()
            # Asked to end it ends well; not asked it may end where there is no database to begin with.
            if not self.is_killed and code != (OUTAGE if self.is_wanted else 0):
                self.deaths.append(f"{self.name} ended by itself with {code}:\n" + "".join(self.said_last))
            # Whoever cannot start yet is not started a hundred times a second.
            time.sleep(0.1 if code == OUTAGE else 0)

    def read(self):
        for line in self.server.stderr:
            self.said_last.append(line)
            try:
                self.counts[json.loads(line)["message"]] += 1
            except (ValueError, KeyError):
                # What a command says that cannot begin, or the Swift runtime when it gives up.
                self.counts["no line of the log"] += 1

    def kill(self):
        """Ends it as a power cut does; whoever is stopped, too."""
        self.strike(signal.SIGKILL)

    def stop(self):
        self.strike(signal.SIGSTOP)

    def go_on(self):
        self.strike(signal.SIGCONT)

    def strike(self, blow):
        with self.lock:
            if self.server and self.server.poll() is None:
                self.is_killed |= blow == signal.SIGKILL
                os.kill(self.server.pid, blow)

    def rest(self):
        """Ends it as a service manager does, and does not start it again."""
        self.is_wanted = False
        self.strike(signal.SIGCONT)
        self.strike(signal.SIGTERM)
        if self.keeper:
            self.keeper.join(60)
            assert not self.keeper.is_alive(), f"{self.name} does not end on SIGTERM"


class Fleet:
    """The database, the nodes, and the commands of whoever runs them; gone with the `with` block."""

    def __init__(self, aheads, offices, postbox, links):
        self.postbox, self.lapse = postbox, 0
        self.database = PostgreSQL()
        self.members, self.site = [], None
        try:
            # A node that dies while it looks at a password leaves a miss behind, right as it may have been: what
            # five of these in a row would cost, half a minute, is not what is tried here.
            self.site = Site(
                USHER_DATABASE_URL=self.database.url, USHER_API_CALLS_PER_MINUTE="0",
                USHER_SMTP_URL=f"smtp://127.0.0.1:{postbox.port}", USHER_SMTP_STARTTLS="none", USHER_SMTP_TIMEOUT="3",
                USHER_SMTP_HELO="operator.usher.test", USHER_LIMITS_ENROLMENTS_PER_MINUTE="1000000",
                USHER_LIMITS_SIGN_INS_PER_MINUTE="1000000", USHER_LIMITS_PASSWORD_MISSES="100")
            self.site.postbox = postbox
            self.settle(offices)
            in_namespaces = links == "namespaces" or links == "best" and Links.are_possible()
            socket = f"{self.database.folder}/.s.PGSQL.5432"
            for number, ahead in enumerate(aheads):
                line = Links(socket, number) if in_namespaces else Relay(socket)
                if in_namespaces:
                    postbox.listen(line.outside)
                self.members.append(Member(self.site, "abcdefgh"[number], ahead, line))
        except BaseException:
            self.__exit__()
            raise

    def settle(self, offices):
        """Organizations with a cloud, a representative and a manager each, who have authenticators."""
        site = self.site
        site.token = lambda address: self.postbox.wait(address, "welcome", time.monotonic() + 60).token
        site.usher("init", "--manager", site.MARIE, "--name", "Marie Durand")
        site.enrol(site.MARIE)
        for slug in offices:
            site.usher("org", "add", f"Office {slug}", "--slug", slug, "--representative", f"rita@{slug}.example",
                       "--manager", f"marie@{slug}.example")
            site.usher("cloud", "add", slug, "Production", "--slug", "prod")
            for name in "rita", "marie":
                site.enrol(f"{name}@{slug}.example")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.is_wanted = False
            member.kill()
            member.line.end()
            member.__exit__()
        if self.site:
            self.site.__exit__()
        self.database.end()

    def now(self):
        """The time that people's authenticators have, in the middle of the nodes' clocks."""
        return time.time() + self.lapse

    def start(self):
        for member in self.members:
            member.start()
        self.require_ready()

    def require_ready(self):
        """Waits until every node answers."""
        end = time.monotonic() + 180
        for member in self.members:
            while not self.is_ready(member):
                assert time.monotonic() < end, f"{member.name} does not answer:\n" + "".join(member.said_last)
                time.sleep(0.1)

    @staticmethod
    def is_ready(member):
        """Whether a node answers, and has its database."""
        connection = http.client.HTTPConnection(member.line.own, member.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def let_pass(self, seconds):
        """Ends every node in peace and starts it with a later clock: leases run out, and what waits falls due."""
        for member in self.members:
            member.rest()
        self.lapse += seconds
        for member in self.members:
            member.lapse = self.lapse
        self.start()

"""Apache's httpd with modules of Debian, on a free port of this machine, with a configuration of the test's own."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from provider import answers, free_port

PROGRAM, MODULES = "/usr/sbin/apache2", "/usr/lib/apache2/modules"
# What every server of these tests wants: to answer, to show what a module found out, and to leave no traces elsewhere.
START = """
ServerName localhost
ServerRoot "{folder}"
Listen 127.0.0.1:{port}
PidFile "{folder}/pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/log"
LogLevel warn {levels}
DocumentRoot "{folder}/pages"
<Directory "{folder}/pages">
    Options +Includes
    SetOutputFilter INCLUDES
    DirectoryIndex index.html
</Directory>
TypesConfig /dev/null
AddType text/html .html
# This one is to answer to what this machine sends, and soon.
StartServers 1
Timeout 60
"""
USUAL = ("mpm_event", "authz_core", "authn_core", "authz_user", "dir", "mime", "include", "alias", "env")


class Apache:
    """Runs until the `with` block ends. As root it answers as `nobody`, since httpd serves nothing as root."""

    def __init__(self, modules, configuration, port=None, levels=""):
        """`configuration` names `{port}`, `{url}` and `{folder}` where it needs them."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-apache-"))
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        lines = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in (*USUAL, *modules)]
        if os.geteuid() == 0:
            lines += ["User nobody", "Group nogroup"]
            self.folder.chmod(0o755)
        values = {"folder": self.folder, "port": self.port, "url": self.url, "levels": levels}
        text = START.format(**values)
        for name, value in values.items():
            configuration = configuration.replace("{" + name + "}", str(value))
        self.file = self.folder / "httpd.conf"
        self.file.touch(0o600)
        self.file.write_text("\n".join(lines) + text + configuration)
        (self.folder / "pages").mkdir()
        self.server = None

    def page(self, path, text):
        """A page of this server, in which `<!--#echo var="X" -->` shows what a module found out."""
        file = self.folder / "pages" / path.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def __enter__(self):
        self.server = subprocess.Popen(
            [PROGRAM, "-D", "FOREGROUND", "-f", str(self.file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True)
        end = time.monotonic() + 60
        while not answers(self.port):
            if self.server.poll() is not None or time.monotonic() > end:
                said = self.server.stderr.read() if self.server.poll() is not None else ""
                self.__exit__()
                raise RuntimeError(f"Apache did not start: {said}{self.log()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.server.terminate()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        """The end of what it wrote, for the message of a failure."""
        file = self.folder / "log"
        return file.read_text()[-4_000:] if file.exists() else ""

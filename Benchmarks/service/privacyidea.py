"""privacyIDEA on SQLite behind gunicorn, two workers, with TOTP tokens whose codes are known: the peer for verification.

Usage: privacyidea.py VENV FOLDER PORT TOKENS LIST    Serves until it is told to stop; writes LIST anew, lines
`SERIAL CODE`, at each line on its standard input, and answers with a line.
"""

import base64
import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pyotp

CONFIGURATION = """
SUPERUSER_REALM = ['super']
SQLALCHEMY_DATABASE_URI = 'sqlite:///{folder}/pi.db'
SECRET_KEY = 'benchmark-secret-key-0123456789abcdef'
PI_PEPPER = 'benchmark-pepper'
PI_ENCFILE = '{folder}/enckey'
PI_AUDIT_KEY_PRIVATE = '{folder}/private.pem'
PI_AUDIT_KEY_PUBLIC = '{folder}/public.pem'
PI_LOGFILE = '{folder}/pi.log'
PI_LOGLEVEL = 40
"""


def call(url, values, token=None):
    headers = {"Authorization": token} if token else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(values).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["result"]["value"]


def main(venv, folder, port, tokens, codes):
    folder = pathlib.Path(folder).resolve()
    binaries = pathlib.Path(venv).resolve() / "bin"
    folder.mkdir(parents=True)
    (folder / "pi.cfg").write_text(CONFIGURATION.format(folder=folder))
    (folder / "wsgi.py").write_text(
        "from privacyidea.app import create_app\n"
        f"application = create_app('production', '{folder}/pi.cfg', silent=True)\n"
    )
    environment = {**os.environ, "PRIVACYIDEA_CONFIGFILE": str(folder / "pi.cfg")}
    for step in ("setup create_enckey", "setup create_audit_keys", "setup create_tables", "admin add -p secret admin"):
        subprocess.run([binaries / "pi-manage", *step.split()], env=environment, check=True, capture_output=True)
    server = subprocess.Popen(
        [binaries / "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--chdir", folder, "wsgi:application"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    # Told to stop, this must not end before its server does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                token = call(base + "/auth", {"username": "admin", "password": "secret"})["token"]
                break
            except OSError:
                time.sleep(0.1)
        keys = {f"T{number}": os.urandom(20) for number in range(int(tokens))}

        def enrol(serial):
            call(base + "/token/init", {"type": "totp", "serial": serial, "otpkey": keys[serial].hex()}, token)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(enrol, keys))
        print("ready", flush=True)
        for _ in sys.stdin:
            shown = ((serial, pyotp.TOTP(base64.b32encode(key).decode()).now()) for serial, key in keys.items())
            pathlib.Path(codes).write_text("".join(f"{serial} {code}\n" for serial, code in shown))
            print("written", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

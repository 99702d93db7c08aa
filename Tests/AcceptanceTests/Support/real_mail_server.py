"""Postfix with Dovecot's SASL for one test: prints its ports as JSON, ends with its caller. As root, loopback only.

usage: real_mail_server.py CERTIFICATE KEY USER PASSWORD MAILBOXES

Port `submission` has STARTTLS and a login, without which no mail is taken; `smtps` the same with TLS from the start;
`greylisting` puts each reader off once. What is taken lies in MAILBOXES/USER/new; mail to DOMAIN bounce.example is taken
and returned to its sender.
"""

import asyncio
import base64
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

SBIN = "/usr/lib/postfix/sbin"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def configure_dovecot(folder, user, password):
    # In letters that the file gives no meaning to.
    write(folder / "users", f"{user}:{{PLAIN.b64}}{base64.b64encode(password.encode()).decode()}\n", 0o644)
    write(
        folder / "dovecot.conf",
        f"""
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {folder}/queue/private/auth {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""",
    )


def configure_postfix(folder, ports, certificate, key, mailboxes):
    nobody = pwd.getpwnam("nobody")
    write(folder / "conf/domains", "bounce.example fail:\n")
    write(
        folder / "conf/main.cf",
        f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {SBIN}
command_directory = /usr/sbin
maillog_file = {folder}/postfix.log
maillog_file_prefixes = /tmp, /var
myhostname = mail.provider.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_mailbox_domains = texthash:{folder}/conf/mine
virtual_mailbox_maps = texthash:{folder}/conf/boxes
virtual_mailbox_base = {mailboxes}
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
virtual_minimum_uid = 1
relay_domains = bounce.example
transport_maps = texthash:{folder}/conf/domains
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_non_fqdn_helo_hostname
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
smtputf8_enable = no
""",
    )
    write(folder / "conf/mine", "".join(f"{d} x\n" for d in ("acme.example", "provider.example", "cloud.example")))
    boxes = ("marie@provider.example", "bounces@provider.example", "rita@acme.example", "alice@acme.example")
    write(folder / "conf/boxes", "".join(f"{box} {box.split('@')[0]}/\n" for box in boxes))
    login = "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes"
    only = "-o smtpd_recipient_restrictions=permit_sasl_authenticated,reject"
    grey = f"-o smtpd_recipient_restrictions=check_policy_service,inet:127.0.0.1:{ports['policy']}"
    services = [
        f"127.0.0.1:{ports['submission']} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {login} {only}",
        f"127.0.0.1:{ports['smtps']} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {login} {only}",
        f"127.0.0.1:{ports['greylisting']} inet n - n - - smtpd {grey}",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "verify unix - - n - 1 verify",
        "flush unix n - n 1000? 0 flush",
        "proxymap unix - - n - - proxymap",
        "smtp unix - - n - - smtp",
        "relay unix - - n - - smtp",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "discard unix - - n - - discard",
        "virtual unix - n n - - virtual",
        # Takes what it cannot deliver, as a relay does; an error transport would be known at RCPT.
        "fail unix - n n - - pipe user=nobody argv=/bin/sh -c {echo 5.1.1 No such user here; exit 67}",
        "anvil unix - - n - 1 anvil",
        "scache unix - - n - 1 scache",
        "postlog unix-dgram n - n - 1 postlogd",
    ]
    write(folder / "conf/master.cf", "\n".join(services) + "\n")


async def policy(port):
    """The first mail to each reader is put off."""
    seen = set()

    async def answer(reader, writer):
        request = {}
        while line := (await reader.readline()).decode().strip("\n"):
            name, _, value = line.partition("=")
            request[name] = value
        who = request.get("recipient", "")
        action = "dunno" if who in seen else "defer_if_permit Greylisted, come again"
        seen.add(who)
        writer.write(f"action={action}\n\n".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def listening(port):
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("the mail server did not start")


async def main():
    # Whoever started it may have blocked signals, which its children would inherit and never end.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # However it ends, what it started ends with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    certificate, key, user, password, mailboxes = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-mx-", dir="/tmp"))
    folder.chmod(0o755)
    ports = {name: free_port() for name in ("submission", "smtps", "greylisting", "policy")}
    nobody = pwd.getpwnam("nobody")
    os.makedirs(mailboxes, exist_ok=True)
    os.chown(mailboxes, nobody.pw_uid, nobody.pw_gid)
    for name in ("queue", "data", "queue/private"):
        (folder / name).mkdir(exist_ok=True)
    postfix = pwd.getpwnam("postfix")
    os.chown(folder / "data", postfix.pw_uid, postfix.pw_gid)
    os.chown(folder / "queue/private", postfix.pw_uid, 0)
    configure_dovecot(folder, user, password)
    configure_postfix(folder, ports, certificate, key, mailboxes)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    programs = []
    try:
        server = await policy(ports["policy"])
        subprocess.run(["/usr/sbin/postfix", "-c", str(folder / "conf"), "check"], check=True, **quiet)
        programs.append(
            subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")], **quiet))
        programs.append(subprocess.Popen([f"{SBIN}/master", "-c", str(folder / "conf"), "-s"], **quiet))
        for name in ("submission", "smtps", "greylisting"):
            await listening(ports[name])
        for _ in range(600):
            if (folder / "queue/private/auth").exists():
                break
            await asyncio.sleep(0.1)
        print(json.dumps(ports), flush=True)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait_for_caller():
            sys.stdin.read()
            loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=wait_for_caller, daemon=True).start()
        try:
            await asyncio.wait_for(ended.wait(), 900)
        except asyncio.TimeoutError:
            pass
        server.close()
    finally:
        for program in programs:
            program.send_signal(signal.SIGTERM)
        for program in programs:
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if not os.environ.get("KEEP_MAIL_SERVER"):
            shutil.rmtree(folder, ignore_errors=True)


asyncio.run(main())

"""A receiver of webhooks on a port of its own, over TLS where it gets a certificate: it prints the port, and ends with
its standard input.

What a path asks for is done: /ok, /status/410, /redirect, /endless (an answer without an end), /drip (one byte after
the other), /mute (a head, and nothing of the body that it announces), /stall (nothing), /drop (the connection ends), /flaky (503 while the file `away` is in the folder).
Each message is a line of JSON in FOLDER/taken, written before the answer.
"""
import http.server, json, pathlib, ssl, sys, threading, time

folder = pathlib.Path(sys.argv[1])
lock = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with lock, open(folder / "taken", "a") as taken:
            taken.write(json.dumps({"path": self.path, "headers": headers, "body": body, "at": time.time()}) + "\n")
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    def answer(self):
        kind, _, rest = self.path.split("?")[0].strip("/").partition("/")
        if kind == "stall":
            time.sleep(float(rest or 60))
            self.close_connection = True
        elif kind == "mute":
            self.send_response(200)
            self.send_header("Content-Length", "10")
            self.end_headers()
            time.sleep(60)
            self.close_connection = True
        elif kind == "drop":
            self.close_connection = True
        elif kind in ("endless", "drip"):
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * (65_536 if kind == "endless" else 1))
                if kind == "drip":
                    time.sleep(0.2)
        else:
            status = int(rest) if kind == "status" else 302 if kind == "redirect" else 204
            if kind == "flaky" and (folder / "away").exists():
                status = 503
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/followed")
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_GET = do_POST

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Receiver)
server.daemon_threads = True
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()

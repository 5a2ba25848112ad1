"""A web server for what a site has somewhere: the program, governance's data, the logs of the jobs."""

import functools
import http.server
import threading

from .place import FILES, RUN

ROOT = RUN / "files"
URL = f"http://127.0.0.1:{FILES}"
# What a proxy answers whose server does not.
BAD_GATEWAY = f"{URL}/bad-gateway"


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/bad-gateway/"):
            self.send_error(502)
        else:
            super().do_GET()

    def log_message(self, *_words):
        pass


def serve():
    ROOT.mkdir(parents=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", FILES), functools.partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server

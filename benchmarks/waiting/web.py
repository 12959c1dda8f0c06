"""The pages of a benchmark, for callbacks: `web.py PORT`. Serves until it is killed."""

import logging
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]
django.setup()

from config.wsgi import application  # noqa: E402
from waiting import clock  # noqa: E402


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Door(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A line for each callback would be the longest part of the output."""


def main(port: str) -> None:
    logging.disable(logging.INFO)
    if clock.inherited().factor != 1:
        clock.set_sqlite(clock.inherited())
    make_server("127.0.0.1", int(port), application, server_class=Server, handler_class=Door).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

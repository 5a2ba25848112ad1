"""A real SMTP server that wants a login and keeps what it takes."""

import email
import email.policy
import logging
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from .place import SMTP

LOGIN = ("releases", "a mail password")


class Mailbox:
    def __init__(self):
        # A login without TLS is what the loopback is for.
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._mails, self._lock = [], threading.Lock()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=SMTP, authenticator=authenticate, auth_required=True, auth_require_tls=False)

    def start(self):
        self._controller.start()

    def stop(self):
        self._controller.stop(no_assert=True)

    async def handle_DATA(self, _server, _session, envelope):
        with self._lock:
            self._mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def about(self, text):
        """The mails with `text` in their subject."""
        with self._lock:
            return [mail for mail in self._mails if text in mail["Subject"]]


def authenticate(_server, _session, _envelope, _mechanism, data):
    return AuthResult(success=(data.login.decode(), data.password.decode()) == LOGIN)

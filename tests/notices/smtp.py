"""A real SMTP server on loopback for tests: takes mails, or answers as it is told to.

`refusals` names the answer to a recipient; `greeting`, `at_data` and `hang_up_after` concern every mail.
"""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Post:
    """What the server was given, and how it answers."""

    letters: list[EmailMessage] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """Every recipient that was named."""
    refusals: dict[str, str] = field(default_factory=dict)
    greeting: str = "220 mail.test"
    at_data: str = "250 taken"
    hang_up_after: str = ""
    """The connection is dropped on this command; "." for the end of the data."""
    looks: list[Callable[[], None]] = field(default_factory=list)
    """Called while a letter is being handed over."""

    @property
    def recipients(self) -> list[str]:
        return [str(letter["To"]) for letter in self.letters]


class _Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        post = self.server.post
        self.say(post.greeting)
        if not post.greeting.startswith("220"):
            return
        while line := self.rfile.readline():
            command = line.decode("utf-8", "replace").strip()
            word = command.split(" ", 1)[0].split(":", 1)[0].upper()
            if word == post.hang_up_after:
                return
            if word == "QUIT":
                self.say("221 bye")
                return
            if word == "DATA":
                if not self.take(post):
                    return
            else:
                self.say(self.reply(word, command, post))

    def reply(self, word: str, command: str, post: Post) -> str:
        if word != "RCPT":
            return "250 mail.test"
        address = command.partition("<")[2].partition(">")[0]
        post.tried.append(address)
        return post.refusals.get(address, "250 ok")

    def take(self, post: Post) -> bool:
        self.say("354 go on")
        body = bytearray()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line[1:] if line.startswith(b".") else line
        for look in post.looks:
            look()
        if post.at_data.startswith("250"):
            post.letters.append(email.message_from_bytes(bytes(body), policy=email.policy.default))
        if post.hang_up_after == ".":
            return False
        self.say(post.at_data)
        return True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """The server with what it was given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.post = Post()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}/"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

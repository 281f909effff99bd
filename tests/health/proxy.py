"""Stands between the shop and its database, and can be as bad as a network."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum, auto

_STATEMENTS = frozenset(b"QE")  # PostgreSQL's messages Query and Execute.


class Mood(Enum):
    """What becomes of a connection."""

    PASS = auto()
    REFUSE = auto()  # As with a server that was stopped.
    HANG = auto()  # It accepts, and never answers; what was open hangs, too.


class Proxy:
    """Passes connections on to a PostgreSQL server, and counts.

    Attributes:
        accepted: Connections since the last `reset`.
        statements: Statements since then.
        most_open: The most connections that were open at once since then.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._mood = Mood.PASS
        self.accepted = self.statements = self.most_open = 0
        self._listener = self._listen(0)
        self.port = int(self._listener.getsockname()[1])

    @property
    def open(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._open)

    def reset(self) -> None:
        """Count anew."""
        with self._lock:
            self.accepted = self.statements = 0
            self.most_open = len(self._open)

    def turn(self, mood: Mood) -> None:
        """Change what becomes of connections; a refusal ends the open ones."""
        before, self._mood = self._mood, mood
        if mood is Mood.REFUSE:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._end_all()
        elif before is Mood.REFUSE:
            self._listener = self._listen(self.port)
        elif before is Mood.HANG:
            self._end_all()

    def close(self) -> None:
        """End everything."""
        if self._mood is not Mood.REFUSE:
            self.turn(Mood.REFUSE)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _end_all(self) -> None:
        with self._lock:
            ending = list(self._open)
        for connection in ending:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # Closed by `turn`.
            while True:
                client, _ = listener.accept()
                with self._lock:
                    self.accepted += 1
                    self._open.add(client)
                    self.most_open = max(self.most_open, len(self._open))
                threading.Thread(
                    target=self._serve, args=(client,), daemon=True
                ).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            if self._mood is Mood.HANG:
                while client.recv(65536):
                    continue
            else:
                self._pass_on(client)
        with self._lock:
            self._open.discard(client)
        client.close()

    def _pass_on(self, client: socket.socket) -> None:
        with socket.create_connection(self._target) as server:
            back = threading.Thread(
                target=self._copy, args=(server, client), daemon=True
            )
            back.start()
            self._copy_counting(client, server)
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            back.join(5)

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._mood is not Mood.HANG:
                    sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def _copy_counting(self, client: socket.socket, server: socket.socket) -> None:
        buffer, started = b"", False
        while data := client.recv(65536):
            buffer += data
            while True:
                head = 5 if started else 4
                if len(buffer) < head:
                    break
                size = int.from_bytes(buffer[head - 4 : head]) + head - 4
                if len(buffer) < size:
                    break
                if started and buffer[0] in _STATEMENTS:
                    with self._lock:
                        self.statements += 1
                # The messages before the session are without a type: a request
                # for encryption, of 8 bytes, and the one with the name of the role.
                started = started or size > 8
                buffer = buffer[size:]
            if self._mood is not Mood.HANG:
                server.sendall(data)

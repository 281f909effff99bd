"""A proxy that counts what passes, and reads what the server process spent."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_START = 4  # Length of the length word.


@dataclass
class Traffic:
    """What one run sent and cost, over all its connections.

    Attributes:
        trips: How often the client spoke and had to wait for an answer, without
            the start of the session.
        statements: Executed ones; a message may hold several.
        server_cpu: Seconds, of the server processes.
    """

    trips: int = 0
    statements: int = 0
    server_cpu: float = 0.0


@dataclass
class _Session:
    """One connection, whose messages are followed both ways."""

    upstream: socket.socket
    pid: int | None = None
    ready: bool = False
    client_spoke: bool = False
    trips: int = 0
    statements: int = 0
    rest: bytes = b""
    server_rest: bytes = field(default=b"", repr=False)

    def from_client(self, data: bytes) -> tuple[bytes, bool]:
        """Return what to pass on, and whether the client says good-bye."""
        if not self.ready:
            return data, False
        self.rest += data
        whole = b""
        while len(self.rest) > _START:
            size = 1 + int.from_bytes(self.rest[1:5], "big")
            if len(self.rest) < size:
                break
            kind, message = self.rest[:1], self.rest[:size]
            self.rest = self.rest[size:]
            if kind == b"X":
                return whole, True
            whole += message
        return whole, False

    def from_server(self, data: bytes) -> None:
        """Count the commands that are completed, once the session has started."""
        self.server_rest += data
        at = 0
        while len(self.server_rest) > at + _START:
            kind = self.server_rest[at : at + 1]
            size = 1 + int.from_bytes(self.server_rest[at + 1 : at + 5], "big")
            if len(self.server_rest) < at + size:
                break
            if kind == b"K":
                self.pid = int.from_bytes(self.server_rest[at + 5 : at + 9], "big")
            self.ready = self.ready or kind == b"Z"
            self.statements += kind == b"C"
            at += size
        self.server_rest = self.server_rest[at:]

    def spent(self) -> float:
        """Return the CPU seconds of the server process so far."""
        if self.pid is None:
            return 0.0
        text = Path(f"/proc/{self.pid}/schedstat").read_text()
        return int(text.split()[0]) / 1e9


class Proxy:
    """Passes connections on to a server; `run` gives the traffic of a block.

    Args:
        delay: Seconds that each way takes longer.
    """

    def __init__(self, host: str, port: int, delay: float = 0.0) -> None:
        self._address = (host, port)
        self.delay = delay
        self._traffic = Traffic()
        self._lock = threading.Lock()
        self._sessions: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @contextlib.contextmanager
    def run(self) -> Iterator[Traffic]:
        """Yield the traffic of the block, complete when the block has ended."""
        with self._lock:
            self._traffic = traffic = Traffic()
            self._sessions = []
        yield traffic
        for session in tuple(self._sessions):
            session.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            with self._lock:
                self._sessions.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        upstream = socket.create_connection(self._address)
        upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = _Session(upstream)
        back = threading.Thread(target=self._back, args=(session, client), daemon=True)
        back.start()
        while data := client.recv(_CHUNK):
            fresh = not session.client_spoke
            message, ended = session.from_client(data)
            if ended:
                break
            if message:
                if fresh:
                    session.trips += session.ready
                    time.sleep(self.delay)
                session.client_spoke = True
                upstream.sendall(message)
        with self._lock:
            self._traffic.trips += session.trips
            self._traffic.statements += session.statements
            self._traffic.server_cpu += session.spent()
        upstream.shutdown(socket.SHUT_RDWR)
        back.join()
        client.close()

    def _back(self, session: _Session, client: socket.socket) -> None:
        with contextlib.suppress(OSError):  # Either side has closed.
            while data := session.upstream.recv(_CHUNK):
                if session.client_spoke:
                    time.sleep(self.delay)
                session.client_spoke = False
                session.from_server(data)
                client.sendall(data)
        session.upstream.close()

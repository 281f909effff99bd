"""The socket under a connection, to be cut from another thread."""

from __future__ import annotations

import os
import socket
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


class Line:
    """Lets go of a server that does not answer.

    Neither a driver's statement timeout nor the server's own helps where the network
    swallows the answer. Cutting the socket wakes the thread that waits on it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def hold(self, connection: BaseDatabaseWrapper) -> None:
        """Take a handle of an open connection's socket, where its driver has one."""
        fileno = getattr(connection.connection, "fileno", None)
        if fileno is None:
            return
        with self._lock:
            # A duplicate: the driver's own number may be another file's by then.
            self._socket = socket.socket(fileno=os.dup(fileno()))
            if self._is_cut:
                self._shut()

    def cut(self) -> None:
        """Fail whatever waits on the socket, now and from now on."""
        with self._lock:
            self._is_cut = True
            self._shut()

    def release(self) -> None:
        """Give the handle back; the connection is not touched."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _shut(self) -> None:
        if self._socket is None:
            return
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # The other side has gone already.
            return

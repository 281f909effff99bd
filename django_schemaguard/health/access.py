"""Who may see the details: a token, a network, or the staff."""

from __future__ import annotations

from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.contrib import auth
from django.db import DatabaseError, InterfaceError, router
from django.utils.crypto import constant_time_compare

from django_schemaguard.health import snapshots

if TYPE_CHECKING:
    from django.http import HttpRequest

    from django_schemaguard.conf.entries import Health


class Access(Enum):
    """What a request is told."""

    GRANTED = "granted"
    NO_TOKEN = "no token"  # noqa: S105  Not a password.
    WRONG_TOKEN = "wrong token"  # noqa: S105
    REFUSED = "refused"


def access(request: HttpRequest, settings: Health) -> Access:
    """Return whether a request may see details; no header but Authorization counts.

    The staff is looked up last, and only while its database answers, so that a
    token and a network go on to work without one.
    """
    token = _bearer(request.headers.get("Authorization", ""))
    if settings.open or _is_token(token, settings.tokens):
        return Access.GRANTED
    if _is_within(request.META.get("REMOTE_ADDR", ""), settings.networks):
        return Access.GRANTED
    if _is_staff(request):
        return Access.GRANTED
    if not settings.tokens:
        return Access.REFUSED
    return Access.NO_TOKEN if token is None else Access.WRONG_TOKEN


def _bearer(header: str) -> str | None:
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _is_token(given: str | None, tokens: tuple[str, ...]) -> bool:
    """Compare with every token, so that the time tells nothing of which."""
    if given is None:
        return False
    return sum(constant_time_compare(given, token) for token in tokens) > 0


def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        client = ip_address(address)
    except ValueError:  # A Unix socket has no address.
        return False
    if isinstance(client, IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    return any(client in ip_network(network) for network in networks)


def _is_staff(request: HttpRequest) -> bool:
    if not hasattr(request, "user") or not _can_tell_user(request):
        return False
    try:
        user = request.user
        return user.is_active and bool(getattr(user, "is_staff", False))
    except (DatabaseError, InterfaceError):  # Gone since it was asked.
        return False


def _can_tell_user(request: HttpRequest) -> bool:
    """Return whether the databases of the session and the user answer."""
    session = getattr(request, "session", None)
    if session is None or session.session_key is None:
        return True  # Nobody is looked up in a database.
    models = (getattr(session, "model", None), auth.get_user_model())
    aliases = {router.db_for_read(model) for model in models if model is not None}
    return all(snapshots.answers(alias) for alias in aliases)

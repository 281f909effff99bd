"""The HTTP answers: what every view's answer has in common."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from django_schemaguard.health.negotiation import Format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

METHODS = ("GET", "HEAD")
ALIVE = '{"status": "pass"}\n'


def answer(
    request: HttpRequest, text: str, kind: Format, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return a text that no cache keeps; to HEAD, its headers alone."""
    body = text.encode()
    response = HttpResponse(body, content_type=kind.content_type, status=status)
    add_never_cache_headers(response)
    patch_vary_headers(response, ("Accept",))
    response["X-Content-Type-Options"] = "nosniff"
    if request.method == "HEAD":
        response.content = b""
        response["Content-Length"] = str(len(body))
    return response


def alive(request: HttpRequest, kind: Format = Format.JSON) -> HttpResponse:
    """Return that the process answers."""
    return answer(request, ALIVE if kind is not Format.TEXT else "pass\n", kind)


def not_allowed() -> HttpResponse:
    """Return that the method is none that reads."""
    response = HttpResponseNotAllowed(METHODS)
    add_never_cache_headers(response)
    return response


def not_acceptable(request: HttpRequest, offers: Iterable[Format]) -> HttpResponse:
    """Return which formats there are."""
    types = ", ".join(offer.media_type for offer in offers)
    text = f"Not acceptable. There are: {types}.\n"
    return answer(request, text, Format.TEXT, HTTPStatus.NOT_ACCEPTABLE)

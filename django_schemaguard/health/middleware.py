"""Answer the liveness probe before anything else can fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.urls import NoReverseMatch, reverse

from django_schemaguard.health import answers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

PATH = "/health/live"


class LivenessMiddleware:
    """Answers `/health/live/`, as the first of MIDDLEWARE.

    There it needs no allowed host, which a probe by the address of a pod is not,
    follows no redirect to HTTPS, and opens no session.
    """

    sync_capable = True
    async_capable = True

    def __init__(
        self,
        get_response: Callable[
            [HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]
        ],
    ) -> None:
        self._get_response = get_response
        self._path: str | None = None
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the probe; pass all else on."""
        if not self._is_probe(request):
            return self._get_response(request)
        response = _answer(request)
        return _later(response) if iscoroutinefunction(self) else response

    def _is_probe(self, request: HttpRequest) -> bool:
        if self._path is None:
            self._path = _mounted()
        return request.path_info.rstrip("/") == self._path


def _mounted() -> str:
    try:
        return reverse("schemaguard:live").rstrip("/")
    except NoReverseMatch:  # The URLs are not included.
        return PATH


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in answers.METHODS:
        return answers.not_allowed()
    return answers.alive(request)


async def _later(response: HttpResponse) -> HttpResponse:
    return response

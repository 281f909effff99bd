"""The views: they read what is known, and answer at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import BadSettings
from django_schemaguard.health import (
    answers,
    as_html,
    as_json,
    as_openmetrics,
    as_text,
    snapshots,
)
from django_schemaguard.health.access import Access, access
from django_schemaguard.health.as_html import STYLE, STYLE_VERSION
from django_schemaguard.health.negotiation import Format, chosen
from django_schemaguard.health.status import Health, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_log = logging.getLogger("django_schemaguard")

CSP = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
View = Callable[..., HttpResponse]
_PUBLIC = {
    Format.JSON: as_json.public,
    Format.HEALTH: as_json.public,
    Format.TEXT: as_text.public,
    Format.OPENMETRICS: as_openmetrics.public,
}
_DETAILED = _PUBLIC | {
    Format.JSON: as_json.detailed,
    Format.HEALTH: as_json.detailed,
    Format.TEXT: as_text.detailed,
}


def _probe(view: View) -> View:
    """Take reading methods alone, and ask for no login, token or transaction."""

    @wraps(view)
    def probe(request: HttpRequest, *args: str) -> HttpResponse:
        if request.method not in answers.METHODS:
            return answers.not_allowed()
        return view(request, *args)

    for alias in connections:
        transaction.non_atomic_requests(alias)(probe)
    return csrf_exempt(login_not_required(probe))


@_probe
def live(request: HttpRequest) -> HttpResponse:
    """Answer that the process does; look at no database."""
    offers = (Format.JSON, Format.HEALTH, Format.TEXT)
    kind = _format(request, offers)
    if kind is None:
        return answers.not_acceptable(request, offers)
    return answers.alive(request, kind)


@_probe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether the databases can be worked with."""
    return _answer(request, _PUBLIC)


@_probe
def detailed(request: HttpRequest) -> HttpResponse:
    """Answer with all that is known, to those who may see it."""
    try:
        decision = access(request, get_settings().health)
    except BadSettings as error:
        return _misconfigured(request, error)
    if decision is not Access.GRANTED:
        return _closed(request, decision)
    return _answer(request, _DETAILED)


@_probe
def page(request: HttpRequest) -> HttpResponse:
    """Answer like the two above, and as a page for people."""
    try:
        granted = access(request, get_settings().health) is Access.GRANTED
    except BadSettings as error:
        return _misconfigured(request, error)
    match = request.resolver_match
    style = reverse(
        "schemaguard:style",
        args=[STYLE_VERSION],
        current_app=match.namespace if match else None,
    )
    render = as_html.detailed if granted else as_html.public
    others = _DETAILED if granted else _PUBLIC
    response = _answer(request, {Format.HTML: partial(render, style=style), **others})
    response["Content-Security-Policy"] = CSP
    return response


@_probe
def style(request: HttpRequest, version: str) -> HttpResponse:  # noqa: ARG001
    """Answer with the stylesheet, which every browser may keep."""
    response = HttpResponse(STYLE, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _answer(
    request: HttpRequest, renderers: Mapping[Format, Callable[[Health], str]]
) -> HttpResponse:
    kind = _format(request, tuple(renderers))
    if kind is None:
        return answers.not_acceptable(request, renderers)
    try:
        settings, health = get_settings().health, snapshots.health()
    except BadSettings as error:
        return _misconfigured(request, error)
    # A scrape that fails would lose the metrics that tell why.
    failed = health.status is Status.FAIL and kind is not Format.OPENMETRICS
    status = settings.fail_status if failed else HTTPStatus.OK
    return answers.answer(request, renderers[kind](health), kind, status)


def _format(request: HttpRequest, offers: Sequence[Format]) -> Format | None:
    accept = request.headers.get("Accept", "")
    return chosen(accept, request.GET.get("format"), offers)


def _closed(request: HttpRequest, decision: Access) -> HttpResponse:
    if decision is Access.REFUSED:
        text = "Closed. See HEALTH in the documentation of SCHEMAGUARD.\n"
        return answers.answer(request, text, Format.TEXT, HTTPStatus.FORBIDDEN)
    response = answers.answer(
        request, "A token is needed.\n", Format.TEXT, HTTPStatus.UNAUTHORIZED
    )
    wrong = ', error="invalid_token"' if decision is Access.WRONG_TOKEN else ""
    response["WWW-Authenticate"] = f'Bearer realm="schemaguard"{wrong}'
    return response


def _misconfigured(request: HttpRequest, error: BadSettings) -> HttpResponse:
    _log.error("SCHEMAGUARD is wrong: %s", error)
    text = '{"status": "fail", "output": "SCHEMAGUARD is wrong; see the log."}\n'
    return answers.answer(request, text, Format.JSON, HTTPStatus.SERVICE_UNAVAILABLE)

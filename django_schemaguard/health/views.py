"""The views: they read what is known, and answer at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse

from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import BadSettings
from django_schemaguard.health import answers, as_json, as_text, snapshots
from django_schemaguard.health.negotiation import Format, chosen
from django_schemaguard.health.status import Health, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

_log = logging.getLogger("django_schemaguard")

View = Callable[[HttpRequest], HttpResponse]
_PUBLIC = {
    Format.JSON: as_json.public,
    Format.HEALTH: as_json.public,
    Format.TEXT: as_text.public,
}


def _probe(view: View) -> View:
    """Take reading methods alone, and ask for no login and no transaction."""

    @wraps(view)
    def probe(request: HttpRequest) -> HttpResponse:
        if request.method not in answers.METHODS:
            return answers.not_allowed()
        return view(request)

    for alias in connections:
        transaction.non_atomic_requests(alias)(probe)
    return login_not_required(probe)


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
    offers = tuple(_PUBLIC)
    kind = _format(request, offers)
    if kind is None:
        return answers.not_acceptable(request, offers)
    try:
        health, fail_status = snapshots.health(), get_settings().health.fail_status
    except BadSettings as error:
        return _misconfigured(request, error)
    status = _status(health, fail_status)
    return answers.answer(request, _PUBLIC[kind](health), kind, status)


def _format(request: HttpRequest, offers: Sequence[Format]) -> Format | None:
    accept = request.headers.get("Accept", "")
    return chosen(accept, request.GET.get("format"), offers)


def _status(health: Health, fail_status: int) -> int:
    return fail_status if health.status is Status.FAIL else HTTPStatus.OK


def _misconfigured(request: HttpRequest, error: BadSettings) -> HttpResponse:
    _log.error("SCHEMAGUARD is wrong: %s", error)
    text = '{"status": "fail", "output": "SCHEMAGUARD is wrong; see the log."}\n'
    return answers.answer(request, text, Format.JSON, HTTPStatus.SERVICE_UNAVAILABLE)

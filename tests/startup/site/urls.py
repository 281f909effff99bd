from __future__ import annotations

import os

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.startup.site.members.models import User


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive")


def count(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{os.getpid()} {User.objects.count()}")


def backend(request: HttpRequest) -> HttpResponse:
    """Return the pids of this process, and of the server's process for it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return HttpResponse(f"{os.getpid()} {pid}")


urlpatterns = [path("", alive), path("count", count), path("backend", backend)]

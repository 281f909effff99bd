from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.startup.site.members.models import User


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive")


def count(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{os.getpid()} {User.objects.count()}")


urlpatterns = [path("", alive), path("count", count)]

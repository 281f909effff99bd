"""The health URLs, each with and without its trailing slash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, re_path

from django_schemaguard.health import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLPattern

app_name = "schemaguard"


def _both(route: str, view: views.View, name: str) -> Iterator[URLPattern]:
    yield path(f"{route}/", view, name=name)
    yield path(route, view)


urlpatterns = [
    *_both("health", views.page, "page"),
    re_path(r"^health/page\.(\w+)\.css$", views.style, name="style"),
    *_both("health/live", views.live, "live"),
    *_both("api/health", views.ready, "ready"),
    *_both("api/health/detailed", views.detailed, "detailed"),
]

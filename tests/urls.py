"""URLs of the test project."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("django_schemaguard.urls")),
    path("admin/", admin.site.urls),
]

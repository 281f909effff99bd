"""URLs of the example shop."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("django_schemaguard.urls")),
    path("admin/", admin.site.urls),
]

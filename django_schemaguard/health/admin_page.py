"""The page in Django's admin: read only, for all the staff.

The admin lists models, so something that looks like one stands for the page. It has
no table, no migration and no permissions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, re_path, reverse
from django.utils.cache import add_never_cache_headers

from django_schemaguard._typing import override
from django_schemaguard.health import as_html, snapshots, views

if TYPE_CHECKING:
    from django.apps import AppConfig
    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern


class _Options:
    """What the admin asks of a model's `_meta`."""

    app_label = "schemaguard"
    object_name = "Health"
    model_name = "health"
    verbose_name = verbose_name_plural = "health"
    concrete_model = None
    abstract = swapped = is_composite_pk = False
    label = "schemaguard.Health"
    label_lower = "schemaguard.health"

    @property
    def app_config(self) -> AppConfig:
        return apps.get_app_config(self.app_label)


class HealthPage:
    """Stands for the page where the admin wants a model."""

    _meta = _Options()


class HealthAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The page, and its entry in the menu."""

    @override
    def get_urls(self) -> list[URLPattern]:
        """Return the page, where a list of objects would be, and its stylesheet."""
        return [
            path(
                "",
                self.admin_site.admin_view(self.page),
                name="schemaguard_health_changelist",
            ),
            re_path(r"^(\w+)\.css$", views.style, name="schemaguard_health_style"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """Answer with the details."""
        name = f"{self.admin_site.name}:schemaguard_health_style"
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Schema health",
            "page": as_html.fragment(snapshots.health()),
            "style": reverse(name, args=[as_html.STYLE_VERSION]),
        }
        response = TemplateResponse(request, "schemaguard/admin_health.html", context)
        add_never_cache_headers(response)
        return response

    @override
    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether it is in the menu."""
        return self.has_view_permission(request)

    @override
    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return whether the user is staff."""
        return request.user.is_active and bool(getattr(request.user, "is_staff", False))

    @override
    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return False."""
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return False."""
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return False."""
        return False


def register(site: AdminSite) -> None:
    """Put the page into an admin site."""
    site.register([HealthPage], HealthAdmin)

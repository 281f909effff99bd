"""A project without the health URLs."""

from __future__ import annotations

urlpatterns: list[object] = []

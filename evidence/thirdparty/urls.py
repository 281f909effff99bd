"""No pages: the project is only migrated."""

urlpatterns: list[object] = []

"""The startup guard: a server does not start on a database that it cannot use.

`arm` is called when Django starts, and the guard fires when a process that serves
requests builds its handler. `ensure` is for processes that build none.
"""

from __future__ import annotations

from django_schemaguard.startup.arming import arm

__all__ = ["arm", "ensure"]


def ensure() -> None:
    """Do now what the guard does when a server starts.

    For a celery worker or a script, after `django.setup()`. What is wrong is told on
    stderr and the logger `django_schemaguard`. Nothing is done where
    SCHEMAGUARD["STARTUP"] is "off".

    Raises:
        SystemExit: With code 3: a required table is missing, or whatever else the
            settings let abort a start.
        ImproperlyConfigured: Instead of SystemExit, under uWSGI and outside of the
            main thread.
    """
    from django_schemaguard.startup.guard import guard

    guard()

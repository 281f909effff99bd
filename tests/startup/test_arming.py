"""When the guard fires, and when it does not."""

from __future__ import annotations

import pytest

from tests.startup.serving import Site

QUIET = [
    pytest.param(("check",), id="check"),
    pytest.param(("shell", "-c", "pass"), id="shell"),
    pytest.param(("migrate", "--check"), id="migrate"),
    pytest.param(
        ("makemigrations", "--check"), id="makemigrations", marks=pytest.mark.slow
    ),
    pytest.param(("test", "tests.startup.site.members"), id="test"),
]

TWICE = """\
import warnings
import django
django.setup()
from django_schemaguard.startup import arm
arm()
from django.core.wsgi import get_wsgi_application
from django.core.asgi import get_asgi_application
get_wsgi_application(), get_asgi_application()
"""

LATE = """\
import django
django.setup()  # As an old wsgi.py does before it imports the rest.
from tests.startup.site.wsgi import application
"""

CLIENT = """\
import django
django.setup()
from django.test import Client
print(Client().get("/", HTTP_HOST="127.0.0.1").content)
"""

ENSURE = """\
import django
django.setup()
from django_schemaguard import startup
startup.ensure()
print("begun")
"""

IN_A_LOOP = """\
import asyncio
async def serve():
    from tests.startup.site.asgi import application
asyncio.run(serve())
"""

COLLECTED = """\
from tests.startup.site.wsgi import application

def test_nothing():
    assert application
"""


@pytest.mark.parametrize("words", QUIET)
def test_commands_are_not_guarded(site: Site, words: tuple[str, ...]) -> None:
    site.sql("DROP TABLE users")
    done = site.manage(*words)
    assert done.returncode == 0, done.stderr
    assert "❌" not in done.stdout + done.stderr


def test_fires_once_in_a_process(site: Site) -> None:
    done = site.python("-c", TWICE)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("validation passed") == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(LATE, id="set-up-before", marks=pytest.mark.slow),
        pytest.param(IN_A_LOOP, id="in-an-event-loop"),
        pytest.param(ENSURE, id="ensure"),
    ],
)
def test_fires_however_it_starts(site: Site, script: str) -> None:
    done = site.python("-c", script)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("validation passed") == 1
    site.sql("DROP TABLE users")
    done = site.python("-c", script)
    assert done.returncode == 3, done.stderr
    assert "❌ Required table 'users' is missing\n" in done.stderr
    assert "begun" not in done.stdout


def test_a_test_client_does_not_fire_it(site: Site) -> None:
    site.sql("DROP TABLE users")
    done = site.python("-c", CLIENT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "b'alive'\n", "")


def test_pytest_does_not_fire_it(site: Site) -> None:
    site.sql("DROP TABLE users")
    (site.path / "test_it.py").write_text(COLLECTED, encoding="utf-8")
    done = site.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")
    assert done.returncode == 0, done.stdout
    assert "Not started" not in done.stdout + done.stderr


@pytest.mark.slow
def test_ensure_in_a_thread_raises_what_django_shows(site: Site) -> None:
    site.sql("DROP TABLE users")
    done = site.python(
        "-c",
        """\
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.core.exceptions import ImproperlyConfigured
from django_schemaguard import startup
with ThreadPoolExecutor() as pool:
    try:
        pool.submit(startup.ensure).result()
    except ImproperlyConfigured as error:
        print(error)
""",
    )
    assert done.stdout == (
        "Not started: the database schema is not what the application needs."
        " Mend it, or set SCHEMAGUARD['STARTUP'] to 'warn' to start all the same.\n"
    )

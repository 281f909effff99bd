"""Set up the example shop, then show Schemaguard on a sound and a damaged database.

    python3 example_project/demo.py

Needs Python 3.11 or newer and nothing else. It makes a virtual environment beside
this file, installs the project there and runs `walkthrough.py` in it: on a new
SQLite file, or on the empty database that DATABASE_URL names.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
EXTRAS = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "pgsql": "postgresql",
    "mysql": "mysql",
}


def main():
    """Return the exit code: 0 when everything went as the walkthrough says."""
    if sys.version_info < (3, 11):  # noqa: UP036  The package is not installed yet.
        print("The demo needs Python 3.11 or newer.", file=sys.stderr)
        return 2
    python = environment_python()
    if not python.exists():
        print(f"Making a virtual environment in {ENVIRONMENT} ...", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    print("Installing django-schemaguard and the example's packages ...", flush=True)
    install(python)
    return subprocess.run([python, HERE / "walkthrough.py"], check=False).returncode


def environment_python():
    """Return the path of the environment's interpreter."""
    if os.name == "nt":
        return ENVIRONMENT / "Scripts" / "python.exe"
    return ENVIRONMENT / "bin" / "python"


def install(python):
    """Install the project, and the driver that DATABASE_URL needs."""
    scheme = os.environ.get("DATABASE_URL", "").partition(":")[0]
    extra = EXTRAS.get(scheme)
    project = str(HERE.parent) + (f"[{extra}]" if extra else "")
    subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet"),
            "--disable-pip-version-check",
            *("--requirement", HERE / "requirements.txt"),
            *("--editable", project),
        ],
        check=True,
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError:
        sys.exit("The demo could not install what it needs; pip says why above.")

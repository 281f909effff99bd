"""A project of popular applications from PyPI, and one model app that uses more."""

"""Every model of Django's own test suite, in one project."""

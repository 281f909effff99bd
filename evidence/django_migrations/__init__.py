"""Django's own tests of migrations, run against the executor of `migrate`."""

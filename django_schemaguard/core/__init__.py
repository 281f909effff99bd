"""Pure values and functions: no Django, no driver, no I/O."""

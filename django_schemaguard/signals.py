"""Signals for alerts of a project's own; each receiver gets keyword arguments.

The sender is the alias of the database, a string: connect without a sender, or with
the very same string object interned by your settings.
"""

from __future__ import annotations

from django.dispatch import Signal

# report: the DatabaseReport of the alias.
schema_validated = Signal()
# report: the DatabaseReport; verdicts: the findings that were not there before.
schema_drift_detected = Signal()
# run: the primary key of the journalled Run; steps: how many were applied.
schema_fixed = Signal()

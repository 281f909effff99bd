"""How many examples are tried: few in a usual run, many with a profile.

A usual run tries the same examples each time. ``pytest tests/property
--hypothesis-profile=slow`` draws others, and takes some minutes for each database; a
failing example is kept and tried first in the next run.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

_USUAL = settings(
    deadline=None,  # DDL takes as long as the server takes.
    derandomize=True,  # What one run passes, the next one passes.
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    print_blob=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # Each example cleans up after itself.
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.too_slow,
    ],
)
settings.register_profile("schemaguard", _USUAL)
settings.register_profile(
    "slow", _USUAL, max_examples=500, derandomize=False, phases=list(Phase)
)
settings.load_profile("schemaguard")

"""An app of as many tables as `BENCH_TABLES` says."""

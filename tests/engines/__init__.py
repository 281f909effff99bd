"""Backends that behave as those of servers which speak PostgreSQL's protocol.

The server behind them is PostgreSQL itself, so they show how such a backend is read and
not what the server it stands for would answer.
"""

"""How the databases are, for load balancers, monitoring and people.

A measurement is made in a thread of its own, kept for a time to live and shared by
all who ask: `refreshed` holds it, `measuring` makes it, `snapshots` hands it out,
`views` answer with it.
"""

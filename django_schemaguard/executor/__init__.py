"""What writes to a database: under a lock, within a deadline, journalled.

Whoever writes does it in this order: take `lock.run_lock`, make `journal.Journal`
and `ensure` its tables, `start` a run, and enter each step before or with what it
does. `apply` does so for a plan of repairs.
"""

"""From findings to a plan, and what else can be done about drift."""

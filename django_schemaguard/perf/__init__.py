"""What the queries of a project cost, for each version of its schema."""

"""What Django finds by convention."""

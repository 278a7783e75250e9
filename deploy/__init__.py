"""Everything that runs or is created elsewhere."""

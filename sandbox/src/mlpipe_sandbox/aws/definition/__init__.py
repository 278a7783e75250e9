"""A pipeline's definition: read, checked, and its expressions evaluated."""

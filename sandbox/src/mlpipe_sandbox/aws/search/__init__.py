"""Search: what a property's name means, and which documents an expression lets through."""

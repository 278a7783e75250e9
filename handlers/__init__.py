"""One file for each conversation with a person."""

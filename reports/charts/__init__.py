"""The pictures of a report, drawn for a phone."""

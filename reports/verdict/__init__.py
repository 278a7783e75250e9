"""The verdict on a day in words: on a lock screen, at the report's head, and in its details."""

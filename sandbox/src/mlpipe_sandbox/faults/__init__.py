"""What faults of Slack and of AWS have in common: which are on, how they are read from JSON."""

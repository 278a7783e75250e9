"""What Slack's own client does: people type, click and fill in, and see what comes of it."""

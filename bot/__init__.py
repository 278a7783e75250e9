"""What conversations stand on: settings, store, access, Slack gateway, tracker, scheduler."""

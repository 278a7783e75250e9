"""Everything the bot says to Slack goes through here."""

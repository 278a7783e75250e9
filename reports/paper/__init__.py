"""A message of Slack as it stands elsewhere: on a page of its own, or in Markdown."""

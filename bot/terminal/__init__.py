"""What `/mlpipe` does, in a terminal and for scripts: the same words, without Slack."""

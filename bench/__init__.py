"""How fast mlpipe acknowledges, beside a bare Bolt app in the same run: `make bench`."""

"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# Machines are small and busy: how long one example takes is measured elsewhere.
settings.register_profile("mlpipe", deadline=None)
settings.load_profile("mlpipe")

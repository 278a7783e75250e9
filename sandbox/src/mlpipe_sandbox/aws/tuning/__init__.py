"""Hyperparameter tuning: which points are tried, by real training jobs."""

"""Processing and training jobs: containers run as local processes."""

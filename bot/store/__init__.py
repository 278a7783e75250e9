"""What the bot remembers: SQLite in one file, or PostgreSQL for any number of replicas."""

"""Running a pipeline: which step when, and what each kind of step does."""

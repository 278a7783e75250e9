"""The scripts that the pipelines' jobs run, each as `python3 -m deploy.pipeline.steps.<name>`."""

"""The SageMaker pipelines, their step scripts and image."""

"""The embedded SageMaker: moto's services, and pipelines and jobs that really run."""

from mlpipe_sandbox.aws.jobs.container import Image
from mlpipe_sandbox.aws.sandbox import AwsSandbox

__all__ = ["AwsSandbox", "Image"]

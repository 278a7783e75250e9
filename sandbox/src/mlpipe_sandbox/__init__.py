"""An embedded Slack workspace and an embedded SageMaker on loopback."""

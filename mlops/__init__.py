"""SageMaker as this team sees it, typed, over boto3."""

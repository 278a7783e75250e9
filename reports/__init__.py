"""Facts to verdicts to pictures to messages: values in, blocks and PNG bytes out."""

"""The functional core: types, judgement and sentences. No I/O, no Slack, no AWS."""

"""Every statistical judgement: of a day's rows, of a day among its days, and over days.

- A day's rows: `metrics`, `auc`, `paired` and their `intervals`, which take rows as independent and
  say nothing about other days; `statistics` keeps what suffices for later tests.
- Is there a difference at all: `difference_of_days`, `difference_of_models`.
- Is it out of the ordinary: `history`, and `alarms` for what somebody can act on.
- The day or the model, and all of it together: `day_or_model`, `verdict`.
- Why it moved: `decomposition`, `ranking`.
- Is one recipe better than another: `over_days`, from one value a day.
"""

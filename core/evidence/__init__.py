"""The statistics of a scored day: values, their intervals, and what suffices for later tests.

Every interval here is of that day's rows alone and takes them as independent. That it says nothing
about other days is the reader's first lesson (see docs on evidence); a claim over days is made from
one value a day, never from these intervals.
"""

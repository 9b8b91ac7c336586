"""Sheets of answers judged: what is right, what follows, which mistake explains the first wrong number, what it earns.

In: a `Problem`, `Answers`, and how strict the marker is (`policy.py`). Out: a `Report` (`check.py`, `report.py`), or
the verdicts on many sheets as arrays (`judge.py`). `why.py` looks a single number up, `hints.py` says what helps.

    from bptutor.marking.check import check

    report = check(problem, answers)
    report.earned, report.possible, report.first_error
"""

"""Practice: a problem asked number by number, each judged at once.

In: a `Problem` (`exercise.py`: what is asked, in which order) and what the student types (`attempt.py`). Out: what was
judged, hints, and at the end the sum of it (`asking.py`); `history.py` adds up earlier sessions.

    from bptutor.practice.exercise import Exercise
    from bptutor.practice.asking import Practice
"""

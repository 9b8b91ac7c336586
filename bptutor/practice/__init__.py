"""Practice: a problem asked number by number, each judged at once.

In: a `Problem` (`exercise.py`: what is asked, in which order) and what the student types (`attempt.py`). Out: what was
judged, hints, and at the end the sum of it (`asking.py`). `operands.py` says what the next number is made of,
`drawn.py` draws problems, `narrowed.py` makes an exercise of a part of a page, `history.py` adds up earlier sessions.

    from bptutor.practice.exercise import Exercise
    from bptutor.practice.asking import step
"""

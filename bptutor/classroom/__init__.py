"""The results of a class: sums, the picture of what was misunderstood, suspicions, gradebooks filled.

In: hand-ins that were read, or the numbers of a table (`batch.py`). Out: a `Result` for each (`result.py`), sorted by
student (`spool.py`), the `Picture` of all (`picture.py`), the cells of a gradebook (`canvas.py`, `moodle.py`).

    from bptutor.classroom.batch import grade_sheets

    results = grade_sheets(problem, [(student, answers)], Marking())
"""

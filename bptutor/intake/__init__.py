"""What a class hands in, and where results go: folders, archives, tables, rosters, gradebooks, output folders.

In: paths that a teacher names. Out: entries, one a hand-in, that say whose it is (`entries.py`, `whose.py`), the text
or the cells of each (`hand_ins.py`, `tables.py`), the students of a roster (`roster.py`). Knows no marks.

    from bptutor.intake.entries import Search, entries

    [(entry.source, entry.student) for entry in entries([Path("submissions.zip")], Search())]
"""

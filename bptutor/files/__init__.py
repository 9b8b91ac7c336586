"""Files to records and back, with line numbers: problems, answer sheets, sessions of practice, the library.

In: a path, a name of the library, or text. Out: a `Problem` or `Answers`, or a `BptutorError` that says what was
found, what was expected, where, and what to try. `reader.py` knows YAML, `keys.py` has a row for each key.

    from bptutor.files.answers_file import load_answers
    from bptutor.files.library import load

    problem = load("mazur")
    answers = load_answers("mine.yaml", problem)
"""

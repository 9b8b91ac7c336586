"""What a command does, for the command line and for Python: prints nothing, prompts for nothing.

In: a plan (`class_run.Plan`, `worksheet_run.Plan`, a `Wish`) and a callback that hears of progress (`progress.py`).
Out: files in the folder that the plan names, and a record of what came of it.

    from bptutor.runs.class_run import Plan, run

    outcome = run(Plan("mazur", (Path("submissions.zip"),), Path("results")))
    outcome.picture, outcome.counts
"""

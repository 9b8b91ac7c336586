"""Numbers and formulas: each formula of backpropagation once, and the worked page as data. No files, no screen.

In: a `Problem`. Out: a `Page` (`page.py`: the recipe in the declared conventions, what it starts from) and its values
(`evaluate.py`), in any arithmetic: floats, intervals (`interval.py`), terms that know how they are written (`term.py`).

    from bptutor.engine.evaluate import run
    from bptutor.engine.page import page

    written = page(problem)
    values = run(written.recipe, written.given)     # values[Quantity("net", 1)] is an array (units,)
"""

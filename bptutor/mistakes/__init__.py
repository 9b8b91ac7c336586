"""What can be got wrong: the catalogue of misconceptions and slips of the pen.

A misconception is an edit of the recipe that ends at other weights (`table.py`: its id, what you did, what to look at;
`forward.py`, `backward.py`, `error.py`, `update.py`: the edits). A slip can happen in any cell (`slips.py`).

In: a `Problem`. Out: every way in which each mistake can be made on its page (`variants.py`).

    from bptutor.mistakes.variants import variants

    [(one.misconception.id, one.edit) for one in variants(problem)]
"""

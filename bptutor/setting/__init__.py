"""Problems set: what a problem cannot tell apart (lint), and problems drawn until it can.

In: a `Problem`, or a `Wish` for one. Out: findings with cures that were tried (`lint.py`, `lint_cures.py`), or drawn
problems (`drawing.py`, `drawn_class.py`).

    from bptutor.setting.drawing import Wish, draw
    from bptutor.setting.lint import lint

    lint(problem), draw(Wish(layers=(2, 2, 1)), seed=7).problem
"""

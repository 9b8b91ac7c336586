"""Inputs made from good and bad ones, for every reader and every command: nothing but an answer or a message may come.

`cases` is what an input is, `seeds` what all come from, `mutations` how they are changed, `commands` and `readers` what
they are given to, `lines` which of them reached something new, `trial` what is asked of a run, `hunt` runs very many.
"""

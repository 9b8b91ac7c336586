"""What people mistype, and what mends it: a cure is tried on the text of the file before a message offers it.

In:  the text of a file, what is wrong with it, and a function that reads a text again.
Out: what is wrong, each with its cure, where one was found that works.

`lines` and `brackets` have what is mistyped in YAML itself, `values` what is mistyped in a number or a list, `shapes`
what has the wrong form, `words` what is called something else here; `trial` tries them.
"""

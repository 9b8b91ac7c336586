"""Records to text: the terminal, JSON, CSV, plain lines, Markdown, HTML. Nothing is worked out here.

In: a `Trace`, a `Report`, a `Picture`, findings. Out: text, or what a rich console prints. Text of strangers is made
harmless for the medium (`harmless.py`).

    from bptutor.render.data import as_json

    "".join(as_json(trace, list(trace.page.shown)))
"""

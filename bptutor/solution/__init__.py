"""A problem worked out: every value as it stands on paper, with its formula and the reason for it.

In: a `Problem`. Out: a `Trace` (`trace.py`), whose cells have ids, labels, values and texts, and the explanation of
each cell (`explain.py`); `verify.py` checks the gradients against central differences.

    from bptutor.solution.trace import Trace

    trace = Trace(problem)
    trace["net_h1"], trace.explain("delta2[1]").substituted
"""

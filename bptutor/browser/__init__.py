"""What is looked at: a page that a browser steps through, and pictures of the network and of the loss.

In: a worked-out problem. Out: HTML in one file that asks nobody for anything, and SVG. The drawing of the network is
that of `worksheets`; Python writes all that stands on the page, the script in `templates/` only moves about in it.
"""

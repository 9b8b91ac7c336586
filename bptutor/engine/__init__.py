"""Numbers and formulas of backpropagation; no files, no screen."""

"""Keys of problem files whose values have a form of their own, and what they mean: digits, update rules."""

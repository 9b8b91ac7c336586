"""Records to text, for one medium each; what a stranger wrote is escaped here, for the medium at hand."""

"""What a teacher does with one sheet: work it out, explain it."""

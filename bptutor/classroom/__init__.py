"""What a teacher does with a class: whole classes marked, counted, and entered into gradebooks."""

"""Sheets as people type them: what was meant by characters, numbers and lines that no YAML reader takes."""

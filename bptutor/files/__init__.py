"""The only place that knows YAML: text to records, with line numbers."""

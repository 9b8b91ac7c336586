"""What tests and instruments share: students made up, published pages, oracles that share no code with bptutor."""

from pathlib import Path

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent

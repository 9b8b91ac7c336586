"""`python -m bptutor`, and the console script."""

from bptutor.cli.app import main

if __name__ == "__main__":
    main()

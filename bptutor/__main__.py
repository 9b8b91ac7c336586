"""`python -m bptutor`, and the console script; nothing is imported before Ctrl-C is listened to."""

from bptutor.cli.ctrl_c import ended_cleanly


def _run() -> None:
    from bptutor.cli.app import main

    main()


def main() -> None:
    """Runs the command line; after Ctrl-C, at whatever moment, the exit status is 130."""
    ended_cleanly(_run)


if __name__ == "__main__":
    main()

"""The command line: one module a command, each with its options; the only place that prints, prompts or exits.

In: what a user types. Out: text on the screen, an exit status. Imports of a command stand in its function, so that
`bptutor --help` waits for nothing.

    $ bptutor solve mazur
"""

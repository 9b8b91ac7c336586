"""How learning platforms lay out what students hand in: a row a platform, and what the names that it makes say."""

from __future__ import annotations

import calendar
import re
import time
from typing import NamedTuple

from bptutor.intake.submitters import METADATA


class Platform(NamedTuple):
    """How the names look, from the beginning of a folder or of a file's name on, and how their dates are written.

    Groups of the pattern: `id`, `name`, `late`, `upload` (a number that grows), `date`, `folder` (what metadata or a
    receipt speak of), `receipt` (a text that the platform wrote, beside an upload or in its place).
    """

    name: str
    pattern: re.Pattern[str]
    dates: tuple[str, ...] = ()


PLATFORMS = (
    # mod/assign/classes/downloader.php: the name without "_", the participant's number (that of the grading worksheet,
    # of a group its own), the plugin; a folder, which up to Moodle 4.0 ends in "_", or the beginning of a file's name.
    Platform(
        "moodle",
        re.compile(r"(?P<name>[^/_]{1,255})_(?P<id>[0-9]{1,20})_assignsubmission_(?:file|onlinetext)(?:_|/)"),
    ),
    # lib/content_zipper.rb: "anon" and a random id where names are hidden, the number of the upload, the file's name.
    Platform(
        "canvas, anonymous",
        re.compile(
            r"(?:(?P<late>LATE)_)?anon_(?P<id>[^\W_]{1,40})_(?:(?P<upload>[0-9]{1,20})_[^/]+|(?:text|link)\.html)$",
            re.I,
        ),
    ),
    # lib/content_zipper.rb: lastnamefirstname, LATE where it was, the user's number (the ID of the gradebook), the
    # number of the upload, the file's name; `add_text_or_url`: "text.html" or "link.html" and no upload.
    Platform(
        "canvas",
        re.compile(
            r"(?P<name>(?:[^\W_]|_(?!LATE_|[0-9]+_)){1,255})(?:_(?P<late>LATE))?_(?P<id>[0-9]{1,20})_"
            r"(?:(?P<upload>[0-9]{1,20})_[^/]+|(?:text|link)\.html)$",
            re.I,
        ),
    ),
    # "Download submissions": a folder a submission; submission_metadata.yml beside them says whose it is.
    Platform("gradescope", re.compile(r"(?P<folder>(?P<id>submission_[0-9]{1,20}))/")),
    # github.com/kwurst/bb-file-cleanup, github.com/vangef/BBGradebookOrganiser: ASSIGNMENT_USER_attempt_DATE_FILE, and
    # a text beside them that says who handed in what, with what was typed into the box.
    Platform(
        "blackboard",
        re.compile(
            r"(?P<folder>[^/]{1,255}?_(?P<id>[^/_]{1,100})_attempt_(?P<date>[0-9]{4}(?:-[0-9]{2}){5}))"
            r"(?:_[^/]+|(?P<receipt>\.txt))$"
        ),
        ("%Y-%m-%d-%H-%M-%S",),
    ),
    # github.com/saritonin/academic-shell-scripts (rename_and_move.sh): a folder a hand-in, "926 PM" for 9:26 PM; where
    # a site writes the day first, or 24 hours, so does the folder.
    Platform(
        "brightspace",
        re.compile(
            r"(?P<id>[0-9]{1,20}-[0-9]{1,20}) ?- (?P<name>[^/]{1,200}?) ?- (?P<date>"
            r"(?:[^\W\d]{3,12}\.? [0-9]{1,2}|[0-9]{1,2}\.? [^\W\d]{3,12}\.?),? [0-9]{4},? "
            r"[0-9]{1,2}:?[0-9]{2}(?: [AP]M)?)/"
        ),
        tuple(f"{day} %Y {time}" for day in ("%b %d", "%B %d", "%d %b", "%d %B") for time in ("%I%M %p", "%H%M")),
    ),
    # github.com/erictleung/format-sakai-upload: "Last, First(id)", in it "Submission attachment(s)", which other
    # languages have in their own words, and what was typed into the box: "Last, First(id)_submissionText.html".
    Platform(
        "sakai",
        re.compile(
            r"(?=[^/(),]*,|[^/]*/(?:Submission attachment\(s\)/|Feedback Attachment\(s\)/|[^/]*$))"
            r"(?P<name>[^/()]{1,200})\((?P<id>[^/()]{1,100})\)/"
        ),
    ),
    # github.com/jupyter/nbgrader, exchange_api.rst: {step}/{student}/{assignment}/{file}.
    Platform("nbgrader", re.compile(r"submitted/(?P<id>[^/]{1,200})/[^/]+/")),
    # github.com/autolab/Autolab, a hand-in's file: the e-mail address, the number of the version, the file's name.
    Platform("autolab", re.compile(r"(?P<id>[^/@\s]{1,100}@[^/@_\s]{1,100})_(?P<upload>[0-9]{1,9})_[^/]+$")),
)
"""A path is looked through from its first folder on: what is outermost was made by the platform."""

COMPANIONS = re.compile(
    r"(?:.*/)?(?:\.DS_Store|\._[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini|__MACOSX(?:/.*)?|\.git(?:/.*)?|\.ipynb_checkpoints(?:/.*)?)",
    re.I,
)
"""What computers make for themselves."""

RECEIPTS = {
    "brightspace": re.compile(r"(?:.*/)?index\.html?"),
    "sakai": re.compile(
        r"(?:.*/)?(?:timestamp\.txt|grades\.(?:csv|xlsx?)|comments\.txt|feedbackText\.html|Feedback A[^/]*/.*)"
    ),
    "nbgrader": re.compile(r"(?:.*/)?timestamp\.txt"),
    "gradescope": re.compile(rf"(?:.*/)?{re.escape(METADATA)}"),
}
"""What a platform puts beside the hand-ins."""


def time_of(platform: Platform, text: str) -> float:
    """The time that a name says, in seconds, as if all of it were in one zone; 0 where it says none."""
    bare = " ".join(re.sub(r"(?<=[0-9]):(?=[0-9])|[,.]", "", text).split())
    bare = re.sub(r"(?<= )([0-9]{3})(?= [AP]M|$)", r"0\1", bare)
    for form in platform.dates:
        try:
            return float(calendar.timegm(time.strptime(bare, form)))
        except ValueError:
            continue
    return 0.0

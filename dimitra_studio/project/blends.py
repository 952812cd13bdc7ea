"""Takes that edits of other takes lead to, each as its own edits make it.

A chain of them must end: an edit that leads its take back to itself is refused by the commands. A file may hold one all
the same, and then it does nothing: no take in a circle depends on where one looks first.
"""

from dimitra_studio.core.errors import InputError
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.project.document import Project, Take


def led_to(take: Take) -> frozenset[str]:
    """Ids of the takes that its edits lead to, muted ones too: unmuting shall never close a circle."""
    return frozenset(edit.operation.take_id for edit in take.edits if isinstance(edit.operation, BlendToTake))


def is_circular(project: Project, take_id: str, edit: Edit) -> bool:
    """Whether what the edit of a take leads to, leads back to that take."""
    return isinstance(edit.operation, BlendToTake) and take_id in _reached(project, edit.operation.take_id)


def check_circles(project: Project, take: Take, before: Take) -> None:
    """Raises InputError where an edit of the take, which is one of the project's, leads it back to itself by a take to
    which it did not lead `before`: a circle that a file holds can be mended edit by edit."""
    known = led_to(before)
    for edit in take.edits:
        leads = edit.operation.take_id if isinstance(edit.operation, BlendToTake) else None
        if leads not in known and is_circular(project, take.id, edit):
            raise InputError(
                f"“{edit.title}” would lead {take.name} to a take that is made of {take.name} itself.",
                "Blend to a take that does not depend on it.",
            )


def _reached(project: Project, start: str) -> frozenset[str]:
    """Ids of the take, and of all to which it leads by however many steps."""
    led = {take.id: led_to(take) for take in project.takes}
    found, edge = {start}, {start}
    while edge:
        edge = {other for each in edge for other in led.get(each, ())} - found
        found |= edge
    return frozenset(found)

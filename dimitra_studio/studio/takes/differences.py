"""What is unusual about a take's settings, in a few words."""

from dimitra_studio.core.channels import Group
from dimitra_studio.core.requests import DEFAULT_GUIDANCE, DEFAULT_STRENGTH, DEFAULT_TEMPERATURE
from dimitra_studio.project.document import TakeSettings

_USUAL = (
    ("strength", "strength", DEFAULT_STRENGTH),
    ("temperature", "variety", DEFAULT_TEMPERATURE),
    ("guidance", "follows the voice", DEFAULT_GUIDANCE),
)


def differences(settings: TakeSettings) -> tuple[str, ...]:
    """A word for each scale that is not as usual: "lips strength 1.2"."""
    return tuple(
        f"{group} {word} {getattr(settings, field)[group]:g}"
        for field, word, usual in _USUAL
        for group in Group
        if getattr(settings, field)[group] != usual[group]
    )

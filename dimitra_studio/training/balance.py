"""How much each clip counts, so that neither a talkative speaker nor a clip with many variants rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dimitra_studio.motion.clips import TalkingClip

# Seconds after which more of one speaker counts less: weight = seconds ** 0.5 beyond it.
_PLENTY = 20.0


def clip_weights(
    clips: Sequence[TalkingClip], frames: Sequence[int], shares: Mapping[str, float], variant_share: float
) -> list[float]:
    """Each clip's weight, in frames of a speaker of whom there is little; `frames` of it can be used, at least 1.

    A speaker's seconds are those of the recordings. Variants of one (the same motion with another voice) add no
    weight: together they take `variant_share` of it and the recording keeps the rest. `shares` multiplies the weight
    of sources by the beginning of their names.
    """
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for index, clip in enumerate(clips):
        by_name[clip.facts.name].append(index)
    weights = [0.0] * len(clips)
    seconds: defaultdict[str, float] = defaultdict(float)
    for members in by_name.values():
        recorded = [index for index in members if not clips[index].facts.variant]
        varied = [index for index in members if clips[index].facts.variant]
        length = _mean([frames[index] for index in recorded or varied])
        kept = 0.0 if not recorded else 1.0 if not varied else 1 - variant_share
        for index in recorded:
            weights[index] = kept * length / len(recorded)
        for index in varied:
            weights[index] = (1 - kept) * length / len(varied)
        first = clips[members[0]]
        seconds[first.facts.speaker] += length / first.motion.fps
    return [
        weight * _balance(seconds[clip.facts.speaker]) * _share(clip.facts.source, shares)
        for weight, clip in zip(weights, clips, strict=True)
    ]


def _balance(seconds: float) -> float:
    return 1.0 if seconds <= _PLENTY else (_PLENTY / seconds) ** 0.5


def _share(source: str, shares: Mapping[str, float]) -> float:
    return next((share for prefix, share in shares.items() if source.startswith(prefix)), 1.0)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)

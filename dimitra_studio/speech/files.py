"""A speech analysis on disk: words and phones as JSON for people and tools, arrays in an .npz beside it.

`speech.json` holds version, duration, language, text, words and phonemes as [{start, end, text | symbol}], silences as
[[start, end]], notes, the kinds of the models, and under `arrays` the name of the .npz (`speech.npz`), which holds
`features` [T50, D] and `text_embedding` [E] as float32. Times are seconds.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, replacing
from dimitra_studio.core.speech import PHONEME_INDEX, Phoneme, SpeechAnalysis, Word

_VERSION = 1


def save_speech(path: Path, speech: SpeechAnalysis) -> None:
    """Writes `path` (JSON) and its arrays beside it under the same name with .npz; both written, then renamed.

    Raises InputError where the folder does not exist or cannot be written.
    """
    arrays = arrays_path(path)
    content = {
        "version": _VERSION,
        "duration": speech.duration,
        "language": speech.language,
        "text": speech.text,
        "words": [asdict(word) for word in speech.words],
        "phonemes": [asdict(phone) for phone in speech.phonemes],
        "silences": [list(span) for span in speech.silences],
        "notes": list(speech.notes),
        "feature_kind": speech.feature_kind,
        "embedding_kind": speech.embedding_kind,
        "arrays": arrays.name,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1).encode()
    # The arrays first: a JSON file never names arrays that are not there.
    with replacing(arrays) as part, part.open("wb") as file:
        np.savez(file, features=speech.features, text_embedding=speech.text_embedding)
    with replacing(path) as part:
        part.write_bytes(text)


def arrays_path(path: Path) -> Path:
    """Where the arrays of `speech.json` lie: `speech.npz`."""
    return path.with_suffix(".npz")


def load_speech(path: Path) -> SpeechAnalysis:
    """Reads what `save_speech` wrote. Raises InputError where either file is missing, damaged or of another kind."""
    hint = "Analyse the voice again: dimitra analyse."
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        # Beside the JSON whatever it says: a name from a file must not lead elsewhere.
        arrays = path.parent / Path(content["arrays"]).name
        # np.load leaves a file that it opened itself open when it is damaged.
        with arrays.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            features, embedding = archive["features"], archive["text_embedding"]
        if content["version"] != _VERSION or any(item["symbol"] not in PHONEME_INDEX for item in content["phonemes"]):
            raise InputError(f"{path.name} was written by another version of Dimitra Studio.", hint)
        return SpeechAnalysis(
            duration=float(content["duration"]),
            words=tuple(Word(**item) for item in content["words"]),
            phonemes=tuple(Phoneme(**item) for item in content["phonemes"]),
            text=content["text"],
            language=content["language"],
            features=features,
            feature_kind=content["feature_kind"],
            text_embedding=embedding,
            embedding_kind=content["embedding_kind"],
            silences=tuple((float(start), float(end)) for start, end in content["silences"]),
            notes=tuple(content["notes"]),
        )
    except FileNotFoundError as error:
        raise InputError(f"There is no file {error.filename}.", "The JSON and the .npz belong together.") from error
    except DAMAGE as error:
        raise InputError(f"{path.name} is not a speech analysis that can be read.", hint) from error

"""Writes the sizes and hashes of the models that ship with the project into models/manifest.json.

To be run after a shipped model was built or trained anew: python packaging/record_models.py
"""

import json
from pathlib import Path

from dimitra_studio.core.files import sha256_of

_ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Updates the entries that have no source package."""
    manifest = _ROOT / "models" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for model in content["models"]:
        if not model.get("package"):
            for file in model["files"]:
                path = _ROOT / file["path"]
                file["size"], file["sha256"] = path.stat().st_size, sha256_of(path)
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

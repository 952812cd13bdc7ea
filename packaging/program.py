"""What a packaged build starts: the command line, or what a helper process is started for."""

import os
import sys
from multiprocessing import freeze_support


def give_back_library_path() -> None:
    """Lets programs that we open (a browser, a file manager) load the system's libraries, not ours.

    PyInstaller's bootloader points LD_LIBRARY_PATH at the build and keeps the user's own beside it. Our libraries are
    found without: the loader has read it.
    """
    own = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if own is not None:
        os.environ["LD_LIBRARY_PATH"] = own
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


if __name__ == "__main__":
    freeze_support()  # a helper process goes no further
    if sys.platform == "linux":
        give_back_library_path()
    from dimitra_studio.cli.main import main

    sys.exit(main())

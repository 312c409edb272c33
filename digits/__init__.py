"""The command `digits`: everything that the program does, from one place.

    cli.py -> commands/NAME.py, one for each -> api, app.model

In a checkout, `python -m digits` works on the checkout. A wheel carries `app` and `api` in the
folder `bundle` of this package, since packages of these names would collide with anybody's; they
are put first on the path here, for this process alone. Nothing else is imported until a command
needs it: `digits --help` answers at once.
"""

import sys
from pathlib import Path

VERSION = "0.1.0"
_BUNDLE = Path(__file__).resolve().parent / "bundle"
IS_INSTALLED = _BUNDLE.is_dir()
HOME = _BUNDLE if IS_INSTALLED else _BUNDLE.parents[1]
"""The folder that has app/ and api/."""

if str(HOME) not in sys.path[:1]:
    sys.path.insert(0, str(HOME))

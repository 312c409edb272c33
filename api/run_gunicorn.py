"""gunicorn, for `digits serve`: our packages are imported before it puts the folder in which it was
started first on the path. Whoever starts it beside a file app.py of theirs still gets ours."""

import sys

import api
import app

__all__ = ["api", "app"]

if __name__ == "__main__":
    from gunicorn.app.wsgiapp import run

    sys.exit(run())

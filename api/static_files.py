"""/vendor: the runtimes that set-up installed, served by WhiteNoise from app/vendor.

Folders there carry versions, so what they hold may be cached forever; set-up put compressed forms
beside the files. The application answers for files that WhiteNoise does not have, with its own
errors.
"""

from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

MEDIA_TYPES = {
    ".mjs": "text/javascript",
    ".py": "text/x-python",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
    ".zip": "application/zip",
}
VERSIONED_URL = r"^/vendor/[^/]+-[0-9][^/]*/"


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    def __init__(self, application: Any, vendor_folder: Path) -> None:
        super().__init__(
            application,
            allow_all_origins=False,  # headers.py owns who may read what
            mimetypes=MEDIA_TYPES,
            immutable_file_test=VERSIONED_URL,
        )
        if vendor_folder.is_dir():
            self.add_files(vendor_folder, prefix="vendor")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            # WhiteNoise would refuse with an empty body, not in our shape.
            return self.application(environ, start_response)
        return super().__call__(environ, start_response)

"""Serves this example, with PyScript and both interpreters from app/vendor; nothing from elsewhere.

python examples/two_interpreters/serve.py [port]
"""

import json
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parents[1] / "app" / "vendor"
# As strict as PyScript allows: it compiles, and starts its worker from a blob.
SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; worker-src blob:; connect-src 'self'; "
    "style-src 'self'; img-src data:"
)


class Handler(SimpleHTTPRequestHandler):
    runtimes: dict[str, str]
    """The folder of each runtime in app/vendor, which carries its version."""
    protocol_version = "HTTP/1.1"
    # Not what this machine has registered: without these, nothing starts.
    extensions_map = {  # noqa: RUF012 - as its base class has it
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(HERE))

    def translate_path(self, path: str) -> str:
        """The file at an address; vendor/pyodide/... stands for app/vendor/pyodide-<version>/..."""
        file = Path(super().translate_path(path)).relative_to(HERE)
        match file.parts:
            case ("vendor", runtime, name) if runtime in self.runtimes:
                return str(VENDOR / self.runtimes[runtime] / name)
        return str(HERE / file)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", SECURITY_POLICY)
        # Isolated from other sites, a page has exact clocks and may share memory with its worker.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cache-Control", "no-cache")  # after an edit, a reload brings it
        super().end_headers()


def main() -> None:
    try:
        Handler.runtimes = json.loads((VENDOR / "manifest.json").read_text())
    except FileNotFoundError:
        sys.exit("app/vendor is missing. `python3 tools/setup.py run` installs it.")
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8010
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

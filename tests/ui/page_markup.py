"""The page's markup as the server puts it together, without what only the server knows."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from api.views.pages import PAGE_TEXTS, PLACES

APP = Path(__file__).parents[2] / "app"


def page_markup() -> str:
    environment = Environment(loader=FileSystemLoader(APP), autoescape=True)
    known = {"names": "any", "build": "0", "vendor": {}, "page_config": "{}"}
    return environment.get_template("index.html").render(texts=PAGE_TEXTS, places=PLACES, **known)


def markup_sources() -> dict[Path, str]:
    """index.html and the markup of each panel, as they are written."""
    paths = [APP / "index.html", *sorted((APP / "pyscript").rglob("*.html"))]
    return {path: path.read_text("utf-8") for path in paths}

"""Every text that a visitor reads is in a texts.py, is used, and gets what its braces ask for."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from api.views.pages import PAGE_TEXTS
from app.pyscript import texts
from app.pyscript.reasons import reason
from app.pyscript.start import texts as start_texts
from tests.ui.conftest import PAGE
from tests.ui.page_markup import markup_sources
from tests.ui.test_imports import FEATURES as FOLDERS

FOLDER = Path(__file__).parents[2] / "app/pyscript"
MODULES = [texts, *(each for each in PAGE_TEXTS.values() if isinstance(each, ModuleType))]
"""The common texts, and those of each feature."""
NAMES = [
    name
    for module in MODULES
    for name, text in vars(module).items()
    # A feature's texts may end with common advice, which they import.
    if name.isupper() and (module is texts or getattr(texts, name, None) is not text)
]
TEXTS: dict[str, str] = {
    name: text for module in MODULES for name, text in vars(module).items() if name.isupper()
}
# What the page and the worker run, but what each says.
SOURCES = [path for path in sorted(FOLDER.rglob("*.py")) if path.name != "texts.py"]
FEATURES = [name for name, each in PAGE_TEXTS.items() if isinstance(each, ModuleType)]
MARKUP = markup_sources()
PUT_IT = "put it into the folder's texts.py, and use texts.<NAME> here"
# The name under which one of MODULES is imported.
IS_TEXTS = re.compile(r"(\w+_)?texts|common")
READ_ATTRIBUTES = ("alt", "aria-label", "aria-roledescription", "content", "placeholder", "title")
TECHNICAL = (
    "(prefers-color-scheme: dark)",
    "11px system-ui, sans-serif",
    ":is(button, select, \0, summary, a[href], [tabindex]):not([tabindex='-1'])",
    "input:is([type='checkbox'], [type='range'])",
    ":disabled, [hidden], [hidden] *, \0, \0 *",
    "Bearer \0",
    "Error: jsnull",
    "Error: jsundefined",
    "details:not([open]) > :not(summary)",
    "has-ink",
    "more than one digit",
    "no answer",
    "no digit",
    "not keeping",
    'script[name="\0"]',
)
SHOWN_PROPERTIES = ("textContent", "title", "placeholder", "ariaLabel")
LOOKS_LIKE_PROSE = re.compile(r"[A-Za-z]\S* |[ \0][A-Za-z]|…")
ERRORS_OF_PROGRAMS = ("ValueError", "TypeError", "NotImplementedError")


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


# What is said where


class Reader(HTMLParser):
    """What a person reads in some markup: text between tags, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._is_program = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_program = tag == "script"
        # A <meta>'s content is read where it describes the page.
        is_read = tag != "meta" or ("name", "description") in attrs
        self.read += [value or "" for name, value in attrs if name in READ_ATTRIBUTES and is_read]

    def handle_data(self, data: str) -> None:
        if not self._is_program:
            self.read.append(data)


def words_in(markup: str) -> list[str]:
    """What markup says by itself; \\0 stands where something is put in."""
    reader = Reader()
    reader.feed(re.sub(r"<\w[^>]*$", "", markup))  # a tag may go on in another string
    reader.close()
    return [text.strip() for text in reader.read if re.search("[A-Za-z]", text)]


def unspoken(tree: ast.Module) -> set[ast.AST]:
    """Docstrings, annotations, and errors that only a mistake in our own program can raise."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        match node:
            case ast.Expr():
                roots.append(node.value if isinstance(node.value, ast.Constant) else None)
            case ast.arg() | ast.AnnAssign():
                roots.append(node.annotation)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                roots.append(node.returns)
            case ast.Raise(exc=ast.Call(func=ast.Name(id=kind))) if kind in ERRORS_OF_PROGRAMS:
                roots.append(node.exc)
            case ast.Call(func=ast.Name(id="cast")):
                roots.append(node.args[0])
    return {node for root in roots if root is not None for node in ast.walk(root)}


def literals(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Each string that may be said, \\0 for what an f-string puts in."""
    left_out = unspoken(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # Formats such as .2f are strings to the parser.
            specs = [getattr(part, "format_spec", None) for part in node.values]
            left_out.update(spec for spec in specs if spec is not None)
            left_out.update(node.values)
        if isinstance(node, ast.expr) and node not in left_out:
            if isinstance(node, ast.JoinedStr):
                parts = [getattr(part, "value", None) for part in node.values]
                yield node, "".join(part if isinstance(part, str) else "\0" for part in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node, node.value


def shown_as_they_are(tree: ast.Module) -> set[ast.AST]:
    """What is put into the page as text: assigned to textContent and its like, or set as a name."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[*_, ast.Attribute(attr=name)]) if name in SHOWN_PROPERTIES:
                roots.append(node.value)
            case ast.Call(
                func=ast.Attribute(attr="setAttribute"), args=[ast.Constant(value=name), value]
            ) if name in READ_ATTRIBUTES:
                roots.append(value)
    choices = [root for root in roots if isinstance(root, ast.IfExp)]
    return {*roots, *(each for choice in choices for each in (choice.body, choice.orelse))}


def said_in(source: str) -> list[str]:
    """What a module says in words of its own, with the line."""
    tree = ast.parse(source)
    shown = shown_as_they_are(tree)
    said = []
    for node, text in literals(tree):
        if re.search(r"</|<\w", text):
            words = words_in(text)
        else:
            is_said = bool(re.search("[A-Za-z]", text)) if node in shown else is_prose(text)
            words = [text] if is_said else []
        said += [f"{node.lineno}: {each}" for each in words]
    return said


def is_prose(text: str) -> bool:
    return text not in TECHNICAL and bool(LOOKS_LIKE_PROSE.search(text))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_says_nothing_in_words_of_its_own(path: Path) -> None:
    assert said_in(path.read_text()) == [], PUT_IT


@pytest.mark.parametrize("path", MARKUP, ids=lambda path: path.name)
def test_the_page_says_nothing_in_words_of_its_own(path: Path) -> None:
    without_expressions = re.sub(r"\{[{%].*?[}%]\}", "\0", MARKUP[path])
    assert words_in(without_expressions) == [], PUT_IT


def test_the_page_is_filled_with_texts() -> None:
    expected = {
        start_texts.PAGE_TITLE,
        start_texts.PAGE_NAME,
        texts.TRAIN_TITLE,
        TEXTS["EVALUATION_SUMMARY"],
    }
    assert expected <= set(words_in(PAGE))
    assert "can repair it with <code>make run</code>. An older" in PAGE


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('"""A docstring."""\ndef f():\n    """Another one."""\n', []),
        ('x = "no-mistake"', []),
        ('x = f"cell-{a}-{b}"', []),
        ('x = f"<p id={a}>{b}</p>"', []),
        ('raise ValueError("expected a number")', []),
        ('x = "Try again"', ["1: Try again"]),
        ('x = f"{n} mistakes"', ["1: \0 mistakes"]),
        ('x = "<button>Go</button>"', ["1: Go"]),
        ("x = \"<p aria-label='All'></p>\"", ["1: All"]),
        ('x.textContent = "Load"', ["1: Load"]),
        ('x.textContent = "Load" if y == "now" else z', ["1: Load"]),
        ('x.setAttribute("aria-label", "Load")', ["1: Load"]),
        ('x.setAttribute("data-key", "Load")', []),
        ('raise OSError("it broke")', ["1: it broke"]),
    ],
)
def test_finds_what_is_said(source: str, said: list[str]) -> None:
    assert said_in(source) == said


# The texts themselves, and their use


def uses(tree: ast.AST) -> Iterator[str]:
    """Names of texts, as texts.NAME or imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and IS_TEXTS.fullmatch(ast.unparse(node.value)):
            yield node.attr
        if isinstance(node, ast.ImportFrom) and node.module == "app.pyscript.texts":
            yield from (alias.name for alias in node.names)


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_every_text_is_used_and_is_there() -> None:
    used = {name for path in SOURCES for name in uses(ast.parse(path.read_text()))}
    used |= {name for _, name in said_by_the_page()}

    assert sorted(TEXTS.keys() - used) == [], "nobody says these"
    assert sorted(used - TEXTS.keys()) == [], "no texts.py has these"


def said_by_the_page() -> list[tuple[str, str]]:
    """What the page's markup says: the feature, empty for none, and the text's name."""
    return re.findall(r"texts\.(?:([a-z]+)\.)?([A-Z]\w+)", "".join(MARKUP.values()))


def test_the_page_finds_its_texts_where_they_are() -> None:
    for feature, name in said_by_the_page():
        module = PAGE_TEXTS[feature] if feature else texts
        assert hasattr(module, name), f"{feature or 'common'} has no {name}"


def test_a_name_says_which_text_it_is() -> None:
    assert [name for name, count in Counter(NAMES).items() if count > 1] == []


def importing(path: Path) -> Iterator[tuple[str, str]]:
    """Where the texts are from that a module imports, empty for the common ones; their alias."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "texts":
                    yield ".".join(str(node.module).split(".")[2:]), alias.asname or alias.name


def test_every_feature_has_its_texts() -> None:
    assert set(FEATURES) == FOLDERS | {"kit", "worker"}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_says_its_own_texts_and_common_ones(feature: str) -> None:
    """`texts` are the folder's own; those of the kit and of the settings are said everywhere."""
    known = {(feature, "texts"), ("", "common")}
    known |= {("settings", "settings_texts"), ("kit", "kit_texts")}
    for path in (FOLDER / feature).glob("*.py"):
        assert set(importing(path)) <= known, path


def test_no_common_text_is_said_by_one_feature_alone() -> None:
    users: dict[str, set[str]] = {}
    for path in FOLDER.rglob("*.py"):
        parts = path.relative_to(FOLDER).parts
        is_feature = parts[0] in FEATURES and "worker" not in parts
        for name in uses(ast.parse(path.read_text())):
            users.setdefault(name, set()).add(parts[0] if is_feature else "")
    common = [name for name in vars(texts) if name.isupper() and name in users]

    assert len(common) > 50
    alone = [name for name in common if len(users[name]) == 1 and "" not in users[name]]
    assert alone == [], "put it into the feature's texts.py"


@pytest.mark.parametrize("name", TEXTS)
def test_can_stand_in_markup_and_be_filled(name: str) -> None:
    text = TEXTS[name]

    assert isinstance(text, str)
    assert text == text.strip() != ""
    assert not set('<>&"') & set(text)
    assert all(field.isidentifier() for field in placeholders(text)), "name what is put in"


def fillings(tree: ast.Module) -> Iterator[tuple[int, str, set[str]]]:
    """Line, text and what it is given, for each text whose `format` is called where it stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "format":
            given = {keyword.arg or "**" for keyword in node.keywords}
            yield from ((node.lineno, name, given) for name in uses(node.func.value))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_fills_all_braces_and_no_others(path: Path) -> None:
    wrong = [
        f"{line}: texts.{name} wants {sorted(placeholders(TEXTS[name]))}, gets {sorted(given)}"
        for line, name, given in fillings(ast.parse(path.read_text()))
        if placeholders(TEXTS[name]) != given
    ]

    assert wrong == []


# Texts that put a full stop after an error's words; `words` in start/state.py are a reason's.
WITH_ERRORS = {name: text for name, text in TEXTS.items() if "{error}." in text}
TYPICAL_ERRORS = (
    "it broke",
    "It is full.",
    "fulfilled..",
    "",
    "jsnull",
    "Error: jsnull",
)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_errors_stand_in_sentences_by_their_reasons(path: Path) -> None:
    raw = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names = set(uses(node.func.value)) & WITH_ERRORS.keys()
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            error = given.get("error", "reason(")
            if (
                names
                and node.func.attr == "format"
                and not error.startswith(("reason(", "words", "texts."))
            ):
                raw.append(f"{node.lineno}: {names} gets {error}")

    assert raw == []


@pytest.mark.parametrize("name", WITH_ERRORS)
@pytest.mark.parametrize("error", TYPICAL_ERRORS)
def test_a_sentence_around_an_error_is_for_people(name: str, error: str) -> None:
    others = dict.fromkeys(placeholders(TEXTS[name]), "x")
    said = TEXTS[name].format(**{**others, "error": reason(error)})

    assert ".." not in said
    assert "jsnull" not in said
    assert ": ." not in said


def test_no_text_with_braces_is_shown_as_it_is() -> None:
    """Who chooses between texts calls `format` on the choice, beside it or in the same function."""
    unfilled = []
    for path in SOURCES:
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                formats = ast.unparse(function).count(".format(")
                wanting = {name for name in uses(function) if placeholders(TEXTS[name])}
                if wanting and not formats:
                    unfilled.append(f"{name_of(path)}: {function.name}: {sorted(wanting)}")

    assert unfilled == []

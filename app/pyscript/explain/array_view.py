"""Shows the arrays of a stage: shape, range, a picture, and some values."""

from app.pyscript.explain import texts
from app.pyscript.kit.formats import decimal, power

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy
    from app.pyscript.explain.records import Array

ARRAYS = {
    "inputs": texts.LEARN_ARRAY_INPUTS,
    "w1": texts.LEARN_ARRAY_W1,
    "sums": texts.LEARN_ARRAY_SUMS,
    "hidden": texts.LEARN_ARRAY_HIDDEN,
    "w2": texts.LEARN_ARRAY_W2,
    "logits": texts.LEARN_ARRAY_LOGITS,
    "log_probs": texts.LEARN_ARRAY_LOG_PROBS,
    "probabilities": texts.LEARN_ARRAY_PROBABILITIES,
    "logits_grad": texts.LEARN_ARRAY_LOGITS_GRAD,
    "w2_grad": texts.LEARN_ARRAY_W2_GRAD,
    "hidden_grad": texts.LEARN_ARRAY_HIDDEN_GRAD,
    "w1_grad": texts.LEARN_ARRAY_W1_GRAD,
    "w2_change": texts.LEARN_ARRAY_W2_CHANGE,
    "w1_change": texts.LEARN_ARRAY_W1_CHANGE,
}


def show_arrays(browser: "Browser", place: "JsProxy", arrays: list, pictures: "JsProxy") -> None:
    """Show arrays in `place`. arrays: the worker's descriptions; pictures: all their pixels."""
    place.innerHTML = "".join(array_markup(array) for array in arrays)
    for array in arrays:
        start = array["picture"][2]
        browser.fill_canvas(browser.element(f"picture-{array['name']}"), pictures, start)


def array_markup(array: "Array") -> str:
    """An array as HTML: its name, shape, range, place for a picture, and some values."""
    name = array["name"]
    about = texts.LEARN_RANGE.format(
        shape=array["shape"],
        dtype=array["dtype"],
        least=figure(array["least"]),
        most=figure(array["most"]),
    )
    is_of_digits = len(array["values"]) == 10
    values = "".join(
        f'<li data-value="{value}">'
        + (f"<span>{index}</span>" if is_of_digits else "")
        + f"{figure(value)}</li>"
        for index, value in enumerate(array["values"])
    )
    columns, rows, _ = array["picture"]
    shape = "is-square" if columns == rows else "is-wide" if rows == 10 else "is-flat"
    ink = "is-ink" if name == "inputs" else ""
    label = texts.LEARN_PICTURE.format(name=name)
    return (
        f'<section class="array {shape}"><h4><code>{name}</code> {ARRAYS[name]}</h4>'
        f'<p class="note">{about}</p>'
        f'<canvas class="heat {ink}" id="picture-{name}" width="{columns}" height="{rows}"'
        f' role="img" aria-label="{label}"></canvas>'
        f'<p class="where"><code>{array["where"]}</code></p>'
        f'<ol class="values" id="values-{name}">{values}</ol></section>'
    )


def figure(value: float) -> str:
    """A number for people: four decimals, or a power of ten if it is too small for these."""
    size = abs(value)
    if size == 0:
        return "0"
    text = decimal(value, 4) if 0.001 <= size < 10000 else power(value)
    return text.replace("-", "\u2212")

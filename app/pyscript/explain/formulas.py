"""The formulas of a step as MathML, which browsers show by themselves.

Each has a description in words (texts.py) for screen readers. The letters are as in textbooks: x
inputs, h hidden units, z logits, p probabilities, y 1 at the label and 0 elsewhere, L the loss,
W1 and W2 the weights, η the learning rate.
"""

from app.pyscript.explain import texts


def name(letter: str, index: str = "", power: str = "") -> str:
    """A letter, with an index below the line and a power above it."""
    base = f"<mi>{letter}</mi>"
    if index and power:
        return f"<msubsup>{base}{atom(index)}{atom(power)}</msubsup>"
    if index:
        return f"<msub>{base}{atom(index)}</msub>"
    return f"<msup>{base}{atom(power)}</msup>" if power else base


def atom(text: str) -> str:
    return f"<mn>{text}</mn>" if text[0] in "0123456789" else f"<mi>{text}</mi>"


def word(text: str) -> str:
    return f"<mtext>{text}</mtext>"


def sign(text: str) -> str:
    return f'<mo stretchy="false">{text}</mo>'


def row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def fraction(above: str, below: str) -> str:
    return f"<mfrac>{above}{below}</mfrac>"


def slope(of: str) -> str:
    """The derivative of the loss with respect to `of`."""
    return fraction(row(sign("∂"), name("L")), row(sign("∂"), of))


def formula(words: str, *lines: str) -> str:
    """A formula of several lines, with its description in words."""
    rows = "".join(f"<mtr><mtd>{line}</mtd></mtr>" for line in lines)
    return f'<math display="block" aria-label="{words}"><mtable>{rows}</mtable></math>'


X, H, Z, P, Y, L, V, M = (name(letter) for letter in "xhzpyLvm")
MAX, LOG = name("max"), name("log")
W, W1, W2, ETA = name("W"), name("W", "1"), name("W", "2"), name("η")
EQUALS, MINUS, PLUS, GETS = sign("="), sign("\u2212"), sign("+"), sign("←")
GRADIENT = slope(W)
EXP = f"<msup>{name('e')}{name('z', 'j')}</msup>"
SUM = f"<munder>{sign('∑')}{name('j')}</munder>"


def moment(letter: str, beta: str, gradient: str) -> str:
    """A running mean: it becomes beta times itself plus 1 - beta times the gradient."""
    rest = row(sign("("), atom("1"), MINUS, beta, sign(")"), gradient)
    return row(name(letter), GETS, beta, name(letter), PLUS, rest)


# app/model names the source of each formula, beside the code that computes it.
STAGES = {
    "inputs": formula(
        texts.LEARN_FORMULA_INPUTS,
        row(X, EQUALS, fraction(row(word(texts.LEARN_FORMULA_PIXELS)), atom("255"))),
    ),
    "hidden": formula(
        texts.LEARN_FORMULA_HIDDEN,
        row(H, EQUALS, MAX, sign("("), X, W1, sign(","), atom("0"), sign(")")),
    ),
    "logits": formula(texts.LEARN_FORMULA_LOGITS, row(Z, EQUALS, H, W2)),
    "log_softmax": formula(
        texts.LEARN_FORMULA_LOG_SOFTMAX,
        row(LOG, name("p", "i"), EQUALS, name("z", "i"), MINUS, LOG, SUM, EXP),
    ),
    "loss": formula(
        texts.LEARN_FORMULA_LOSS,
        row(L, EQUALS, MINUS, LOG, f"<msub>{P}{word(texts.LEARN_FORMULA_AT_LABEL)}</msub>"),
    ),
    "gradients": formula(
        texts.LEARN_FORMULA_GRADIENTS,
        row(slope(Z), EQUALS, P, MINUS, Y),
        row(slope(W2), EQUALS, name("h", power="T"), slope(Z)),
        row(slope(H), EQUALS, slope(Z), name("W", "2", "T")),
        row(
            slope(W1),
            EQUALS,
            name("x", power="T"),
            sign("("),
            slope(H),
            sign("⊙"),
            sign("["),
            H,
            sign("&gt;"),
            atom("0"),
            sign("]"),
            sign(")"),
        ),
    ),
}
OPTIMIZERS = {
    "sgd": formula(texts.LEARN_FORMULA_SGD, row(W, GETS, W, MINUS, ETA, GRADIENT)),
    "momentum": formula(
        texts.LEARN_FORMULA_MOMENTUM,
        row(V, GETS, name("μ"), V, PLUS, GRADIENT),
        row(W, GETS, W, MINUS, ETA, V),
    ),
    "adam": formula(
        texts.LEARN_FORMULA_ADAM,
        moment("m", name("β", "1"), GRADIENT),
        moment(
            "v", name("β", "2"), f"<msup>{row(sign('('), GRADIENT, sign(')'))}{atom('2')}</msup>"
        ),
        row(
            W,
            GETS,
            W,
            MINUS,
            name("η", "t"),
            fraction(M, row(f"<msqrt>{V}</msqrt>", PLUS, name("ε"))),
        ),
    ),
}

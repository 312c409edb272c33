"""How people write letters that no digit looks like: templates of our own (see handwriting.py).

They are what the network must not read. O, I, l, S, Z, B, b, g, q and their like are digits too for
all that the pixels tell, and are not here. One half of the letters is shown to the network in
training, the other half is kept to measure with.
"""

from app.model.drawings.handwriting import Template

TRAINING_LETTERS: dict[str, tuple[Template, ...]] = {
    "A": (Template(1, ("10,98 50,2 | 88,98", "25,62 76,60")),),
    "C": (Template(1, ("85,18 55,2 22,22 14,55 30,90 60,97 86,80",)),),
    "E": (
        Template(2, ("80,4 | 20,4 | 20,96 | 82,96", "20,50 68,48")),
        Template(1, ("78,14 50,2 26,20 50,46 | 22,60 28,92 58,98 82,84",)),
    ),
    "K": (Template(1, ("20,2 20,98", "78,4 | 24,56 | 82,96")),),
    "M": (Template(1, ("10,98 | 18,4 | 50,70 | 80,4 | 90,98",)),),
    "P": (Template(1, ("22,98 22,4", "22,6 60,2 82,24 60,48 22,52")),),
    "T": (Template(1, ("10,5 90,5", "50,5 50,98")),),
    "X": (Template(1, ("12,4 86,96", "86,4 14,96")),),
    "a": (
        Template(1, ("80,20 50,4 18,30 18,75 45,96 76,70 80,20 | 80,70 92,96",)),
        Template(1, ("25,18 55,2 78,22 80,96", "80,48 40,44 15,70 35,96 78,78")),
    ),
    "e": (Template(1, ("16,52 84,50 70,8 40,4 14,35 18,80 50,98 84,84",)),),
    "k": (Template(1, ("25,2 25,98", "72,36 | 28,66 | 76,98")),),
    "n": (Template(1, ("18,8 | 18,96 | 20,45 50,10 76,30 | 80,96",)),),
}

MEASURING_LETTERS: dict[str, tuple[Template, ...]] = {
    "F": (Template(1, ("82,4 | 22,4 | 22,98", "22,48 70,46")),),
    "G": (Template(1, ("84,16 55,2 20,25 14,60 35,94 65,96 86,76 | 86,55 | 54,55",)),),
    "H": (Template(1, ("18,4 18,96", "82,4 82,96", "18,50 82,50")),),
    "N": (Template(1, ("15,98 | 15,4 | 82,96 | 84,4",)),),
    "R": (Template(1, ("22,98 | 22,4 60,2 82,22 60,46 22,50 | 84,98",)),),
    "V": (Template(1, ("10,4 | 50,96 | 90,4",)),),
    "W": (Template(1, ("5,4 | 28,96 | 50,30 | 72,96 | 95,4",)),),
    "Y": (Template(1, ("12,4 | 50,50 | 88,4", "50,50 50,98")),),
    "h": (Template(1, ("20,2 | 20,98 | 22,65 50,40 76,55 | 78,98",)),),
    "m": (Template(1, ("8,20 | 8,96 | 10,50 28,20 46,45 | 48,96 | 50,45 70,20 88,45 | 90,96",)),),
    "t": (Template(1, ("45,2 45,75 58,96 80,86", "16,32 78,30")),),
    "w": (Template(1, ("6,10 14,80 34,92 48,40 | 54,80 74,94 90,60 92,8",)),),
    "x": (Template(1, ("10,10 35,22 65,80 92,90", "86,8 40,45 10,92")),),
    "psi": (Template(1, ("12,10 18,50 48,66 80,50 88,8", "50,2 50,98")),),
}

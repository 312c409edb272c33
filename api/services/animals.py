"""Names for pupils who give none."""

import random
from collections.abc import Collection

ANIMALS = (
    *("Alpaca", "Badger", "Beaver", "Bee", "Bison", "Blackbird", "Buzzard", "Camel", "Chamois"),
    *("Cheetah", "Chipmunk", "Cockatoo", "Crab", "Crane", "Cricket", "Cuckoo", "Deer", "Dolphin"),
    *("Dormouse", "Dove", "Dragonfly", "Duck", "Eagle", "Elk", "Falcon", "Ferret", "Finch"),
    *("Firefly", "Flamingo", "Fox", "Frog", "Gazelle", "Gecko", "Giraffe", "Goldfish", "Goose"),
    *("Grasshopper", "Hamster", "Hare", "Hawk", "Hedgehog", "Heron", "Hornbill", "Ibex", "Ibis"),
    *("Jackdaw", "Jaguar", "Jellyfish", "Kangaroo", "Kingfisher", "Kiwi", "Koala", "Ladybird"),
    *("Lark", "Lemur", "Leopard", "Lizard", "Llama", "Lobster", "Lynx", "Magpie", "Manatee"),
    *("Marmot", "Meerkat", "Mole", "Moose", "Moth", "Narwhal", "Newt", "Nightingale", "Octopus"),
    *("Orca", "Osprey", "Otter", "Owl", "Panda", "Parrot", "Peacock", "Pelican", "Penguin"),
    *("Pheasant", "Pony", "Puffin", "Quail", "Quokka", "Rabbit", "Raccoon", "Raven", "Reindeer"),
    *("Robin", "Salamander", "Salmon", "Seahorse", "Seal", "Sparrow", "Squirrel", "Starling"),
    *("Stork", "Swallow", "Swan", "Swift", "Tapir", "Tern", "Thrush", "Tiger", "Toucan"),
    *("Trout", "Turtle", "Walrus", "Weasel", "Whale", "Wolf", "Wombat", "Woodpecker", "Yak"),
)


def animal_name(taken: Collection[str], rng: random.Random) -> str:
    """An animal that is not taken; any where all are."""
    free = [name for name in ANIMALS if name not in taken]
    return rng.choice(free or ANIMALS)

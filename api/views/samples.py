"""/api/samples: one random sample; blocks of a shuffled split."""

from flask import Blueprint, Response, request

from api.costly_reads import charge
from api.extensions import services
from api.representations import CODINGS, IMAGE_CODINGS, NPY
from api.services.samples import (
    BLOCK_TYPES,
    DEFAULT_BLOCK_SIZE,
    MAX_BLOCK_SIZE,
    MAX_INDEX,
    MAX_SEED,
    BlockAddress,
)
from api.views.parameters import number_in_text, one_of
from api.views.responses import (
    IMMUTABLE,
    NO_STORE,
    REVALIDATE,
    preferred_coding,
    preferred_type,
    send,
    send_json,
)

blueprint = Blueprint("samples", __name__, url_prefix="/api/samples")


@blueprint.get("/random")
def get_random_sample() -> Response:
    """A sample of ?split=test, by default of digits that the network never learned from.

    200; 422 for another split than train, validation, test; 503 while it is drawn.
    """
    return send_json(services().samples.random_sample(_split("test")), NO_STORE)


@blueprint.get("/blocks/<seed>/<index>")
def get_block(seed: str, index: str) -> Response:
    """Block ?size=128 of ?split=train in the order that a seed gives, as .npy or JSON.

    With ?data=<digest> the address names the content, so it may be kept forever; without, the data
    set behind it may change. 200, 304; 404 past the end; 406 for another format; 409 if the digest
    is of another data set; 422 for values out of range; 429 for too many that are not in a cache;
    503 while the split is drawn, at the very first start.
    """
    samples = services().samples
    size = request.args.get("size", str(DEFAULT_BLOCK_SIZE))
    address = BlockAddress(
        split=_split("train"),
        seed=number_in_text("seed", seed, 0, MAX_SEED),
        index=number_in_text("index", index, 0, MAX_INDEX),
        size=number_in_text("size", size, 1, MAX_BLOCK_SIZE),
    )
    digest = request.args.get("data")
    if digest is not None:
        samples.require_digest(digest)
    media_type = preferred_type(BLOCK_TYPES)
    coding = preferred_coding(IMAGE_CODINGS if media_type == NPY else CODINGS)
    block = samples.block(address, media_type, coding, charge)
    return send(block, REVALIDATE if digest is None else IMMUTABLE)


def _split(default: str) -> str:
    return one_of("split", request.args.get("split", default), services().samples.dataset.splits)

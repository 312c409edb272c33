"""What can happen to the network: the kinds of changes that LiveNetwork.on_change tells of."""

from app.pyscript.messages import CHECKPOINT, NEW_WEIGHTS, RESET

TRAINED, TAUGHT, PUBLISHED = "trained", "taught", "published"
"""Changes within a run: steps on samples; a step on one drawing; and publishing, which leaves the
weights as they are but makes them shared ones."""
RUN_STARTS = (NEW_WEIGHTS, RESET, CHECKPOINT)
"""Changes with which a run starts; the report "run" says which one."""

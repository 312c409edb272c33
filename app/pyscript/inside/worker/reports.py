"""The report on the search for the nearest training digits."""

from app.pyscript import texts as common
from app.pyscript.worker.report_fields import COUNT, Report

SEARCHING = Report("searching", common.INSIDE_TITLE, done=COUNT, total=COUNT)
"""How many digits have been fetched."""

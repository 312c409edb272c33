"""What only the operator may do to the history: delete versions for good, and clear names.

Promoting and pinning are in weights.py, training from scratch and canceling it in retraining.py.
"""

from collections.abc import Callable, Collection

from api.services.problems import ConflictError
from api.stores.versions import InUseError, Version, VersionStore


class Operator:
    def __init__(self, store: VersionStore, version: Callable[[int], Version]) -> None:
        """version: finds one by its number, or raises NotFoundError."""
        self._store = store
        self._version = version

    def delete(self, version: int) -> Version:
        """Drop a version with its content, and return it. Raises NotFoundError, and ConflictError
        for the current version and the baseline.

        No cache has to be told: every look-up of a version asks the database first, and cached
        content is named by its digest.
        """
        found = self._version(version)
        try:
            is_deleted = self._store.delete(version)
        except InUseError as error:
            raise ConflictError(
                f"Version {version} is the current one, or the baseline that others are measured "
                "against. Promote another version first, which makes that one both; then delete "
                "this one."
            ) from error
        return found if is_deleted else self._version(version)

    def clear_author(self, version: int) -> Version:
        """Clear the author's name of one version. Raises NotFoundError."""
        self._store.clear_author(self._version(version).id)
        return self._version(version)

    def clear_authors(self, names: Collection[str] | None = None) -> int:
        """Clear these names, or every name, in all versions; returns how many had one."""
        return self._store.clear_authors(names)

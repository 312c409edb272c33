"""Versions of the weights: each kept whole or not at all, one of them current.

The current version changes only by compare-and-set: a publisher says which version they replace,
and of two who replace the same one, the second gets an error. Rows are immutable except for whether
a version was accepted or is pinned, its measurements, and that the operator may clear its author's
name. retention.py decides what is dropped when there are too many.
"""

from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, func, insert, null, select, true, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.stores.database import DamagedError, current, is_conflict, versions, writing
from api.stores.retention import Entry, surplus
from api.stores.times import aware, utc_now

KEPT = 100
"""Accepted versions kept beside pinned ones."""
REFUSED_KEPT = 50
"""Refused candidates are counted separately, so that nobody can push the history out with noise."""
BEST_KEPT = 5
"""Accepted versions that stay because none reads held-out data better."""
LATEST_KEPT = 3
"""Accepted versions that stay because they became current last: somebody is building on them."""
CURRENT_ROW = 1
CURRENT_DIGEST = str(select(versions.c.digest).join(current, current.c.version == versions.c.id))
DESCRIBED = [column for column in versions.columns if column.name != "content"]


AlongWith = Callable[[Connection, int], None]
"""More to do in the transaction that publishes; called with the number of the new version."""


class Measurement(NamedTuple):
    """How good weights are on held-out data: share read right (0-1), mean cross-entropy, and the
    digest of the data set; the same two figures of drawings, None where the data has none."""

    accuracy: float
    loss: float
    data: str
    drawings_accuracy: float | None = None
    drawings_loss: float | None = None


@dataclass(frozen=True)
class Candidate:
    """Weights that someone wants to publish, measured; content is their .npz. sent: the digest of
    what was sent, if these are the mean of it and of others."""

    digest: str
    content: bytes
    author: str | None
    source: str
    measurement: Measurement
    sent: str | None = None


@dataclass(frozen=True)
class Version:
    """A row of `versions` without its content, and whether it is the current one."""

    id: int
    digest: str
    parent: int | None
    author: str | None
    source: str
    is_accepted: bool
    is_pinned: bool
    is_current: bool
    measurement: Measurement
    created: datetime
    turn: int
    """Counts up with each version that becomes current; 0 in refused ones."""


class CurrentChangedError(Exception):
    """Another version has become current since the caller looked."""


class InUseError(Exception):
    """The version is the current one or the baseline."""


class VersionStore:
    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime] = utc_now,
        is_whole: Callable[[str, bytes], bool] = lambda _digest, _content: True,
        *,
        shows_names: bool = True,
    ) -> None:
        """is_whole: is this the content with that digest? Disks sometimes return other bytes.
        shows_names: if not, versions read as if nobody had given a name; the rows keep theirs."""
        self._engine = engine
        self._writing = writing(engine)
        self._now = now
        self._is_whole = is_whole
        author = versions.c.author if shows_names else null().label("author")
        self._described = [author if each is versions.c.author else each for each in DESCRIBED]

    def current(self) -> Version | None:
        """The version that everyone gets; None in a new store."""
        return self._one(versions.c.id == current.c.version)

    def baseline(self) -> Version | None:
        """The version that the operator last chose."""
        return self._one(versions.c.id == current.c.baseline)

    def current_digest(self) -> str | None:
        """Asked at every visit: 25 us through the driver itself, 230 us through SQLAlchemy."""
        try:
            with closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(CURRENT_DIGEST)
                row = cursor.fetchone()
                cursor.close()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise SQLAlchemyError(str(error)) from error
        return None if row is None else str(row[0])

    def get(self, version: int) -> Version | None:
        return self._one(versions.c.id == version)

    def find(self, digest: str) -> Version | None:
        return self._one(versions.c.digest == digest)

    def find_mean(self, sent: str) -> Version | None:
        """The newest version that is the mean of these weights, given by their digest, and of
        others."""
        return self._one(versions.c.sent == sent)

    def all(self) -> list[Version]:
        """All that are kept, newest first."""
        with self._engine.connect() as connection:
            current_id = connection.scalar(select(current.c.version))
            rows = connection.execute(select(*self._described).order_by(versions.c.id.desc()))
            return [_version(row, current_id) for row in rows]

    def content(self, digest: str) -> bytes | None:
        """The .npz of a version. Raises DamagedError."""
        query = select(versions.c.content).where(versions.c.digest == digest)
        with self._engine.connect() as connection:
            content = connection.scalar(query)
        if content is not None and not self._is_whole(digest, content):
            raise DamagedError(f"the content of the version with digest {digest} is another")
        return content

    def publish(
        self,
        candidate: Candidate,
        replacing: int | None,
        *,
        is_baseline: bool = False,
        is_pinned: bool = False,
        also: AlongWith | None = None,
    ) -> Version:
        """Make a candidate the current version, in place of `replacing`, or None for a first one.

        Weights that are stored already keep their number, author and time. Raises
        CurrentChangedError if another version is current by now, and then changes nothing. `also`
        is done in the same transaction: if it raises an error, nothing is published.
        """
        try:
            with self._writing.begin() as connection:
                version = self._put(connection, candidate, replacing, is_accepted=True)
                if is_pinned:
                    _change(connection, version, is_pinned=True)
                _set_current(connection, version, replacing, is_baseline)
                _prune(connection, version, self._now())
                if also is not None:
                    also(connection, version)
                return self._read(connection, version)
        except IntegrityError as error:
            if is_conflict(error):  # someone else published the same weights, or the first ones
                raise CurrentChangedError from error
            raise

    def keep(
        self,
        candidate: Candidate,
        parent: int | None,
        *,
        is_accepted: bool = False,
        is_pinned: bool = False,
    ) -> Version:
        """Keep a refused candidate for inspection. Weights that are stored already stay as they
        are."""
        try:
            with self._writing.begin() as connection:
                version = self._put(connection, candidate, parent, is_accepted=is_accepted)
                if is_accepted:
                    _give_turn(connection, version)
                if is_pinned:
                    _change(connection, version, is_pinned=True)
                _prune(connection, version, self._now())
                return self._read(connection, version)
        except IntegrityError as error:
            if is_conflict(error):  # someone else published the same weights
                raise CurrentChangedError from error
            raise

    def promote(self, version: int, replacing: int) -> None:
        """Make a version current and the baseline. Raises CurrentChangedError."""
        try:
            with self._writing.begin() as connection:
                _change(connection, version, is_accepted=True)
                _set_current(connection, version, replacing, is_baseline=True)
        except IntegrityError as error:
            if is_conflict(error):  # it has been dropped
                raise CurrentChangedError from error
            raise

    def set_pinned(self, version: int, is_pinned: bool) -> None:
        """A pinned version is never dropped, however many follow."""
        with self._writing.begin() as connection:
            _change(connection, version, is_pinned=is_pinned)

    def delete(self, version: int) -> bool:
        """Drop a version with its content. False if it is gone already. Raises InUseError."""
        try:
            with self._writing.begin() as connection:
                gone = connection.execute(delete(versions).where(versions.c.id == version))
                return gone.rowcount == 1
        except IntegrityError as error:
            if is_conflict(error):  # the row `current` refers to it
                raise InUseError from error
            raise

    def clear_author(self, version: int) -> None:
        with self._writing.begin() as connection:
            _change(connection, version, author=None)

    def clear_authors(self, names: Collection[str] | None = None) -> int:
        """Clear these names, or all, in every version; returns how many versions had one."""
        named = versions.c.author.is_not(None) if names is None else versions.c.author.in_(names)
        with self._writing.begin() as connection:
            return connection.execute(update(versions).where(named).values(author=None)).rowcount

    def refuse(self, version: int) -> None:
        """Count a version that is not in use among the refused ones."""
        in_use = select(current.c.version).union(select(current.c.baseline))
        with self._writing.begin() as connection:
            connection.execute(
                update(versions)
                .where(versions.c.id == version, versions.c.id.not_in(in_use))
                .values(is_accepted=False, turn=0)
            )

    def remeasure(self, version: int, measurement: Measurement) -> None:
        with self._writing.begin() as connection:
            _change(connection, version, **measurement._asdict())

    def _put(
        self, connection: Connection, candidate: Candidate, parent: int | None, *, is_accepted: bool
    ) -> int:
        """The number of the candidate's row, old or new."""
        known = select(versions.c.id).where(versions.c.digest == candidate.digest)
        found: int | None = connection.scalar(known)
        if found is not None:
            if is_accepted:
                _change(connection, found, is_accepted=True)
            return found
        row = insert(versions).values(
            digest=candidate.digest,
            parent=parent,
            author=candidate.author,
            source=candidate.source,
            is_accepted=is_accepted,
            is_pinned=False,
            created=self._now(),
            content=candidate.content,
            sent=candidate.sent,
            **candidate.measurement._asdict(),
        )
        added: int = connection.execute(row.returning(versions.c.id)).scalar_one()
        return added

    def _one(self, condition: Any) -> Version | None:
        joined = versions.outerjoin(current, true())  # one row or, at first, none
        query = select(*self._described, current.c.version.label("current")).select_from(joined)
        with self._engine.connect() as connection:
            newest = query.where(condition).order_by(versions.c.id.desc()).limit(1)
            row = connection.execute(newest).one_or_none()
        return None if row is None else _version(row, row.current)

    def _read(self, connection: Connection, version: int) -> Version:
        current_id = connection.scalar(select(current.c.version))
        found = select(*self._described).where(versions.c.id == version)
        return _version(connection.execute(found).one(), current_id)


def _change(connection: Connection, version: int, **values: Any) -> None:
    connection.execute(update(versions).where(versions.c.id == version).values(**values))


def _set_current(
    connection: Connection, version: int, replacing: int | None, is_baseline: bool
) -> None:
    """The compare-and-set. Raises CurrentChangedError; IntegrityError if there is a first one
    already."""
    if replacing is None:
        first = {"id": CURRENT_ROW, "version": version, "baseline": version}
        connection.execute(insert(current).values(first))
        _give_turn(connection, version)
        return
    values = {"version": version} | ({"baseline": version} if is_baseline else {})
    changed = connection.execute(
        update(current)
        .where(current.c.id == CURRENT_ROW, current.c.version == replacing)
        .values(values)
    )
    if changed.rowcount != 1:
        raise CurrentChangedError
    _give_turn(connection, version)


def _give_turn(connection: Connection, version: int) -> None:
    """Give it the latest turn of all, whatever its number."""
    newest = connection.scalar(select(func.max(versions.c.turn))) or 0
    _change(connection, version, turn=newest + 1)


def _prune(connection: Connection, newest: int, now: datetime) -> None:
    """Drop what there is no place for: never pinned versions, the current one, the baseline or the
    newest, which was just published.

    A version keeps its time of publication, even when it becomes current again: otherwise anyone
    could move the whole history into one minute, and then thin that out.
    """
    in_use = set(connection.scalars(select(current.c.version).union(select(current.c.baseline))))
    in_use.add(newest)
    for is_accepted, places in ((True, KEPT), (False, REFUSED_KEPT)):
        open_ = (versions.c.is_accepted == is_accepted, versions.c.is_pinned.is_(False))
        if (connection.scalar(select(func.count()).where(*open_)) or 0) <= places:
            continue
        rows = connection.execute(select(*DESCRIBED).where(*open_)).all()
        kept = in_use | (_outstanding(rows) if is_accepted else set())
        entries = [Entry(row.id, aware(row.created), row.author) for row in rows]
        going = surplus(entries, places, kept, now)
        connection.execute(delete(versions).where(versions.c.id.in_(going)))


def _outstanding(rows: Collection[Any]) -> set[int]:
    """The numbers of the best versions, and of those that became current last."""
    best = sorted(rows, key=_goodness, reverse=True)[:BEST_KEPT]
    latest = sorted(rows, key=lambda row: row.turn, reverse=True)[:LATEST_KEPT]
    return {row.id for row in (*best, *latest)}


def _goodness(row: Any) -> tuple[float, float, int]:
    """Digits and drawings weigh the same; among equals the one with the lower loss, and then the
    older."""
    accuracies = [row.accuracy, row.drawings_accuracy]
    measured = [accuracy for accuracy in accuracies if accuracy is not None]
    return sum(measured) / len(measured), -row.loss, -row.id


def _version(row: Any, current_id: int | None) -> Version:
    return Version(
        id=row.id,
        digest=row.digest,
        parent=row.parent,
        author=row.author,
        source=row.source,
        is_accepted=row.is_accepted,
        is_pinned=row.is_pinned,
        is_current=row.id == current_id,
        measurement=Measurement(*(getattr(row, name) for name in Measurement._fields)),
        created=aware(row.created),
        turn=row.turn,
    )

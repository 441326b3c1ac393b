"""Choosing the member of a union by comparing a value with all of them.

Members are compared by what can be seen without decoding (:class:`Surface`): the kind
of the value; of objects also constants, required fields and how many declared fields
are there. If several fit equally well they are tried, and the one with the fewest
deviations is taken; the order in the document decides between equals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    Protocol,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    runtime_checkable,
)

from .codec_decoder import ANYTHING, MOST, Decoder, DecoderOf, Deviations, Path
from .codec_fields import key_of, model_fields, models_member, union_members
from .codec_model import Model, UnknownVariant
from .codec_values import Format, find_format
from .types import Unset

Fit: TypeAlias = tuple[int, ...]
"""How well a value fits a type by its surface; greater is better. The first number: 5
is the type itself or a listed value, 4 a value of the type, 3 a float that is an
integer, 2 an object of which nothing is demanded, 1 what does not fit, or what anything
is. Those that follow tell equals apart: less that is wrong, more that is the same."""

NO_FIT: Fit = ()


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What can be seen of a type without decoding."""

    fit: Callable[[Any], Fit]
    takes: frozenset[type] = ANYTHING
    """The classes of JSON values that can be right."""
    listed: frozenset[tuple[type, Any]] | None = None
    """The values of a ``Literal`` with their classes, as ``1 == True``."""
    closed: bool = False
    """No value but the listed ones is right."""


@runtime_checkable
class HasSurface(Protocol):
    """A mark that decides how a type is read decides also how it is seen."""

    def surface(self, kinds: list[Any]) -> Surface:
        """``kinds``: the members of the union, or the one type."""
        ...


# --- Unions --------------------------------------------------------------------------

_TRIALS = 2
"""How many unions within each other may try their members. Deeper ones take the first
that fits: trying at every level would double the work with each."""


class _Trial(Deviations):
    """What is found while a member is tried."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.depth = depth


def compared_union(kinds: list[Any], decoder_of: DecoderOf) -> Decoder:
    """The decoder of a union without a discriminator."""
    unknown = decoder_of(UnknownVariant) if UnknownVariant in kinds else None
    kinds = [kind for kind in kinds if kind is not UnknownVariant]
    members = [(surface_of(kind), decoder_of(kind)) for kind in kinds]
    if len(members) == 1 and unknown is None:
        return members[0][1]
    expected = " or ".join(dict.fromkeys(each.expected for _, each in members))
    takes = frozenset[type]().union(*(each.takes for _, each in members))
    by_class = {
        kind: [member for member in members if kind in member[1].takes]
        for kind in ANYTHING
    }

    def decode_union(value: Any, path: Path, found: Deviations) -> Any:
        candidates = by_class.get(value.__class__, [])
        is_open = unknown is not None and value.__class__ is dict
        if len(candidates) == 1 and not is_open:
            return candidates[0][1].decode(value, path, found)
        best = _best(candidates, value)
        if len(best) == 1:
            return best[0].decode(value, path, found)
        if best:
            return _try(best, value, path, found)
        found.keep(path, expected, value)
        if unknown is not None and is_open:
            return unknown.decode(value, path, found)
        return value

    return Decoder(
        expected,
        decode_union,
        takes | {dict} if unknown else takes,
        frozenset(kind for kind in takes if _passes(by_class[kind], kind)),
    )


def _passes(takers: list[tuple[Surface, Decoder]], kind: type) -> bool:
    """Whether a value of this class is right as it is, whichever member it is."""
    return any(kind in decoder.passes for _, decoder in takers) and all(
        kind in decoder.passes or surface.listed is not None
        for surface, decoder in takers
    )


def _best(candidates: list[tuple[Surface, Decoder]], value: Any) -> list[Decoder]:
    best: list[Decoder] = []
    best_fit = NO_FIT
    for surface, decoder in candidates:
        fit = surface.fit(value)
        if fit > best_fit:
            best, best_fit = [decoder], fit
        elif fit == best_fit and fit != NO_FIT:
            best.append(decoder)
    return best


def _try(members: list[Decoder], value: Any, path: Path, found: Deviations) -> Any:
    depth = found.depth if isinstance(found, _Trial) else 0
    if depth >= _TRIALS:
        return members[0].decode(value, path, found)
    best: Any = None
    fewest: Deviations | None = None
    for member in members:
        trial = _Trial(depth + 1)
        result = member.decode(value, path, trial)
        if fewest is None or len(trial) + trial.more < len(fewest) + fewest.more:
            best, fewest = result, trial
        if not trial:
            break
    if fewest is not None:
        taken = fewest[: MOST - len(found)]
        found.extend(taken)
        found.more += len(fewest) + fewest.more - len(taken)
    return best


# --- Surfaces ------------------------------------------------------------------------

_SURFACES: dict[tuple[Any, str], Surface] = {}


def surface_of(annotation: Any) -> Surface:
    """The surface of an annotation."""
    key = key_of(annotation)
    surface = _SURFACES.get(key)
    if surface is None:
        surface = _SURFACES[key] = _build(annotation)
    return surface


def _build(annotation: Any) -> Surface:
    if annotation is Any or annotation is object:
        return Surface(lambda value: (1,))
    if annotation is None or annotation is NoneType:
        return _scalar(frozenset({NoneType}))
    if isinstance(annotation, str):
        return _reference(annotation)
    if isinstance(annotation, ForwardRef):
        return _reference(annotation.__forward_arg__)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin is Literal:
        return _literal(arguments)
    if origin is Union or origin is UnionType:
        kinds = [each for each in arguments if each is not Unset]
        return union_surface([surface_of(kind) for kind in kinds])
    if origin is tuple:
        return _tuple([surface_of(each) for each in arguments])
    if origin is list or annotation is list:
        return _array(surface_of(arguments[0] if arguments else Any))
    if origin is dict or annotation is dict:
        return _map(surface_of(arguments[1] if arguments else Any))
    return _class(annotation)


def _class(kind: Any) -> Surface:
    if issubclass(kind, Model):
        return _model(kind)
    if kind is int:
        return Surface(_fit_integer, frozenset({int, float}))
    if kind in ANYTHING:
        return _scalar(frozenset({float, int} if kind is float else {kind}))
    string_format = find_format(kind)
    if string_format is None:
        raise TypeError(f"{kind!r} is not a type that models use")
    return formatted_surface(string_format)


def _annotated(inner: Any, marks: tuple[Any, ...]) -> Surface:
    for mark in marks:
        if isinstance(mark, HasSurface):
            return mark.surface(
                [kind for kind in union_members(inner) if kind is not Unset]
            )
    return surface_of(inner)


def _reference(text: str) -> Surface:
    """See :func:`.codec_decode._reference`."""
    name = text.removeprefix("models.")
    surface: Surface | None = None

    def fit(value: Any) -> Fit:
        nonlocal surface
        if surface is None:
            surface = surface_of(models_member(name))
        return surface.fit(value)

    return Surface(fit)


def _scalar(takes: frozenset[type]) -> Surface:
    return Surface(lambda value: (4,) if value.__class__ in takes else NO_FIT, takes)


def _fit_integer(value: Any) -> Fit:
    if value.__class__ is int:
        return (5,)
    return (3,) if value.__class__ is float and value.is_integer() else NO_FIT


def _literal(values: tuple[Any, ...]) -> Surface:
    listed = frozenset((value.__class__, value) for value in values)
    takes = frozenset(kind for kind, _ in listed)

    def fit(value: Any) -> Fit:
        if value.__class__ is dict or value.__class__ is list:
            return NO_FIT
        if value.__class__ is float and (int, value) in listed:
            return (4,)
        return (5,) if (value.__class__, value) in listed else NO_FIT

    if int in takes:
        takes |= {float}
    return Surface(fit, takes, listed, closed=True)


def formatted_surface(string_format: Format) -> Surface:
    def fit(value: Any) -> Fit:
        if value.__class__ is not str:
            return NO_FIT
        try:
            string_format.read(value)
        except ValueError:
            return NO_FIT
        return (4,)

    return Surface(fit, frozenset({str}))


_SAMPLE = 100
"""How many items say whether an array or map fits."""


def _array(item: Surface) -> Surface:
    def fit(value: Any) -> Fit:
        if value.__class__ is not list:
            return NO_FIT
        wrong = sum(one.__class__ not in item.takes for one in value[:_SAMPLE])
        return (1, -wrong) if wrong else (4,)

    return Surface(fit, frozenset({list}))


def _map(item: Surface) -> Surface:
    def fit(value: Any) -> Fit:
        if value.__class__ is not dict:
            return NO_FIT
        sample = list(value.values())[:_SAMPLE]
        wrong = sum(one.__class__ not in item.takes for one in sample)
        return (1, -wrong) if wrong else (2,)

    return Surface(fit, frozenset({dict}))


def _tuple(items: list[Surface]) -> Surface:
    def fit(value: Any) -> Fit:
        if value.__class__ is not list or len(value) != len(items):
            return NO_FIT
        pairs = zip(items, value, strict=True)
        wrong = sum(one.__class__ not in item.takes for item, one in pairs)
        return (1, -wrong) if wrong else (5,)

    return Surface(fit, frozenset({list}))


def union_surface(members: list[Surface]) -> Surface:
    """The best of what the members say; with what an enum lists that has ``str`` or
    ``None`` beside it."""

    def fit(value: Any) -> Fit:
        kind = value.__class__
        fits = (member.fit(value) for member in members if kind in member.takes)
        return max(fits, default=NO_FIT)

    listed = frozenset[tuple[type, Any]]()
    for member in members:
        if member.listed is not None:
            listed |= member.listed
        elif member.takes == frozenset({NoneType}):
            listed |= {(NoneType, None)}
    return Surface(
        fit,
        frozenset[type]().union(*(member.takes for member in members)),
        listed if any(member.listed for member in members) else None,
        closed=all(member.closed for member in members),
    )


# --- Models --------------------------------------------------------------------------

_LISTABLE = frozenset({str, int, float, bool, NoneType})
"""Kinds of values that ``Literal`` can list; an object has no hash to look it up by."""

_Row: TypeAlias = tuple[str, bool, Surface]
"""Of a field the name on the wire, whether it is required, and the surface."""


def _model(model: type[Model]) -> Surface:
    rows: list[_Row] = []

    def fit(value: Any) -> Fit:
        if value.__class__ is not dict:
            return NO_FIT
        if not rows:
            rows[:] = [
                (field.wire_name, field.required, surface_of(field.annotation))
                for field in model_fields(model)
            ]
        return _fit_model(rows, value)

    return Surface(fit, frozenset({dict}))


def _fit_model(rows: list[_Row], value: dict[str, Any]) -> Fit:
    """Compare constants, required and present fields, and the kinds of their values.

    4: fits and shares at least one field; 2: fits, as it demands nothing; 1: does not
    fit, but a constant says that it is meant, or all required fields are there.
    """
    constants = present = wrong = missing = 0
    for wire_name, required, surface in rows:
        if wire_name not in value:
            missing += required
            continue
        one = value[wire_name]
        present += 1
        if surface.listed is not None and one.__class__ in surface.takes & _LISTABLE:
            kind = int if one.__class__ is float else one.__class__
            if surface.fit(one) == NO_FIT or (kind, one) not in surface.listed:
                if surface.closed:
                    return NO_FIT
            else:
                constants += 1
        elif one.__class__ not in surface.takes:
            if surface.closed:
                return NO_FIT
            wrong += 1
    if missing and not constants:
        return NO_FIT
    if missing or wrong:
        return (1, -missing - wrong, constants, present)
    return (4 if present else 2, 0, constants, present)

"""JSON values → models, driven by annotations.

An annotation is compiled once into a :class:`Decoder`, a model class on its first use
into a table of its fields. What contradicts the annotation is kept as it came and
reported as a :class:`Deviation`; decoding itself only fails for values that are nested
too deeply. Plain types are in :mod:`.codec_shapes`, unions in :mod:`.codec_unions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    Union,
    get_args,
    get_origin,
)

from .codec_decoder import (
    NO_FIT,
    NOTHING,
    Decode,
    Decoder,
    Deviations,
    Fit,
    Path,
    TypeMark,
)
from .codec_fields import (
    additional_annotation,
    model_fields,
    models_member,
    union_members,
)
from .codec_model import (
    ADDITIONAL_PROPERTIES,
    Model,
    TooDeep,
    UnknownVariant,
)
from .codec_shapes import (
    ANY,
    INTEGER,
    decode_values,
    dict_decoder,
    formatted_decoder,
    list_decoder,
    literal_decoder,
    scalar_decoder,
    tuple_decoder,
)
from .codec_unions import union_decoder
from .codec_values import find_format
from .types import UNSET, Unset


def decode(target: Any, value: Any) -> tuple[Any, Deviations]:
    """Read ``value``, as ``json.loads`` gives it, as a ``target``: a model class, an
    alias or any other annotation that models use.

    Returns the value and what was not as documented. A deviation at ``$`` itself says
    that the whole value is of another kind: it then comes back as it is (or, where the
    union is open, as an ``UnknownVariant``). Raises :class:`TooDeep`.
    """
    found = Deviations()
    decoder = decoder_of(target)
    try:
        return decoder.decode(value, None, found), found
    except RecursionError:
        raise TooDeep("the JSON value is nested too deeply") from None


_DECODERS: dict[tuple[Any, str], Decoder] = {}


def decoder_of(annotation: Any) -> Decoder:
    """The decoder of an annotation. Two threads may build the same one at once; either
    will do."""
    # For Python ``A | B`` equals ``B | A``; here the order matters.
    order = "" if annotation.__class__ is type else repr(annotation)
    key = (annotation, order)
    decoder = _DECODERS.get(key)
    if decoder is None:
        decoder = _DECODERS[key] = _build(annotation)
    return decoder


def _build(annotation: Any) -> Decoder:
    if annotation is Any or annotation is object:
        return ANY
    if annotation is None or annotation is NoneType:
        return scalar_decoder("null", {NoneType})
    if isinstance(annotation, str):
        return _reference(annotation)
    if isinstance(annotation, ForwardRef):
        return _reference(annotation.__forward_arg__)
    origin = get_origin(annotation)
    if origin is None:
        return _of_class(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin is Literal:
        return literal_decoder(arguments)
    if origin is Union or origin is UnionType:
        return union_decoder(
            [decoder_of(item) for item in arguments if item is not Unset]
        )
    if origin is list:
        return list_decoder(decoder_of(arguments[0]))
    if origin is dict:
        return dict_decoder(decoder_of(arguments[1]))
    if origin is tuple:
        return tuple_decoder([decoder_of(item) for item in arguments])
    raise TypeError(f"{annotation!r} is not a type that models use")


def _of_class(kind: Any) -> Decoder:
    if kind is str:
        return scalar_decoder("string", {str})
    if kind is bool:
        return scalar_decoder("boolean", {bool})
    if kind is int:
        return INTEGER
    if kind is float:
        return scalar_decoder("number", {float, int})
    if kind is list or kind is dict:
        return list_decoder(ANY) if kind is list else dict_decoder(ANY)
    if isinstance(kind, type):
        return _of_other_class(kind)
    raise TypeError(f"{kind!r} is not a type that models use")


def _of_other_class(kind: type[Any]) -> Decoder:
    if issubclass(kind, Model):
        return _model(kind)
    string_format = find_format(kind)
    if string_format is not None:
        return formatted_decoder(string_format)
    raise TypeError(f"{kind!r} is not a type that models use")


def _annotated(inner: Any, marks: tuple[Any, ...]) -> Decoder:
    for mark in marks:
        if isinstance(mark, TypeMark):
            kinds = [kind for kind in union_members(inner) if kind is not Unset]
            return mark.decoder(kinds, decoder_of)
    return decoder_of(inner)


def _reference(text: str) -> Decoder:
    """A quoted name inside an alias (``models.JsonValue``): it refers to an alias that
    is being defined, so it is looked up when a value comes."""
    name = text.removeprefix("models.")
    decoder: Decoder | None = None

    def resolve() -> Decoder:
        nonlocal decoder
        if decoder is None:
            decoder = decoder_of(models_member(name))
        return decoder

    def decode_reference(value: Any, path: Path, found: Deviations) -> Any:
        return resolve().decode(value, path, found)

    return Decoder(name, decode_reference, fit=lambda value: resolve().fit(value))


# --- Models --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of a model."""

    name: str
    wire_name: str
    decoder: Decoder
    required: bool


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """The fields of a model class, worked out from its annotations."""

    fields: tuple[FieldPlan, ...]
    required: tuple[FieldPlan, ...]
    wire_names: frozenset[str]

    additional: Decoder | None
    """The type of undeclared properties, of a model that has a field for them."""

    rows: tuple[tuple[str, str, frozenset[type], Decode], ...]
    """Wire name, name, and of the decoder ``passes`` and ``decode``: what the decoding
    loop unpacks."""


def plan_of(model: type[Model]) -> ModelPlan:
    """Work out the fields of a model class."""
    plans = tuple(
        FieldPlan(
            field.name,
            field.wire_name,
            decoder_of(field.annotation),
            field.required,
        )
        for field in model_fields(model)
    )
    additional = additional_annotation(model)
    return ModelPlan(
        fields=plans,
        required=tuple(plan for plan in plans if plan.required),
        wire_names=frozenset(plan.wire_name for plan in plans),
        additional=None if additional is None else decoder_of(additional),
        rows=tuple(
            (plan.wire_name, plan.name, plan.decoder.passes, plan.decoder.decode)
            for plan in plans
        ),
    )


def _model(model: type[Model]) -> Decoder:
    expected = model.__name__
    plan: ModelPlan | None = None

    def decode_model(value: Any, path: Path, found: Deviations) -> Any:
        nonlocal plan
        if value.__class__ is not dict:
            return found.keep(path, expected, value)
        if plan is None:
            plan = plan_of(model)
        rows = plan.rows
        arguments: dict[str, Any] = {}
        for wire_name, name, passes, decode_field in rows:
            if wire_name in value:
                one = value[wire_name]
                if one.__class__ in passes:
                    arguments[name] = one
                else:
                    arguments[name] = decode_field(one, (path, wire_name), found)
        known = len(arguments)
        if known != len(rows):
            for field in plan.required:
                if field.name not in arguments:
                    where = (path, field.wire_name)
                    found.keep(where, field.decoder.expected, NOTHING)
                    arguments[field.name] = UNSET
        if known != len(value):
            wire_names = plan.wire_names
            unknown = {name: value[name] for name in value if name not in wire_names}
            if plan.additional is not None:
                unknown = decode_values(unknown, plan.additional, path, found)
            arguments[ADDITIONAL_PROPERTIES] = unknown
        return model(**arguments)

    def fit(value: Any) -> Fit:
        nonlocal plan
        if value.__class__ is not dict:
            return NO_FIT
        if model is UnknownVariant:
            return (1,)
        if plan is None:
            plan = plan_of(model)
        return _fit_model(plan, value)

    return Decoder(expected, decode_model, frozenset({dict}), fit=fit, model=model)


_LISTABLE = frozenset({str, int, float, bool, type(None)})
"""Kinds of values that ``Literal`` can list; an object has no hash to look it up by."""


def _fit_model(plan: ModelPlan, value: dict[str, Any]) -> Fit:
    """Compare constants, required and present fields, and the kinds of their values.

    4: fits and shares at least one field; 2: fits, as it demands nothing; 1: does not
    fit, but a constant says that it is meant, or all required fields are there.
    """
    constants = present = wrong = missing = 0
    for field in plan.fields:
        decoder = field.decoder
        if field.wire_name not in value:
            missing += field.required
            continue
        one = value[field.wire_name]
        present += 1
        if decoder.listed is not None and one.__class__ in decoder.takes & _LISTABLE:
            kind = int if one.__class__ is float else one.__class__
            if decoder.fit(one) == NO_FIT or (kind, one) not in decoder.listed:
                if decoder.closed:
                    return NO_FIT
            else:
                constants += 1
        elif one.__class__ not in decoder.takes:
            if decoder.closed:
                return NO_FIT
            wrong += 1
    if missing and not constants:
        return NO_FIT
    if missing or wrong:
        return (1, -missing - wrong, constants, present)
    return (4 if present else 2, 0, constants, present)

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

from .codec_comparing import compared_union
from .codec_decoder import NOTHING, Decode, Decoder, Deviations, Path, TypeMark
from .codec_fields import (
    additional_annotation,
    key_of,
    model_fields,
    models_member,
    union_members,
)
from .codec_model import ADDITIONAL_PROPERTIES, Model, TooDeep
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
    # {% if needs.open_unions %}
    that the whole value is of another kind: it then comes back as it is (or, where the
    union is open, as an ``UnknownVariant``). Raises :class:`TooDeep`.
    # {% else %}
    that the whole value is of another kind: it then comes back as it is. Raises
    :class:`TooDeep`.
    # {% endif %}
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
    key = key_of(annotation)
    decoder = _DECODERS.get(key)
    if decoder is None:
        decoder = _DECODERS[key] = _build(annotation)
    return decoder


def _build(annotation: Any) -> Decoder:
    if annotation is Any or annotation is object:
        return ANY
    # {% if needs.references %}
    if isinstance(annotation, str):
        return _reference(annotation)
    if isinstance(annotation, ForwardRef):
        return _reference(annotation.__forward_arg__)
    # {% endif %}
    origin = get_origin(annotation)
    if origin is None:
        return _of_class(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        # {% if needs.marks %}
        return _annotated(arguments[0], arguments[1:])
        # {% else %}
        return decoder_of(arguments[0])
        # {% endif %}
    if origin is Literal:
        return literal_decoder(arguments)
    if origin is Union or origin is UnionType:
        kinds = [each for each in arguments if each is not Unset]
        # {% if needs.comparing %}
        return compared_union(kinds, decoder_of)
        # {% else %}
        return union_decoder(kinds, decoder_of)
        # {% endif %}
    if origin is list:
        return list_decoder(decoder_of(arguments[0]))
    if origin is dict:
        return dict_decoder(decoder_of(arguments[1]))
    # {% if needs.tuples %}
    if origin is tuple:
        return tuple_decoder([decoder_of(item) for item in arguments])
    # {% endif %}
    raise TypeError(f"{annotation!r} is not a type that models use")


_CLASSES: dict[Any, Decoder] = {
    None: scalar_decoder("null", {NoneType}),
    NoneType: scalar_decoder("null", {NoneType}),
    str: scalar_decoder("string", {str}),
    bool: scalar_decoder("boolean", {bool}),
    int: INTEGER,
    float: scalar_decoder("number", {float, int}),
    list: list_decoder(ANY),
    dict: dict_decoder(ANY),
}


def _of_class(kind: Any) -> Decoder:
    if kind in _CLASSES:
        return _CLASSES[kind]
    if issubclass(kind, Model):
        return _model(kind)
    string_format = find_format(kind)
    if string_format is None:
        raise TypeError(f"{kind!r} is not a type that models use")
    return formatted_decoder(string_format)


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

    def decode_reference(value: Any, path: Path, found: Deviations) -> Any:
        nonlocal decoder
        if decoder is None:
            decoder = decoder_of(models_member(name))
        return decoder.decode(value, path, found)

    return Decoder(name, decode_reference)


# --- Models --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """The fields of a model class, worked out from its annotations."""

    rows: tuple[tuple[str, str, frozenset[type], Decode], ...]
    """Name on the wire, name, and of the decoder ``passes`` and ``decode``."""

    required: tuple[tuple[str, str, str], ...]
    """Name on the wire, name, and what is expected."""

    wire_names: frozenset[str]

    # {% if needs.additional %}
    additional: Decoder | None
    """The type of undeclared properties, of a model that has a field for them."""
    # {% endif %}


def _plan_of(model: type[Model]) -> _Plan:
    fields = model_fields(model)
    decoders = [decoder_of(field.annotation) for field in fields]
    # {% if needs.additional %}
    additional = additional_annotation(model)
    # {% endif %}
    return _Plan(
        rows=tuple(
            (field.wire_name, field.name, decoder.passes, decoder.decode)
            for field, decoder in zip(fields, decoders, strict=True)
        ),
        required=tuple(
            (field.wire_name, field.name, decoder.expected)
            for field, decoder in zip(fields, decoders, strict=True)
            if field.required
        ),
        wire_names=frozenset(field.wire_name for field in fields),
        # {% if needs.additional %}
        additional=None if additional is None else decoder_of(additional),
        # {% endif %}
    )


def _model(model: type[Model]) -> Decoder:
    expected = model.__name__
    plan: _Plan | None = None

    def decode_model(value: Any, path: Path, found: Deviations) -> Any:
        nonlocal plan
        if value.__class__ is not dict:
            return found.keep(path, expected, value)
        if plan is None:
            # Not before: models may refer to each other.
            plan = _plan_of(model)
        arguments: dict[str, Any] = {}
        for wire_name, name, passes, decode_field in plan.rows:
            if wire_name in value:
                one = value[wire_name]
                if one.__class__ in passes:
                    arguments[name] = one
                else:
                    arguments[name] = decode_field(one, (path, wire_name), found)
        known = len(arguments)
        if known != len(plan.rows):
            for wire_name, name, kind in plan.required:
                if name not in arguments:
                    found.keep((path, wire_name), kind, NOTHING)
                    arguments[name] = UNSET
        if known != len(value):
            wire_names = plan.wire_names
            unknown = {name: value[name] for name in value if name not in wire_names}
            # {% if needs.additional %}
            if plan.additional is not None:
                unknown = decode_values(unknown, plan.additional, path, found)
            # {% endif %}
            arguments[ADDITIONAL_PROPERTIES] = unknown
        return model(**arguments)

    return Decoder(expected, decode_model, frozenset({dict}))

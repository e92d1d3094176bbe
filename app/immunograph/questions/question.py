"""What a question is: what it takes, what answers it, and where it is asked.

The parameters of a question are the fields of a frozen class. Each is annotated with its meaning
and bounds, from which HTTP, OpenAPI and the terminal make what they take. Nothing here, and nothing
that a module of a question imports at its top, is slow to import: `--help` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import lru_cache
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    NamedTuple,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from immunograph.errors import BadQuestion

if TYPE_CHECKING:
    from immunograph.service import Service

LONGEST: Final = 300
"""Letters of a name or an id; nobody's is longer."""


@dataclass(frozen=True, slots=True)
class About:
    """What is to be known of a parameter besides its name, its type and its default."""

    help: str
    """What it means: words without a capital at their start or a full stop."""
    least: float | None = None
    """The least number, or the least count of values that repeat."""
    most: float | None = None
    """The greatest number, or the greatest count."""
    pattern: str | None = None
    """What a text holds or is, as a regular expression."""
    repeated: str | None = None
    """What several values mean, where it repeats and that is not plain."""
    longest: int = LONGEST
    """Letters of a text."""
    example: object = None
    alias: str | None = None
    """Its name where it is asked for, if Python has that word itself."""
    argument: str | None = None
    """Its name as an argument of the command, where it is no option."""
    several: bool = False
    """Whether it is an argument that repeats, and an option as well."""
    sent: bool = False
    """Whether it is sent in the body of a request, and read from a file in the terminal."""


class Parameter(NamedTuple):
    """A parameter, as it is read from the class of its question."""

    field: str
    """Its name in Python."""
    type: Any
    """The type of one value."""
    default: Any
    """`MISSING` where one must be given."""
    repeats: bool
    optional: bool
    """Whether it may be None."""
    about: About

    @property
    def name(self) -> str:
        """Its name where it is asked for."""
        return self.about.alias or self.field

    @property
    def meaning(self) -> str:
        """What it means, with what several of it mean."""
        return "; ".join(filter(None, (self.about.help, self.about.repeated)))

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING

    @property
    def values(self) -> tuple[str, ...]:
        """The values that it takes, where those are few and always the same."""
        if get_origin(self.type) is Literal:
            return get_args(self.type)
        if isinstance(self.type, type) and issubclass(self.type, StrEnum):
            return tuple(map(str, self.type))
        return ()


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What a question takes. Raises BadQuestion where a value is out of its bounds."""

    def __post_init__(self) -> None:
        """Refuse what no question can be asked with."""
        for one in parameters_of(type(self)):
            _check(one, getattr(self, one.field))


def _check(one: Parameter, value: Any) -> None:
    least, most = one.about.least, one.about.most
    if value is None or (least is None and most is None):
        return
    if not one.repeats:
        if not (least or 0) <= value <= (value if most is None else most):
            raise BadQuestion(
                f"{one.name} is {value}; ask for {least} to {most}.", parameter=one.name
            )
        return
    if len(value) < (least or 0):
        raise BadQuestion(f"Name at least one {one.name}.", parameter=one.name)
    if most is not None and len(value) > most:
        raise BadQuestion(
            f"{len(value)} of {one.name}; ask for at most {most}.", parameter=one.name
        )


@lru_cache(maxsize=256)
def parameters_of(taken: type[Parameters]) -> tuple[Parameter, ...]:
    """The parameters of a question: first its own, then those that it shares with others.

    A field without a meaning is none: it is for a way in that makes its own.
    """
    hints = get_type_hints(taken, include_extras=True)
    defaults = {one.name: one.default for one in fields(taken)}
    order = dict.fromkeys(name for one in taken.__mro__ for name in _annotated(one))
    meant = [name for name in order if get_origin(hints[name]) is Annotated]
    return tuple(_parameter(name, hints[name], defaults[name]) for name in meant)


def _annotated(taken: type) -> Iterator[str]:
    return iter(vars(taken).get("__annotations__", ()))


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    whole, about = hint.__origin__, hint.__metadata__[-1]
    kinds = [one for one in get_args(whole) if one is not NoneType]
    optional = len(kinds) < len(get_args(whole))
    inner = kinds[0] if optional else whole
    repeats = get_origin(inner) is tuple
    kind = get_args(inner)[0] if repeats else inner
    return Parameter(name, kind, default, repeats, optional, about)


P = TypeVar("P", bound=Parameters)
A = TypeVar("A")


def never(_: Any) -> bool:
    """For what does not depend on what is asked."""
    return False


def always(_: Any) -> bool:
    """For what does not depend on what is asked."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[P, A]):
    """A question, by which every way in finds it."""

    name: str
    """Of its command and, with hyphens, of its address."""
    parameters: type[P]
    """The docstring of this class is the question as people ask it."""
    answer: Callable[[Service, P], A]
    """Its docstring says what the answer is."""
    returns: type[A]
    """The type of the answer, whose docstring says what it is."""
    heading: str
    """Under which the terminal lists it."""
    tag: str
    """Under which OpenAPI lists it."""
    path: str = ""
    """Its address under `/v1`, where that is not its name."""
    problems: tuple[int, ...] = ()
    """Statuses of HTTP that it may have besides those of every question."""
    heavy: bool = False
    """Whether it searches or derives: then only so many are answered at a time."""
    live: Callable[[P], bool] = never
    """Whether it asks the graph database while it is answered."""
    settled: bool = True
    """Whether its answer follows from the content of a snapshot alone, at whatever time."""
    kept: bool = True
    """Whether its answer stays the same while the service runs on one snapshot."""

    @property
    def address(self) -> str:
        """Its address under `/v1`, with what stands for a name in it."""
        return self.path or f"/{self.name.replace('_', '-')}"

    @property
    def sent(self) -> Parameter | None:
        """The parameter that is sent in the body, if one is."""
        return next((one for one in parameters_of(self.parameters) if one.about.sent), None)

    @property
    def asks(self) -> str:
        """The question as people ask it."""
        return self.parameters.__doc__ or ""

    @property
    def says(self) -> str:
        """What the answer is."""
        return self.answer.__doc__ or ""

    def of(self, given: Mapping[str, Any]) -> P:
        """The parameters, of which those that were not given have their defaults.

        Raises BadQuestion.
        """
        return self.parameters(**given)

    def ask(self, service: Service, **given: Any) -> A:
        """The answer of a service. Raises what the question raises."""
        return self.answer(service, self.of(given))

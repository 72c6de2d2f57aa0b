"""Data classes, enumerations and named tuples: code that writes classes, on which
half of modern Python programs rest."""

import collections
import dataclasses
import enum
import typing


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


@dataclasses.dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    tags: list = dataclasses.field(default_factory=list, compare=False)


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    @property
    def shout(self):
        return self.name + "!"


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()
    RUN = enum.auto()
    ALL = READ | WRITE | RUN


def test_generated_methods_compare_and_print():
    assert Version(1, 2) < Version(1, 3) <= Version(1, 3, ["x"]) == Version(1, 3)
    assert raised(lambda: Version(1) < (1, 0)) is TypeError
    assert Version(1).tags is not Version(1).tags
    return [repr(Version(3, tags=["a"])).split(".")[-1], repr(Point(1, 2)).split(".")[-1]]


def test_frozen_instances_are_hashable_and_refuse_writes():
    point = Point(1)
    assert raised(setattr, point, "x", 2) is dataclasses.FrozenInstanceError
    assert raised(delattr, point, "x") is dataclasses.FrozenInstanceError
    assert {point: "found"}[Point(1, 0)] == "found"
    assert raised(hash, Version(1)) is TypeError


def test_fields_convert_and_replace():
    nested = Version(1, tags=[Version(2)])
    copied = dataclasses.asdict(nested)
    assert copied["tags"][0]["major"] == 2 and copied["tags"] is not nested.tags
    assert dataclasses.replace(Point(1, 2), y=5) == Point(1, 5)
    assert raised(dataclasses.replace, Point(1), z=1) is TypeError
    names = [field.name for field in dataclasses.fields(Version)]
    return [copied, list(dataclasses.astuple(Point(3))), names]


def test_initialisation_only_values_reach_the_hook():
    @dataclasses.dataclass
    class Circle:
        radius: int
        scale: dataclasses.InitVar[int] = 1
        area: int = dataclasses.field(init=False, repr=False)
        kind: typing.ClassVar[str] = "round"

        def __post_init__(self, scale):
            self.area = self.radius**2 * scale

    assert Circle(3, 2).area == 18 and raised(Circle, 1, area=2) is TypeError
    assert [field.name for field in dataclasses.fields(Circle)] == ["radius", "area"]


def test_inherited_fields_come_first_and_keep_their_place():
    @dataclasses.dataclass
    class Base:
        a: int
        b: int = 1

    @dataclasses.dataclass
    class Child(Base):
        c: int = 2
        a: str = "changed"

    child = Child()
    return [[field.name for field in dataclasses.fields(Child)], child.a, child.b, child.c]


def test_mistaken_definitions_are_refused():
    def mutable_default():
        @dataclasses.dataclass
        class Bad:
            items: list = []

    def default_before_required():
        @dataclasses.dataclass
        class Bad:
            a: int = 1
            b: int

    assert raised(mutable_default) is ValueError
    assert raised(default_before_required) is TypeError


def test_enumeration_members_are_singletons_and_aliases_are_names():
    assert Colour(1) is Colour["CRIMSON"] is Colour.RED and isinstance(Colour.RED, Colour)
    assert raised(Colour, 5) is ValueError and raised(Colour.__getitem__, "BLUE") is KeyError
    assert raised(setattr, Colour, "RED", 2) is AttributeError
    assert Colour.RED != 1 and Colour.GREEN.shout == "GREEN!"
    return [[member.name for member in Colour], list(Colour.__members__), str(Colour.RED)]


def test_enumerations_cannot_be_extended_once_they_have_members():
    def extend():
        class Palette(Colour):
            BLUE = 3

    assert raised(extend) is TypeError


def test_flags_combine():
    mixed = Access.READ | Access.RUN
    assert Access.RUN in mixed and Access.WRITE not in mixed and Access.ALL & ~mixed == Access.WRITE
    assert mixed ^ Access.RUN == Access.READ and not Access.READ & Access.WRITE
    assert Access(5) is mixed and bool(Access(0)) is False
    return [mixed.value, Access.ALL.value, (Access.ALL ^ Access.WRITE).value]


def test_integer_enumerations_are_integers():
    class Level(enum.IntEnum):
        LOW = 1
        HIGH = 10

    assert Level.LOW < 5 < Level.HIGH and Level.HIGH + 1 == 11 and [0, "x"][Level.LOW] == "x"
    assert sorted([Level.HIGH, Level.LOW])[0] is Level.LOW and "%d" % Level.HIGH == "10"


def test_members_can_be_made_from_values():
    class Planet(enum.Enum):
        EARTH = ("earth", 3)
        MARS = ("mars", 4)

        def __init__(self, label, position):
            self.label = label
            self.position = position

        @classmethod
        def _missing_(cls, value):
            return next((planet for planet in cls if planet.label == value), None)

    assert Planet("mars") is Planet.MARS and raised(Planet, "pluto") is ValueError
    return [[planet.name, planet.position] for planet in Planet]


def test_named_tuples_are_tuples_with_names():
    class Person(typing.NamedTuple):
        name: str
        age: int = 0

    pair = collections.namedtuple("pair", "left right", defaults=[2])
    ada = Person("Ada")
    assert ada == ("Ada", 0) and ada._replace(age=36).age == 36 and hash(ada) == hash(("Ada", 0))
    assert raised(setattr, ada, "age", 1) is AttributeError
    assert raised(collections.namedtuple, "bad", "a class") is ValueError
    return [repr(pair(1)), pair(1)._asdict(), list(Person._fields), repr(ada)]

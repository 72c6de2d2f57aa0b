"""Classes: method resolution, cooperative calls, slots, subclass hooks, operators and
special methods, which are looked up on the type."""


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def names(classes):
    return [cls.__name__ for cls in classes]


def test_method_resolution_is_a_linearisation():
    class A: ...

    class B(A): ...

    class C(A): ...

    class D(B, C): ...

    class E(C): ...

    class F(D, E): ...

    assert raised(type, "G", (A, B), {}) is TypeError
    assert raised(type, "H", (A, A), {}) is TypeError
    return names(F.__mro__)


def test_super_cooperates_along_the_whole_order():
    class Root:
        def path(self):
            return ["Root"]

    class Left(Root):
        def path(self):
            return ["Left", *super().path()]

    class Right(Root):
        def path(self):
            return ["Right", *super().path()]

    class Both(Left, Right):
        def path(self):
            return ["Both", *super().path()]

    return Both().path()


def test_super_works_in_nested_functions_and_class_methods():
    class Base:
        @classmethod
        def create(cls):
            return cls.__name__

        def value(self):
            return 1

    class Child(Base):
        @classmethod
        def create(cls):
            return "made " + super().create()

        def value(self):
            def inner():
                return super(Child, self).value() + __class__.bonus

            return inner()

        bonus = 10

    assert Child.create() == "made Child" and Child().value() == 11


def test_method_taken_from_one_class_refuses_a_foreign_instance():
    class Base:
        def method(self):
            return super().__repr__()

    assert raised(Base.method, 5) is TypeError


def test_slots_forbid_other_attributes():
    class Point:
        __slots__ = ("x", "y")

        def __init__(self, x):
            self.x = x

    point = Point(3)
    assert point.x == 3 and not hasattr(point, "__dict__")
    assert raised(setattr, point, "z", 1) is AttributeError
    assert raised(getattr, point, "y") is AttributeError
    del point.x
    assert not hasattr(point, "x")


def test_slots_and_inheritance():
    class Base:
        __slots__ = ("a",)

    class Open(Base):
        pass

    class Other:
        __slots__ = ("b",)

    open_instance = Open()
    open_instance.a, open_instance.extra = 1, 2
    assert open_instance.__dict__ == {"extra": 2}
    assert raised(type, "Both", (Base, Other), {}) is TypeError
    assert raised(type, "Clash", (), {"__slots__": ("a",), "a": 1}) is ValueError


def test_subclass_hook_sees_keywords_and_names_are_set_before():
    log = []

    class Field:
        def __set_name__(self, owner, name):
            log.append(["set name", owner.__name__, name])

    class Plugin:
        def __init_subclass__(cls, *, tag="none", **rest):
            super().__init_subclass__(**rest)
            log.append(["subclass", cls.__name__, tag])

    class First(Plugin, tag="first"):
        field = Field()
        other = Field()

    class Second(First):
        pass

    assert raised(lambda: type("Bad", (Plugin,), {}, wrong=1)) is TypeError
    return log


def test_missing_attributes_fall_back():
    class Fallback:
        present = 1

        def __getattr__(self, name):
            if name.startswith("x"):
                return name.upper()
            raise AttributeError(name)

    thing = Fallback()
    assert thing.present == 1 and thing.xyz == "XYZ"
    assert getattr(thing, "other", "default") == "default" and not hasattr(thing, "other")


def test_special_methods_are_looked_up_on_the_type():
    class Sized:
        def __len__(self):
            return 1

        def __getattribute__(self, name):
            raise AssertionError("asked the instance for " + name)

    class Plain:
        pass

    plain = Plain()
    plain.__len__ = lambda: 5
    assert raised(len, plain) is TypeError and len(Sized()) == 1


def test_new_may_return_something_else():
    log = []

    class Maybe:
        def __new__(cls, value):
            return super().__new__(cls) if value else "nothing"

        def __init__(self, value):
            log.append(value)

    assert Maybe(0) == "nothing" and isinstance(Maybe(1), Maybe) and log == [1]


def test_operators_try_the_subclass_first():
    log = []

    class Base:
        def __add__(self, other):
            log.append("Base.__add__")
            return NotImplemented

        def __radd__(self, other):
            log.append(type(self).__name__ + ".__radd__")
            return "sum"

    class Child(Base):
        def __radd__(self, other):
            log.append("Child.__radd__")
            return NotImplemented

    results = [1 + Base(), raised(lambda: Base() + Child())]
    assert results == ["sum", TypeError]
    return log


def test_comparison_falls_back_to_the_reflected_method_then_identity():
    class Silent:
        def __eq__(self, other):
            return NotImplemented

    class Greater:
        def __gt__(self, other):
            return "reflected"

    silent = Silent()
    assert silent == silent and silent != Silent()
    assert (object() < Greater()) == "reflected"
    assert raised(lambda: silent < silent) is TypeError


def test_inequality_inverts_equality():
    class Same:
        def __eq__(self, other):
            return True

    assert not Same() != 5 and Same.__hash__ is None
    assert object() not in [Same] and 5 in [Same()]


def test_in_place_operator_falls_back_to_the_plain_one():
    class Vector:
        def __init__(self, *items):
            self.items = items

        def __add__(self, other):
            return Vector(*self.items, *other.items)

    vector = before = Vector(1)
    vector += Vector(2)
    assert vector is not before and vector.items == (1, 2) and before.items == (1,)


def test_truth_asks_bool_then_length():
    class Length:
        def __init__(self, length):
            self.length = length

        def __len__(self):
            return self.length

    class Truth(Length):
        def __bool__(self):
            return self.length

    assert bool(Length(2)) and not Length(0) and bool(object())
    assert raised(bool, Length(-1)) is ValueError and raised(bool, Truth(1)) is TypeError


def test_results_of_special_methods_are_checked():
    def instance(method, result):
        return type("Liar", (), {method: lambda self, *rest: result})()

    assert raised(hash, instance("__hash__", "x")) is TypeError
    assert raised(str, instance("__str__", 1)) is TypeError
    assert raised(iter, instance("__iter__", 1)) is TypeError
    assert raised(len, instance("__len__", 1.0)) is TypeError
    assert raised(int, instance("__int__", "1")) is TypeError
    assert raised(format, instance("__format__", b"")) is TypeError


def test_membership_uses_iteration_when_it_must():
    class Letters:
        def __getitem__(self, index):
            return "abc"[index]

    class Closed(Letters):
        __contains__ = None

    assert "b" in Letters() and "z" not in Letters() and list(Letters()) == ["a", "b", "c"]
    assert raised(lambda: "a" in Closed()) is TypeError


def test_operations_on_subclasses_of_builtins_return_the_base():
    class Number(int): ...

    class Text(str): ...

    class Items(list): ...

    results = [Number(1) + 1, Text("a").upper(), Text("a") + "b", Items([1])[:], Items([1]) * 2]
    assert type(Items([1]).copy()) is list and type(Text("x")[:]) is str
    return [type(result).__name__ for result in results]


def test_class_body_keeps_definition_order():
    class Ordered:
        zeta = 1
        alpha = 2

        def method(self): ...

        beta = 3

    public = [name for name in vars(Ordered) if not name.startswith("_")]
    return [public, Ordered.method.__qualname__.split(".")[-2:]]


def test_instances_can_change_their_class():
    class Caterpillar:
        kind = "caterpillar"

    class Butterfly:
        kind = "butterfly"

    animal = Caterpillar()
    animal.name = "kept"
    animal.__class__ = Butterfly
    assert animal.kind == "butterfly" and animal.name == "kept"
    assert raised(setattr, animal, "__class__", int) is TypeError


def test_abstract_classes_cannot_be_made():
    import abc

    class Shape(abc.ABC):
        @property
        @abc.abstractmethod
        def area(self): ...

    class Square(Shape):
        area = 4

    class Registered: ...

    Shape.register(Registered)
    assert raised(Shape) is TypeError and Square().area == 4
    assert isinstance(Registered(), Shape) and Shape not in Registered.__mro__


def test_protocols_of_containers_are_recognised_by_their_methods():
    from collections import abc

    class Walker:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration

    assert isinstance(Walker(), abc.Iterator) and issubclass(Walker, abc.Iterable)
    assert not isinstance(Walker(), abc.Sized) and isinstance(list.append, abc.Callable)


def test_generic_classes_can_be_subscribed():
    class Box:
        def __class_getitem__(cls, item):
            return [cls.__name__, item]

    assert Box["x"] == ["Box", "x"] and list[int] == list[int] != list[str]
    assert list[int]([1]) == [1]
    alias = dict[str, list[int]]
    assert alias.__origin__ is dict and alias.__args__ == (str, list[int])
    return [repr(alias), repr(tuple[int, ...])]

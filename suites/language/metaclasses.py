"""Metaclasses: preparing, making, calling and comparing classes, as frameworks do."""


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_class_statement_calls_the_metaclass_in_order():
    log = []

    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases, **keywords):
            log.append(["prepare", name, sorted(keywords)])
            return {}

        def __new__(mcs, name, bases, namespace, **keywords):
            log.append(["new", "value" in namespace])
            return super().__new__(mcs, name, bases, namespace)

        def __init__(cls, name, bases, namespace, **keywords):
            log.append(["init", cls.__name__])
            super().__init__(name, bases, namespace)

        def __call__(cls, *arguments):
            log.append(["call", list(arguments)])
            return super().__call__()

    class Thing(metaclass=Meta, option=1):
        value = 1

    Thing("ignored")
    return log


def test_prepared_namespace_sees_every_assignment():
    class Recording(dict):
        def __setitem__(self, key, value):
            if not key.startswith("__"):
                seen.append(key)
            super().__setitem__(key, value)

    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases):
            return Recording()

    seen = []

    class Thing(metaclass=Meta):
        b = 1
        a = 2
        b = 3  # noqa: PIE794 - assigned twice on purpose

        def method(self): ...

    assert Thing.b == 3 and type(Thing.__dict__) is not Recording
    return seen


def test_most_derived_metaclass_wins_and_strangers_conflict():
    class First(type): ...

    class Second(First): ...

    class Stranger(type): ...

    one, two = First("One", (), {}), Second("Two", (), {})
    other = Stranger("Other", (), {})

    class Both(one, two): ...

    assert type(Both) is Second
    assert raised(type, "Conflict", (one, other), {}) is TypeError


def test_instance_and_subclass_checks_can_be_replaced():
    class Even(type):
        def __instancecheck__(cls, instance):
            return isinstance(instance, int) and instance % 2 == 0

        def __subclasscheck__(cls, subclass):
            return subclass is float

    class EvenNumber(metaclass=Even): ...

    assert isinstance(4, EvenNumber) and not isinstance(3, EvenNumber)
    assert issubclass(float, (str, EvenNumber)) and not issubclass(int, EvenNumber)
    assert isinstance(EvenNumber(), EvenNumber), "an exact instance is not asked about"


def test_operators_on_classes_come_from_the_metaclass():
    class Meta(type):
        def __len__(cls):
            return len(cls.items)

        def __iter__(cls):
            return iter(cls.items)

        def __or__(cls, other):
            return "union"

        def __getattr__(cls, name):
            return name * 2

    class Thing(metaclass=Meta):
        items = ("a", "b")

    assert len(Thing) == 2 and list(Thing) == ["a", "b"] and Thing | 1 == "union"
    assert Thing.xy == "xyxy" and raised(getattr, Thing(), "xy") is AttributeError


def test_classes_can_be_made_by_calling_type():
    made = type("Made", (dict,), {"twice": lambda self: len(self) * 2, "__module__": "somewhere"})
    assert made(a=1).twice() == 2 and made.__bases__ == (dict,) and made.__module__ == "somewhere"
    assert raised(type, "Bad", (bool,), {}) is TypeError
    assert raised(type, "Bad", (5,), {}) is TypeError
    assert raised(type, 5, (), {}) is TypeError


def test_bases_may_be_replaced_by_an_entry():
    class Entry:
        def __mro_entries__(self, bases):
            return (list,)

    entry = Entry()

    class Thing(entry): ...

    assert Thing.__bases__ == (list,) and Thing.__orig_bases__ == (entry,)


def test_resolution_order_can_be_computed_by_the_metaclass():
    class Meta(type):
        def mro(cls):
            return [cls, *reversed(super().mro()[1:-1]), object]

    class A:
        name = "A"

    class B(A):
        name = "B"

    class Thing(B, metaclass=Meta): ...

    assert Thing.name == "A" and B.name == "B"
    return [cls.__name__ for cls in Thing.__mro__]


def test_class_cell_must_reach_type():
    class Meta(type):
        def __new__(mcs, name, bases, namespace):
            kept = {key: value for key, value in namespace.items() if key != "__classcell__"}
            return super().__new__(mcs, name, bases, kept)

    def define():
        class Broken(metaclass=Meta):
            def method(self):
                return __class__

    assert raised(define) is RuntimeError


def test_bases_can_be_changed_later():
    class Quiet:
        def speak(self):
            return "..."

    class Loud:
        def speak(self):
            return "!"

    class Animal(Quiet): ...

    animal = Animal()
    assert animal.speak() == "..."
    Animal.__bases__ = (Loud,)
    assert animal.speak() == "!" and issubclass(Animal, Loud) and not issubclass(Animal, Quiet)


def test_methods_added_later_reach_existing_instances():
    class Thing:
        def __len__(self):
            return 1

    thing = Thing()
    before = [len(thing), raised(lambda: thing + 1)]
    Thing.__len__ = lambda self: 2
    Thing.__add__ = lambda self, other: "sum"
    assert [*before, len(thing), thing + 1] == [1, TypeError, 2, "sum"]
    del Thing.__len__
    assert raised(len, thing) is TypeError

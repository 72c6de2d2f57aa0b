"""Attribute access through descriptors: which wins over the instance, how functions
become methods, and what properties do when they fail."""

import functools


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


class Shadowable:
    """Only __get__: the instance wins."""

    def __get__(self, instance, owner):
        return "descriptor"


class Dominant(Shadowable):
    """Also __set__: the descriptor wins."""

    def __set__(self, instance, value):
        instance.__dict__["log"] = value


class Host:
    shadowable = Shadowable()
    dominant = Dominant()


def test_data_descriptors_win_over_the_instance():
    host = Host()
    host.__dict__.update(shadowable="instance", dominant="instance")
    assert host.shadowable == "instance" and host.dominant == "descriptor"
    host.dominant = 5
    assert host.log == 5
    assert raised(delattr, host, "dominant") is AttributeError


def test_descriptors_learn_how_they_were_reached():
    class Reporter:
        def __get__(self, instance, owner=None):
            return [instance is None, owner and owner.__name__]

    class Base:
        attribute = Reporter()

    class Child(Base):
        pass

    return [Base.attribute, Child.attribute, Child().attribute, super(Child, Child()).attribute]


def test_descriptors_on_instances_are_plain_values():
    host = Host()
    host.own = Shadowable()
    assert isinstance(host.own, Shadowable)


def test_property_reads_writes_and_deletes():
    class Temperature:
        """Kept in kelvin."""

        kelvin = 273

        @property
        def celsius(self):
            """Degrees."""
            return self.kelvin - 273

        @celsius.setter
        def celsius(self, value):
            self.kelvin = value + 273

        @celsius.deleter
        def celsius(self):
            del self.kelvin

    water = Temperature()
    water.celsius = 100
    assert water.kelvin == 373 and Temperature.celsius.__doc__ == "Degrees."
    del water.celsius
    assert water.celsius == 0
    assert raised(setattr, Temperature(), "celsius", "x") is TypeError


def test_read_only_property_refuses_writes():
    class Fixed:
        value = property(lambda self: 1)

    assert raised(setattr, Fixed(), "value", 2) is AttributeError
    assert raised(delattr, Fixed(), "value") is AttributeError


def test_attribute_error_in_a_property_reaches_getattr():
    """The error of the property is lost: a classic surprise, but promised."""

    class Proxy:
        @property
        def broken(self):
            return [].no_such_method

        def __getattr__(self, name):
            return "fallback for " + name

    assert Proxy().broken == "fallback for broken"


def test_functions_become_methods_by_attribute_access():
    class Greeter:
        def greet(self):
            return self

    greeter = Greeter()
    method = greeter.greet
    assert method.__self__ is greeter and method.__func__ is Greeter.greet
    assert method == greeter.greet and hash(method) == hash(greeter.greet)
    assert method != Greeter().greet and method() is greeter
    assert Greeter.greet.__get__(7)() == 7


def test_class_and_static_methods():
    class Factory:
        @classmethod
        def make(cls):
            return cls.__name__

        @staticmethod
        def add(left, right):
            return left + right

    class Child(Factory):
        pass

    assert Child.make() == Child().make() == "Child" and Child.add(1, 2) == Child().add(1, 2) == 3
    assert Child.make.__self__ is Child and Factory.__dict__["add"].__func__(1, 1) == 2


def test_builtin_functions_do_not_become_methods():
    class Holder:
        size = len
        shout = str.upper

    assert Holder().size("abc") == 3
    assert raised(lambda: Holder().shout()) is TypeError


def test_cached_property_is_computed_once():
    calls = []

    class Report:
        @functools.cached_property
        def total(self):
            calls.append("computed")
            return 42

    report = Report()
    assert report.total + report.total == 84 and calls == ["computed"]
    del report.total
    assert report.total == 42 and len(calls) == 2


def test_partial_methods_bind():
    class Lamp:
        lit = False

        def switch(self, state):
            self.lit = state
            return state

        turn_on = functools.partialmethod(switch, True)

    lamp = Lamp()
    assert lamp.turn_on() and lamp.lit


def test_slots_are_descriptors():
    class Point:
        __slots__ = ("x",)

    point = Point()
    Point.x.__set__(point, 5)
    assert Point.x.__get__(point) == 5 and Point.x.__name__ == "x"
    assert raised(Point.x.__get__, object()) is TypeError


def test_attributes_of_a_class_come_from_its_metaclass_last():
    class Meta(type):
        shared = "meta"
        both = "meta"
        forced = property(lambda cls: "meta property")

    class Thing(metaclass=Meta):
        both = "class"
        forced = "class"

    assert [Thing.shared, Thing.both, Thing.forced] == ["meta", "class", "meta property"]
    assert raised(getattr, Thing(), "shared") is AttributeError


def test_getattribute_intercepts_everything_but_special_lookups():
    log = []

    class Watched:
        value = 1

        def __getattribute__(self, name):
            log.append(name)
            return super().__getattribute__(name)

        def __len__(self):
            return self.value

    assert len(Watched()) == 1 and Watched().value == 1
    return log

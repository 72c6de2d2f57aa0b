"""Properties, own descriptors, class methods and __getattr__: attribute access that runs code."""

SIZES = {"small": 3000, "large": 30000}  # rounds


class Clamped:
    """An integer attribute that stays between two bounds."""

    def __init__(self, lowest, highest):
        self.lowest = lowest
        self.highest = highest

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner):
        return getattr(instance, self.slot)

    def __set__(self, instance, value):
        setattr(instance, self.slot, min(max(value, self.lowest), self.highest))


class Thermostat:
    target = Clamped(50, 300)

    def __init__(self, target):
        self.target = target
        self.offset = 0

    @property
    def effective(self):
        return self.target + self.offset

    @effective.setter
    def effective(self, value):
        self.offset = value - self.target

    @classmethod
    def at(cls, target):
        return cls(target)

    @staticmethod
    def rounded(value):
        return value // 5 * 5

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return len(name)


def setup(size):
    return [index * 7919 % 400 for index in range(size)]


def run(targets):
    thermostat = Thermostat.at(200)
    checksum = 0
    for target in targets:
        thermostat.target = target
        thermostat.effective += thermostat.rounded(target) & 7
        checksum += thermostat.effective + thermostat.humidity
    return checksum

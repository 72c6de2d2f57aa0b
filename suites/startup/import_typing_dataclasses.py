"""What typed code imports, and three classes made by it: annotations are paid for at start-up."""

import collections.abc
import dataclasses
import enum
import typing

Item = typing.TypeVar("Item")


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


@dataclasses.dataclass(frozen=True, order=True)
class Pixel:
    x: int
    y: int
    colour: Colour = Colour.RED
    note: typing.Optional[str] = None


@dataclasses.dataclass
class Layer(typing.Generic[Item]):
    items: list[Item] = dataclasses.field(default_factory=list)
    render: typing.Optional[collections.abc.Callable[[Item], str]] = None

    def rendered(self) -> list[str]:
        return [self.render(item) for item in self.items] if self.render else []

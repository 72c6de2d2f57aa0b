"""A tree of actors, each of which asks its children: calls that wait for calls."""

from _library import begin, ray

SIZES = {"small": (3, 20), "large": (4, 200)}


@ray.remote
class Node:
    def __init__(self, depth, number):
        self.number = number
        self.children = []
        if depth:
            make = Node.options(num_cpus=0)
            self.children = [make.remote(depth - 1, 2 * number + side) for side in (0, 1)]

    def total(self, factor):
        below = ray.get([child.total.remote(factor) for child in self.children])
        return (self.number * factor + sum(below)) % 1000000007


def setup(size):
    depth, rounds = size
    begin(__name__)
    root = Node.options(num_cpus=0).remote(depth - 1, 1)
    ray.get(root.total.remote(1))
    return root, rounds


def run(state):
    root, rounds = state
    return sum(ray.get([root.total.remote(factor) for factor in range(rounds)]))

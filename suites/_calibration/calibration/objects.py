"""An object made and its methods called, once a unit."""

from _dose import units

SIZES = {"small": 1000}


class Account:
    def __init__(self, owner):
        self.owner = owner
        self.balance = 0

    def pay(self, amount):
        self.balance += amount
        return self


def setup(size):
    return range(units(size))


def run(state):
    balance = 0
    for _ in state:
        balance = Account("me").pay(5).pay(-2).pay(7).balance
    return balance

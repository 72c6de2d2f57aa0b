"""Own, inherited and super methods on one class: attribute look-up and how well it is cached."""

SIZES = {"small": 5000, "large": 50000}  # transactions


class Account:
    fee = 2

    def __init__(self):
        self.balance = 1000
        self.moves = 0

    def deposit(self, amount):
        self.balance += amount
        self.moves += 1

    def withdraw(self, amount):
        self.balance -= amount + self.fee
        self.moves += 1

    def is_overdrawn(self):
        return self.balance < 0


class SavingsAccount(Account):
    fee = 5

    def __init__(self):
        super().__init__()
        self.interest = 0

    def deposit(self, amount):
        super().deposit(amount)
        self.interest += self.balance // 100


def setup(size):
    return [index * 7919 % 997 for index in range(size)]


def run(amounts):
    account = SavingsAccount()
    overdrawn = 0
    for amount in amounts:
        account.deposit(amount)
        account.withdraw(amount + 3)
        if account.is_overdrawn():
            account.deposit(account.interest % 5000 + 500)
            account.interest = 0
            overdrawn += 1
    return account.balance + account.moves * 1000 + overdrawn * 1000000000

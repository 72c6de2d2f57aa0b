"""One call site that meets eight classes in no order: what an inline cache cannot hold."""

SIZES = {"small": 20000, "large": 200000}  # calls


class Instruction:
    def __init__(self, operand):
        self.operand = operand

    def apply(self, value):
        raise NotImplementedError


class Add(Instruction):
    def apply(self, value):
        return value + self.operand


class Subtract(Instruction):
    def apply(self, value):
        return value - self.operand


class Multiply(Instruction):
    def apply(self, value):
        return value * self.operand


class Divide(Instruction):
    def apply(self, value):
        return value // self.operand


class Mix(Instruction):
    def apply(self, value):
        return value ^ self.operand


class Keep(Instruction):
    def apply(self, value):
        return value | self.operand


class Shift(Instruction):
    def apply(self, value):
        return value << self.operand % 8


class Mirror(Instruction):
    def apply(self, value):
        return self.operand - value


def setup(size):
    kinds = [Add, Subtract, Multiply, Divide, Mix, Keep, Shift, Mirror]
    instructions, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        instructions.append(kinds[value >> 8 & 7](value % 997 + 1))
    return instructions


def run(instructions):
    value = 1
    for instruction in instructions:
        value = instruction.apply(value) & 0xFFFFFF
    return value

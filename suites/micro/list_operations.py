"""Lists grown, cut, rotated and compared: append, pop, slices, deletion and concatenation."""

SIZES = {"small": 1200, "large": 12000}  # rounds

LONGEST = 64


def setup(size):
    numbers, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        numbers.append(value >> 8)
    return numbers


def run(numbers):
    deck = [0]
    checksum = 0
    for number in numbers:
        cut = number % len(deck)
        deck = deck[cut:] + deck[:cut]
        deck.append(number % 1009)
        deck.extend(deck[-3:])
        deck.insert(cut, number % 13)
        if len(deck) > LONGEST:
            del deck[::2]
        deck[1:3] = deck[2:0:-1]
        top = deck.pop()
        checksum = (checksum * 31 + top + sum(deck[:8]) + (deck < numbers)) % 1000000007
        for position, card in enumerate(deck):
            if card == top:
                deck[position] = cut
    return checksum

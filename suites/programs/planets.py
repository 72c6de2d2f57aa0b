"""A star and its planets under gravity: float arithmetic on many short-lived vector objects."""

from math import sqrt

SIZES = {"small": (6, 200), "large": (6, 2000)}  # planets, steps

GRAVITY = 39.5
STEP = 0.002


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def length(self):
        return sqrt(self.dot(self))


class Body:
    def __init__(self, mass, position, velocity):
        self.mass = mass
        self.position = position
        self.velocity = velocity

    def copy(self):
        return Body(self.mass, self.position, self.velocity)

    def pull_on(self, other):
        """Return the acceleration that this body gives to the other."""
        gap = self.position - other.position
        distance = gap.length()
        return gap * (GRAVITY * self.mass / (distance * distance * distance))

    def kinetic_energy(self):
        return 0.5 * self.mass * self.velocity.dot(self.velocity)


def setup(size):
    """Return a star and planets on nearly circular orbits, a third of a turn apart."""
    planets, steps = size
    bodies = [Body(1.0, Vector(0.0, 0.0, 0.0), Vector(0.0, 0.0, 0.0))]
    directions = [(1.0, 0.0), (-0.5, sqrt(0.75)), (-0.5, -sqrt(0.75))]
    for number in range(planets):
        radius = 0.6 + 0.45 * number
        speed = sqrt(GRAVITY / radius)
        x, y = directions[number % 3]
        position = Vector(x * radius, y * radius, 0.02 * (number % 4))
        velocity = Vector(-y * speed, x * speed, 0.05 * speed)
        bodies.append(Body(0.0004 * (number + 1), position, velocity))
    return bodies, steps


def kick(bodies, duration):
    """Change every velocity by the pull of all other bodies."""
    for body in bodies:
        pull = Vector(0.0, 0.0, 0.0)
        for other in bodies:
            if other is not body:
                pull += other.pull_on(body)
        body.velocity += pull * duration


def drift(bodies, duration):
    for body in bodies:
        body.position += body.velocity * duration


def energy(bodies):
    total = 0.0
    for index, body in enumerate(bodies):
        total += body.kinetic_energy()
        for other in bodies[index + 1 :]:
            distance = (body.position - other.position).length()
            total -= GRAVITY * body.mass * other.mass / distance
    return total


def run(state):
    """Integrate by leapfrog, which keeps the energy in bounds, and add up where all bodies are."""
    start, steps = state
    bodies = [body.copy() for body in start]
    for _ in range(steps):
        drift(bodies, STEP / 2)
        kick(bodies, STEP)
        drift(bodies, STEP / 2)
    if abs(energy(bodies) - energy(start)) > 0.001:
        raise ArithmeticError("energy was not conserved")
    far = Vector(10.0, 10.0, 10.0)
    return sum(int((body.position + far).dot(far) * 1000) for body in bodies)

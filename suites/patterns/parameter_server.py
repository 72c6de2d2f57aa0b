"""Workers that fetch weights from one actor and push updates back: rounds of calls and results."""

from _library import begin, checksum, ray

SIZES = {"small": (20, 4, 50), "large": (200, 8, 500)}


@ray.remote
class Server:
    def __init__(self, width):
        self.weights = [0] * width

    def apply(self, *updates):
        for update in updates:
            self.weights = [weight + change for weight, change in zip(self.weights, update)]
        return self.weights


@ray.remote
class Trainer:
    def __init__(self, number):
        self.number = number

    def update(self, weights):
        return [(weight * 3 + self.number + at) % 101 - 50 for at, weight in enumerate(weights)]


def setup(size):
    rounds, trainers, width = size
    begin(__name__)
    return rounds, [Trainer.options(num_cpus=0).remote(n) for n in range(trainers)], width


def run(state):
    rounds, trainers, width = state
    server = Server.options(num_cpus=0).remote(width)
    weights = server.apply.remote()
    for _ in range(rounds):
        weights = server.apply.remote(*[trainer.update.remote(weights) for trainer in trainers])
    return checksum(ray.get(weights))

"""Roads between towns: Dijkstra with a heap and a spanning tree with union-find, over objects."""

import heapq

SIZES = {"small": (1000, 6), "large": (8000, 8)}  # towns, journeys

FAR = 1 << 60
NEIGHBOURS = 4


class Town:
    def __init__(self, number, x, y):
        self.number = number
        self.x = x
        self.y = y
        self.roads = []


class Road:
    def __init__(self, start, end, length):
        self.start = start
        self.end = end
        self.length = length

    def other_end(self, town):
        return self.end if town is self.start else self.start


class Network:
    def __init__(self):
        self.towns = []
        self.roads = []

    def add_town(self, x, y):
        self.towns.append(Town(len(self.towns), x, y))

    def connect(self, start, end):
        gap = abs(start.x - end.x) + abs(start.y - end.y)
        road = Road(start, end, gap + (start.number * 31 + end.number) % 17 + 1)
        start.roads.append(road)
        end.roads.append(road)
        self.roads.append(road)


class Regions:
    """Union-find: which towns can already reach each other."""

    def __init__(self, count):
        self.parents = list(range(count))
        self.sizes = [1] * count

    def find(self, town):
        parents = self.parents
        while parents[town] != town:
            parents[town] = parents[parents[town]]
            town = parents[town]
        return town

    def union(self, first, second):
        """Return whether the two were apart."""
        first, second = self.find(first), self.find(second)
        if first == second:
            return False
        if self.sizes[first] < self.sizes[second]:
            first, second = second, first
        self.parents[second] = first
        self.sizes[first] += self.sizes[second]
        return True


def setup(size):
    towns, journeys = size
    network, value = Network(), 20261
    for _ in range(towns):
        value = value * 48271 % 2147483647
        network.add_town(value % 1000, value // 1000 % 1000)
    by_column = sorted(network.towns, key=lambda town: (town.x, town.y))
    for index, town in enumerate(by_column):
        for other in by_column[index + 1 : index + 1 + NEIGHBOURS]:
            network.connect(town, other)
    stops = [network.towns[number * 7919 % towns] for number in range(journeys + 1)]
    return network, stops


def distances_from(network, origin):
    distances = [FAR] * len(network.towns)
    distances[origin.number] = 0
    queue = [(0, origin.number)]
    while queue:
        distance, number = heapq.heappop(queue)
        if distance > distances[number]:
            continue
        town = network.towns[number]
        for road in town.roads:
            reached = road.other_end(town).number
            longer = distance + road.length
            if longer < distances[reached]:
                distances[reached] = longer
                heapq.heappush(queue, (longer, reached))
    return distances


def path_back(network, distances, town):
    """Return the towns from here back to where the distances start, by the first road that fits."""
    path = [town]
    while distances[town.number]:
        for road in town.roads:
            nearer = road.other_end(town)
            if distances[nearer.number] + road.length == distances[town.number]:
                town = nearer
                break
        path.append(town)
    return path


def spanning_tree(network):
    regions = Regions(len(network.towns))
    shortest_first = sorted(network.roads, key=lambda road: road.length)
    return [road for road in shortest_first if regions.union(road.start.number, road.end.number)]


def run(state):
    network, stops = state
    checksum = sum(road.length for road in spanning_tree(network))
    for origin, goal in zip(stops, stops[1:]):
        distances = distances_from(network, origin)
        checksum += distances[goal.number] * 1009 + max(distances)
        checksum += len(path_back(network, distances, goal))
    return checksum

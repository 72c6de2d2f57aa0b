"""Records sorted by attribute, by tuple and by their own order: comparison, keys and stability."""

SIZES = {"small": 1500, "large": 12000}  # records


class Version:
    def __init__(self, major, minor, label):
        self.major = major
        self.minor = minor
        self.label = label

    def __lt__(self, other):
        if self.major != other.major:
            return self.major < other.major
        return self.minor < other.minor


def setup(size):
    versions, value = [], 20261
    for _ in range(size):
        value = value * 48271 % 2147483647
        versions.append(Version(value % 7, value // 7 % 31, f"v{value % 1009}"))
    return versions


def order_of(versions):
    checksum = 0
    for version in versions:
        step = version.major * 40 + version.minor + len(version.label)
        checksum = (checksum * 31 + step) % 1000000007
    return checksum


def run(versions):
    by_minor = sorted(versions, key=lambda version: version.minor, reverse=True)
    by_label = sorted(by_minor, key=lambda version: (version.label, version.major))
    by_version = sorted(by_label)
    return order_of(by_minor) + order_of(by_label) * 3 + order_of(by_version) * 5

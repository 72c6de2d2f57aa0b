"""Pages that link to pages, each fetched once by a pool of actors: work that finds more work."""

from _library import begin, checksum, ray

SIZES = {"small": (300, 4), "large": (10000, 8)}


@ray.remote
class Fetcher:
    def __init__(self, pages):
        self.pages = pages

    def fetch(self, page):
        return page, [(page * 7 + step * step) % self.pages for step in range(1, 5)]


def setup(size):
    begin(__name__)
    pages, fetchers = size
    return pages, [Fetcher.options(num_cpus=0).remote(pages) for _ in range(fetchers)]


def run(state):
    pages, fetchers = state
    seen, found, running, turn = {0}, [], [], 0
    waiting = [0]
    while waiting or running:
        for page in waiting:
            running.append(fetchers[turn % len(fetchers)].fetch.remote(page))
            turn += 1
        waiting = []
        ready, running = ray.wait(running)
        for page, links in ray.get(ready):
            found.append(page)
            for link in links:
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    return checksum(sorted(found))

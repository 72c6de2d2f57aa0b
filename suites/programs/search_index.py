"""An inverted index, ranked queries and a cache of answers: dictionaries of strings and sorting."""

from collections import OrderedDict

SIZES = {"small": (250, 250), "large": (700, 600)}  # documents, queries

CACHED = 24
BEST = 10
STOP_WORDS = {"a", "of", "the"}
PREFIXES = ["har", "sil", "mor", "ten", "vel", "cor", "lun", "pal"]
ENDINGS = ["vest", "ver", "ning", "der", "low", "ner", "ar", "ace", "", "s"]


class Random:
    def __init__(self, seed):
        self.value = seed

    def below(self, bound):
        self.value = self.value * 48271 % 2147483647
        return (self.value >> 4) % bound

    def word(self):
        """Return a word; small numbers are likelier, as frequent words are in real text."""
        rank = self.below(self.below(80) + 1)
        if self.below(4) == 0:
            return ("the", "of", "a")[rank % 3]
        return PREFIXES[rank % 8] + ENDINGS[rank // 8]


def setup(size):
    documents, queries = size
    random = Random(20261)
    texts = [sentence(random, 30 + random.below(60)) for _ in range(documents)]
    asked = [sentence(random, 2 + random.below(3)) for _ in range(queries // 4)]
    return texts, [asked[random.below(random.below(len(asked)) + 1)] for _ in range(queries)]


def sentence(random, length):
    words = [random.word() for _ in range(length)]
    return " ".join(words).capitalize() + "."


def words_of(text):
    for token in text.lower().split():
        word = token.strip(".,;")
        if word not in STOP_WORDS:
            yield word.removesuffix("s")


class Index:
    """Which document holds which word how often, and who answers queries from that."""

    def __init__(self):
        self.postings = {}
        self.lengths = []

    def add(self, text):
        number = len(self.lengths)
        length = 0
        for word in words_of(text):
            documents = self.postings.setdefault(word, {})
            documents[number] = documents.get(number, 0) + 1
            length += 1
        self.lengths.append(length)

    def rarity(self, word):
        """Return 1024 times a weight that grows as fewer documents hold the word."""
        return 1024 * len(self.lengths) // len(self.postings[word])

    def search(self, query):
        """Return the best (score, document) pairs, the earlier document first where scores tie."""
        scores = {}
        for word in words_of(query):
            if word in self.postings:
                rarity = self.rarity(word)
                for number, count in self.postings[word].items():
                    score = rarity * count * 3 // (count + 2) // (20 + self.lengths[number])
                    scores[number] = scores.get(number, 0) + score
        ranked = sorted(scores.items(), key=lambda found: (-found[1], found[0]))
        return [(score, number) for number, score in ranked[:BEST]]


class CachedSearch:
    """Remembers the answers that were asked for last."""

    def __init__(self, index, capacity):
        self.index = index
        self.capacity = capacity
        self.answers = OrderedDict()
        self.hits = 0

    def search(self, query):
        if query in self.answers:
            self.hits += 1
            self.answers.move_to_end(query)
        else:
            self.answers[query] = self.index.search(query)
            if len(self.answers) > self.capacity:
                self.answers.popitem(last=False)
        return self.answers[query]


def run(state):
    texts, queries = state
    index = Index()
    for text in texts:
        index.add(text)
    cached = CachedSearch(index, CACHED)
    checksum = 0
    for query in queries:
        for score, number in cached.search(query):
            checksum = (checksum * 31 + score * 1009 + number) % 1000000007
    return checksum * 10000 + cached.hits

"""Pages made from templates with loops, conditions and filters: closures, text and look-ups."""

import re

SIZES = {"small": 600, "large": 6000}  # articles on the page

TAG = re.compile(r"({{.*?}}|{%.*?%})")

PAGE = """<html><head><title>{{ site.name | upper }}</title></head>
<body>
{% for article in articles %}
  <article id="{{ article.slug }}" class="{% if article.new %}new{% else %}old{% endif %}">
    <h2>{{ article.title | title | escape }}</h2>
    {% if article.tags %}
    <ul>{% for tag in article.tags %}<li>{{ tag | escape }}</li>{% endfor %}</ul>
    {% endif %}
    <p>{{ article.text | escape | shorten }}</p>
    {% for comment in article.comments %}
      <p><b>{{ comment.author }}</b> {{ comment.stars | stars }} on {{ site.name }}</p>
    {% endfor %}
  </article>
{% endfor %}
</body></html>
"""


def escape(value):
    text = str(value)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(value):
    return value if len(value) <= 40 else value[:40].rsplit(" ", 1)[0] + "..."


FILTERS = {
    "escape": escape,
    "shorten": shorten,
    "stars": lambda count: "*" * count,
    "title": str.title,
    "upper": str.upper,
}


# An expression, and any piece of a template, becomes a function of the context


def resolver(path):
    """Return a function that follows dots into dictionaries and attributes."""
    first, *rest = path.split(".")

    def resolve(context):
        value = context[first]
        for name in rest:
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        return value

    return resolve


def filtered(expression):
    path, *names = (part.strip() for part in expression.split("|"))
    resolve = resolver(path)
    filters = [FILTERS[name] for name in names]

    def evaluate(context):
        value = resolve(context)
        for function in filters:
            value = function(value)
        return value

    return evaluate


def literal(text):
    return lambda context, emit: emit(text)


def output(expression):
    evaluate = filtered(expression)
    return lambda context, emit: emit(str(evaluate(context)))


def sequence(pieces):
    def render(context, emit):
        for piece in pieces:
            piece(context, emit)

    return render


def loop(name, expression, body):
    evaluate = filtered(expression)

    def render(context, emit):
        inner = dict(context)
        for value in evaluate(context):
            inner[name] = value
            body(inner, emit)

    return render


def condition(expression, body, otherwise):
    evaluate = filtered(expression)
    return lambda context, emit: (body if evaluate(context) else otherwise)(context, emit)


class Template:
    def __init__(self, source):
        self.tokens = iter(TAG.split(source))
        self.render_into, _ = self.block(ends=("",))

    def block(self, ends):
        """Compile up to one of the tags in `ends`; return the function and which tag it was."""
        pieces = []
        for token in self.tokens:
            if token.startswith("{{"):
                pieces.append(output(token[2:-2]))
            elif token.startswith("{%"):
                words = token[2:-2].split()
                if words[0] in ends:
                    return sequence(pieces), words[0]
                pieces.append(self.statement(words))
            elif token:
                pieces.append(literal(token))
        return sequence(pieces), ""

    def statement(self, words):
        if words[0] == "for":
            _, name, _, expression = words
            body, _ = self.block(ends=("endfor",))
            return loop(name, expression, body)
        body, end = self.block(ends=("else", "endif"))
        otherwise = self.block(ends=("endif",))[0] if end == "else" else sequence([])
        return condition(words[1], body, otherwise)

    def render(self, **context):
        parts = []
        self.render_into(context, parts.append)
        return "".join(parts)


class Comment:
    def __init__(self, author, stars):
        self.author = author
        self.stars = stars


def setup(size):
    return [article(number * 7919 % 10007) for number in range(size)]


def article(number):
    return {
        "slug": f"article-{number}",
        "new": number % 3 == 0,
        "title": f"salt & pepper, part {number}",
        "tags": [f"<{number % step}>" for step in range(2, 2 + number % 5)],
        "text": "if a < b then b > a & so on " * (number % 4 + 1),
        "comments": [Comment(f"reader {reader}", reader % 6) for reader in range(number % 7)],
    }


def run(articles):
    page = Template(PAGE).render(site={"name": "The Kitchen"}, articles=articles)
    checksum = len(page)
    for line in page.splitlines():
        checksum = (checksum * 31 + len(line) + line.count("*")) % 1000000007
    return checksum

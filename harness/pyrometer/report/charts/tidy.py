"""Matplotlib's SVG made small: the same drawing in about a third of the bytes.

Owns what may go: groups that say nothing, names nobody refers to, digits nobody sees. The text is
still a file of its own. Refuses to know colours or charts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from xml.etree import ElementTree as ET

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)|^#(.+)$")
_STYLED = re.compile(r' style="([^"]*)"')
_GEOMETRY = ("d", "x", "y", "transform", "points")
# Tenths of a point on the sheet; shapes that are drawn many times are small and need more.
_DIGITS, _SHAPE_DIGITS = 1, 2


def tidied(svg: str, title: str) -> str:
    """The drawing with a title that is read aloud; equal input gives equal text."""
    # Matplotlib wrote it a moment ago, from words that it has escaped.
    root = ET.fromstring(svg)  # noqa: S314
    _drop(root)
    names = _names(root)
    _rename(root, {name: f"i{number}" for number, name in enumerate(names)})
    _shorten(root, _DIGITS)
    _unwrap(root)
    told = ET.Element(f"{_SVG}title")
    told.text = title
    root.insert(0, told)
    root.attrib.pop("version", None)
    root.attrib |= {"role": "img", "aria-label": title}
    root.set("style", f"font-family:{FONTS};stroke-linejoin:round")
    for element in root.iter():
        element.tail = "\n" if element.tag in (f"{_SVG}g", f"{_SVG}path", f"{_SVG}text") else None
    ET.register_namespace("", _SVG[1:-1])
    return ET.tostring(root, encoding="unicode") + "\n"


def _drop(root: ET.Element) -> None:
    """Metadata, style sheets, and what is painted with nothing."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style") or _is_invisible(child):
                parent.remove(child)


def _is_invisible(element: ET.Element) -> bool:
    style = element.get("style", "")
    return element.tag == f"{_SVG}path" and "id" not in element.attrib and style == "fill: none"


def _names(root: ET.Element) -> list[str]:
    """Ids that something refers to, in the order in which that happens."""
    found = (
        match
        for element in root.iter()
        for value in element.attrib.values()
        for match in _REFERENCE.finditer(value)
    )
    return list(dict.fromkeys(name for match in found for name in match.groups() if name))


def _rename(root: ET.Element, names: Mapping[str, str]) -> None:
    """Short ids, and none that nobody refers to."""
    for element in root.iter():
        own = element.attrib.pop("id", "")
        for attribute, value in element.attrib.items():
            match = _REFERENCE.search(value)
            if match:
                name = match[1] or match[2]
                element.set(attribute, value.replace(name, names[name]))
        if own in names:
            element.set("id", names[own])


def classed(text: str) -> tuple[str, str]:
    """SVG within any text, each style that is repeated as a class instead; and the style sheet."""
    found: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return f' class="{found.setdefault(match[1], f"s{len(found)}")}"'

    named_text = _STYLED.sub(named, text)
    return named_text, "".join(f".{name}{{{style}}}\n" for style, name in found.items())


def _shorten(element: ET.Element, digits: int) -> None:
    """Numbers, paths, style and references of an element and all that it holds."""
    for name in _GEOMETRY:
        if name in element.attrib:
            element.set(name, _NUMBER.sub(lambda m: _rounded(m[0], digits), element.get(name, "")))
    if "d" in element.attrib:
        element.set("d", _path(element.get("d", "")))
    if "style" in element.attrib:
        style = re.sub(r"\s*([:;])\s*", r"\1", element.get("style", ""))
        style = re.sub(r"font-family:[^;]*;?", "", style)
        element.set("style", style.replace("stroke-linecap:square", "").strip(";"))
    if _HREF in element.attrib:
        element.set("href", element.attrib.pop(_HREF))
    if " rotate(-0" in f" {element.get('transform', '')}":
        element.attrib.pop("transform")
    for child in element:
        _shorten(child, _SHAPE_DIGITS if element.tag == f"{_SVG}defs" else digits)


def _rounded(number: str, digits: int) -> str:
    text = f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _path(text: str) -> str:
    """Lines by how far they go, which takes fewer digits than where to; curves as they are.

    Steps are between rounded points, so that they do not drift away from them.
    """
    parts, at = [], (Decimal(0), Decimal(0))
    for letter, rest in re.findall(r"([MLCQZz])([^MLCQZz]*)", text):
        numbers = [Decimal(number) for number in rest.split()]
        if letter == "L":
            parts.append(_step(numbers[0] - at[0], numbers[1] - at[1]))
        else:
            parts.append(letter.replace("Z", "z") + _joined(numbers))
        at = (numbers[-2], numbers[-1]) if numbers else at
    return "".join(parts)


def _step(across: Decimal, down: Decimal) -> str:
    if down == 0:
        return f"h{_joined([across])}"
    return f"v{_joined([down])}" if across == 0 else f"l{_joined([across, down])}"


def _joined(numbers: Iterable[Decimal]) -> str:
    """Numbers with a space only where a sign does not part them, and no zero before the point."""
    texts = (re.sub(r"^(-?)0\.", r"\1.", f"{number:f}") for number in numbers)
    return "".join(text if text[0] == "-" else f" {text}" for text in texts).lstrip()


def _unwrap(parent: ET.Element) -> None:
    """Replace groups without attributes by what they hold; drop empty ones."""
    children: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        if child.tag == f"{_SVG}g" and not child.attrib:
            children.extend(child)
        elif child.tag not in (f"{_SVG}g", f"{_SVG}defs") or len(child):
            children.append(child)
    parent[:] = children
    if parent.tag in (f"{_SVG}g", f"{_SVG}svg", f"{_SVG}defs"):
        parent.text = None

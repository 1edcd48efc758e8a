"""An Excel file as its parts: read one, replace one, add one; every other part leaves as it came.

What the parts mean is the business of others. Nothing is run, nothing is fetched, and XML that declares a document
type is refused, as on reading.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from bihuan.documents.reading.archive import Archive, bomb, damaged
from bihuan.documents.reading.limits import Limits

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPES_PART = "[Content_Types].xml"
_LARGEST_TREE = 64 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Relation:
    """A link from one part to another: its id, the last word of its type, and the part it leads to."""

    id: str
    kind: str
    target: str


class Package:
    """The parts of one file; raises Unreadable on opening when it is broken, encrypted or a bomb."""

    def __init__(self, data: bytes, limits: Limits | None = None) -> None:
        self._archive = Archive(data, limits or Limits())
        self._new: dict[str, bytes | None] = {}

    @property
    def links(self) -> str:
        """The namespace of links between parts, which differs in files of the strict form."""
        return _STRICT if "_rels/.rels" in self.names and _STRICT.encode() in self.read("_rels/.rels") else _LINKS

    @property
    def names(self) -> list[str]:
        """The parts there are now."""
        kept = [name for name in self._archive.names if self._new.get(name, b"") is not None]
        return kept + [name for name, content in self._new.items() if content is not None and name not in kept]

    def read(self, name: str) -> bytes:
        """A part as it is now; raises Unreadable when there is none."""
        if name in self._new:
            content = self._new[name]
        else:
            content = b"".join(self._archive.chunks(name)) if name in self._archive.names else None
        if content is None:
            raise damaged()
        return content

    def put(self, name: str, content: bytes) -> None:
        """Replace or add a part."""
        self._new[name] = content

    def drop(self, name: str) -> None:
        """Leave a part out, its content type too; links to it are the caller's business."""
        self._new[name] = None
        types = self.tree(_TYPES_PART)
        for entry in types.findall(f"{{{_TYPES}}}Override"):
            if entry.get("PartName") == f"/{name}":
                types.remove(entry)
        self.put_tree(_TYPES_PART, types)

    def tree(self, name: str) -> etree._Element:
        """A small part as a tree."""
        return parsed(self.read(name))

    def put_tree(self, name: str, root: etree._Element) -> None:
        """Replace or add a part by a tree."""
        self.put(name, written(root))

    def relations(self, part: str) -> list[Relation]:
        """The links of a part that stay inside the file."""
        name = _relations_of(part)
        if name not in self.names:
            return []
        return [
            Relation(
                one.get("Id", ""), one.get("Type", "").rpartition("/")[2], _resolve(part, one.get("Target", ""))
            )
            for one in self.tree(name)
            if one.get("TargetMode") != "External"
        ]

    def related(self, part: str, kinds: Iterable[str]) -> list[str]:
        """The parts a part links to by one of these kinds, those that exist."""
        wanted, names = set(kinds), set(self.names)
        return [one.target for one in self.relations(part) if one.kind in wanted and one.target in names]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a link; returns its id."""
        name = _relations_of(part)
        root = self.tree(name) if name in self.names else etree.Element(f"{{{_RELATIONS}}}Relationships")
        used = {one.get("Id") for one in root}
        new = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        link = etree.SubElement(root, f"{{{_RELATIONS}}}Relationship")
        link.set("Id", new)
        link.set("Type", f"{self.links}/{kind}")
        link.set("Target", f"/{target}")
        self.put_tree(name, root)
        return new

    def unrelate(self, part: str, target: str) -> None:
        """Remove the links from a part to another."""
        name = _relations_of(part)
        root = self.tree(name)
        for one in list(root):
            if _resolve(part, one.get("Target", "")) == target:
                root.remove(one)
        self.put_tree(name, root)

    def declare(self, name: str, content_type: str) -> None:
        """Say what a new part holds."""
        types = self.tree(_TYPES_PART)
        entry = etree.SubElement(types, f"{{{_TYPES}}}Override")
        entry.set("PartName", f"/{name}")
        entry.set("ContentType", content_type)
        self.put_tree(_TYPES_PART, types)

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say what parts with an ending hold, unless that is said already."""
        types = self.tree(_TYPES_PART)
        if any(one.get("Extension", "").lower() == ending for one in types.findall(f"{{{_TYPES}}}Default")):
            return
        entry = etree.Element(f"{{{_TYPES}}}Default")
        entry.set("Extension", ending)
        entry.set("ContentType", content_type)
        types.insert(0, entry)
        self.put_tree(_TYPES_PART, types)

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern such as xl/comments{}.xml that no part has."""
        names = {name.lower() for name in self.names}
        return next(
            name for number in range(1, len(names) + 2) if (name := pattern.format(number)).lower() not in names
        )

    def save(self) -> bytes:
        """The file as it is now; parts keep their order."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in self.names:
                new.writestr(zipfile.ZipInfo(name, _EPOCH), self.read(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def parsed(content: bytes) -> etree._Element:
    """Parse untrusted XML: no entities, no network; raises Unreadable for a document type, broken or huge XML."""
    if len(content) > _LARGEST_TREE:
        raise bomb()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise damaged()
    return root


def written(root: etree._Element) -> bytes:
    """A tree as the text of a part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; '' for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _resolve(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))

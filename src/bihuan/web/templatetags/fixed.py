"""Parts of a page that are the same for everybody: written once for each language and kept.

`{% fixed %}…{% endfixed %}` keeps what stands in it: headings, labels, links. `{% fixed here loop %}` keeps it for
each value of the variables named, of which there must be few. Nothing else of the page can be seen in there, so
that nothing of one reader gets into another's page.
"""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 200
"""Values of variables that are kept; whoever asks for ever new ones fills no memory."""


class Fixed(template.Node):
    """A part of a page that depends on the language and the variables named, and on nothing else."""

    def __init__(self, parts: NodeList, names: list[str]) -> None:
        self.parts, self.names = parts, names
        self.written: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """As it was written before; else in a context that holds the variables named alone."""
        seen = [context.get(name) for name in self.names]
        key = (get_language(), *seen)
        written = self.written.get(key)
        if written is None:
            written = self.parts.render(context.new(dict(zip(self.names, seen, strict=True))))
            if len(self.written) >= MOST:
                self.written.clear()
            self.written[key] = written
        return written


@register.tag
def fixed(parser: Parser, token: Token) -> Fixed:
    """See the module."""
    parts = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(parts, token.split_contents()[1:])

"""`include`, `extends` and `translate` as Django has them, for what the tag itself names.

Such a name always leads to the same template, so it is looked up once and not for each page, and
the blocks of a page's frame are not gathered each time; such words are the same in each language.
A page is put together from a dozen parts; looking for them took a tenth of its time
(docs/speed.md).
"""

from typing import Any

from django import template
from django.template import Context, Template
from django.template.base import Parser, TextNode, Token
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    construct_relative_path,
    do_extends,
    do_include,
)
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


def language_of(context: Context) -> str | None:
    """The language of a page: asking for it goes through the thread's own things each time."""
    page: dict[str, str | None] = context.render_context.dicts[0]
    if _LANGUAGE not in page:
        page[_LANGUAGE] = get_language()
    return page[_LANGUAGE]


_LANGUAGE = "language of the page"


@register.tag("include")
def include(parser: Parser, token: Token) -> IncludeNode:
    """Put in another template; with `only` it knows nothing but what it is given."""
    node = do_include(parser, token)
    if not isinstance(node.template.var, str) or node.template.filters:
        return node
    return Part(
        node.template, extra_context=node.extra_context, isolated_context=node.isolated_context
    )


@register.tag("extends")
def extends(parser: Parser, token: Token) -> ExtendsNode:
    """Stand in the blocks of another template."""
    node = do_extends(parser, token)
    if not isinstance(node.parent_name.var, str) or node.parent_name.filters:
        return node
    return Page(node.nodelist, node.parent_name)


@register.tag("translate")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Say words in the language of the page."""
    node = do_translate(parser, token)
    words = node.filter_expression
    if words.var.literal is None or words.filters or node.message_context or node.noop:
        return node
    return Words(words, node.noop, asvar=node.asvar)


class Part(IncludeNode):
    """An `include` that remembers its template."""

    found: Template | None = None

    def render(self, context: Context) -> str:
        """As Django does, without looking for it, and without copying what is left out."""
        if self.found is None:
            name = construct_relative_path(self.origin.template_name, str(self.template.var))
            self.found = context.template.engine.get_template(name)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if not self.isolated_context:
            with context.push(**values):
                return _rendered_within(self.found, context)
        alone = object.__new__(type(context))
        alone.__dict__ = context.__dict__.copy()
        alone._reset_dicts(values)
        return _rendered_within(self.found, alone)


def _rendered_within(part: Template, context: Context) -> str:
    """As `Template.render` does within a page, without a context manager in Python for it."""
    state = context.render_context
    around = state.template
    state.template = part
    state.push()
    try:
        return part._render(context)
    finally:
        state.template = around
        state.pop()


class Page(ExtendsNode):
    """An `extends` that remembers its frame."""

    found: tuple[Template, dict[str, Any]] | None = None

    def render(self, context: Context) -> str:
        """As Django does, without looking for the frame and its blocks."""
        if self.found is None:
            parent = self.get_parent(context)
            first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
            nodes = parent.nodelist.get_nodes_by_type(BlockNode)
            is_root = not isinstance(first, ExtendsNode)
            self.found = parent, {node.name: node for node in nodes} if is_root else {}
        parent, blocks = self.found
        kept = context.render_context.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        kept.add_blocks(self.blocks)
        kept.add_blocks(blocks)
        with context.render_context.push_state(parent, isolated_context=False):
            return parent._render(context)


class Words(TranslateNode):
    """A `translate` that remembers what it said in each language."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.said: dict[str | None, str] = {}
        self.name, self.asvar = self.asvar, None

    def render(self, context: Context) -> str:
        """As Django does, without looking the words up."""
        language = language_of(context)
        if language not in self.said:
            self.said[language] = super().render(context)
        if not self.name:
            return self.said[language]
        context[self.name] = self.said[language]
        return ""

"""`{% once %}`: rendered once, and deaf to everything it was not given."""

from datetime import date
from typing import Any

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from apps.core.models import new_id
from apps.core.periods import Month
from apps.core.templatetags.core import MOST_KEPT


def rendered(template: Template, **values: Any) -> str:
    return template.render(Context(values))


def test_it_knows_nothing_but_what_it_was_given(rf: Any) -> None:
    request = rf.get("/")
    request.secret = "mine"
    template = Template(
        "{% once shown=shown %}{{ shown }}{{ text }}{{ request.secret }}{% endonce %}"
    )
    context = RequestContext(request, {"shown": "page", "text": "what I wrote"})
    assert template.render(context) == "page"


def test_it_gives_nobody_anything_of_somebody_elses_form(rf: Any) -> None:
    template = Template("{% once %}{% csrf_token %}{% endonce %}")
    assert template.render(RequestContext(rf.get("/"), {})) == ""


def test_it_renders_once_for_each_value() -> None:
    template = Template("{% once view=view %}{% now 'u' %}{{ view }}{% endonce %}")
    first, other = rendered(template, view="a"), rendered(template, view="b")
    assert rendered(template, view="a") == first
    assert rendered(template, view="b") == other
    assert first != other


def test_it_renders_once_for_each_language() -> None:
    template = Template(
        "{% load i18n %}{% once %}{% get_current_language as l %}{{ l }}{% endonce %}"
    )
    with translation.override("en"):
        assert rendered(template) == "en"
    with translation.override("en-gb"):
        assert rendered(template) == "en-gb"


def test_it_escapes_what_it_was_given() -> None:
    assert rendered(Template("{% once x=x %}{{ x }}{% endonce %}"), x="<b>") == "&lt;b&gt;"


def test_it_includes_other_templates() -> None:
    template = Template('{% once %}{% include "core/_mark.html" only %}{% endonce %}')
    assert "<svg" in rendered(template)
    assert rendered(template) == rendered(template)


def test_it_does_not_keep_what_has_no_plain_value() -> None:
    template = Template("{% once row=row %}{{ row.name }}{% endonce %}")
    row = {"name": "first"}
    assert rendered(template, row=tuple(row.items())) == ""
    assert template.nodelist[0].kept == {}  # type: ignore[attr-defined]


def test_it_keeps_what_a_day_or_a_month_made() -> None:
    template = Template("{% once day=day month=month %}{% now 'u' %}{{ month }}{% endonce %}")
    values = {"day": date(2026, 11, 20), "month": Month(2026, 11)}
    assert rendered(template, **values) == rendered(template, **values)
    assert rendered(template, **values) != rendered(template, **values | {"month": None})


def test_it_does_not_grow_without_end() -> None:
    template = Template("{% once n=n %}{{ n }}{% endonce %}")
    for number in range(2 * MOST_KEPT + 1):
        assert rendered(template, n=number) == str(number)
    assert len(template.nodelist[0].kept) <= MOST_KEPT  # type: ignore[attr-defined]


def test_it_puts_values_into_their_places_each_time() -> None:
    template = Template("{% once with a=a b=b %}{% now 'u' %}:{{ a }}|{{ b }}|{{ a }}{% endonce %}")
    first = rendered(template, a="<b>", b=mark_safe("<i>"))
    assert first.endswith(":&lt;b&gt;|<i>|&lt;b&gt;")
    kept = first.split(":")[0]
    assert rendered(template, a=None, b=7) == f"{kept}:|7|"


def test_it_keeps_nothing_of_what_it_puts_in() -> None:
    template = Template("{% once x=x with text=text %}{{ x }}{{ text }}{% endonce %}")
    rendered(template, x="x", text="what I wrote")
    assert "what I wrote" not in str(template.nodelist[0].kept)  # type: ignore[attr-defined]


def test_what_it_puts_in_looks_like_no_place() -> None:
    template = Template("{% once with a=a b=b %}{{ a }}{{ b }}{% endonce %}")
    places = template.nodelist[0].places  # type: ignore[attr-defined]
    assert rendered(template, a=str(places["b"]), b="mine") == f"{places['b']}mine"


def test_it_puts_ids_into_addresses() -> None:
    template = Template("{% once with pk=pk %}{% url 'journal:entry_detail' pk %}{% endonce %}")
    pk = new_id()
    assert rendered(template, pk=pk) == reverse("journal:entry_detail", args=[pk])


def test_it_takes_others_tokens_for_none_of_its_own(rf: Any) -> None:
    template = Template(
        "{% once with csrf_token=csrf_token %}<form>{% csrf_token %}</form>{% endonce %}"
    )
    one, other = (rendered(template, csrf_token=token) for token in ("mine", "yours"))
    assert 'value="mine"' in one
    assert one.replace("mine", "yours") == other


@pytest.mark.parametrize(
    "block", ["{% if text %}{{ text }}{% endif %}", "{{ text|upper }}", "{{ text|length }}"]
)
def test_it_cannot_judge_what_it_puts_in(block: str) -> None:
    template = Template("{% once with text=text %}" + block + "{% endonce %}")
    with pytest.raises((TypeError, TemplateSyntaxError)):
        rendered(template, text="what I wrote")


@pytest.mark.parametrize(
    "source",
    ["{% once view %}{% endonce %}", "{% once with view %}{% endonce %}", "{% once %}"],
)
def test_it_refuses_what_it_cannot_mean(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(source)

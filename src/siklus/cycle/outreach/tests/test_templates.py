"""Templates that people write: useful words, and no way out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.cycle.outreach.actions import CannotChangeTemplate, add_template, edit_template, retire_template
from siklus.cycle.outreach.liquid import EXAMPLE, CannotRender, render
from siklus.cycle.outreach.models import Template
from siklus.cycle.outreach.queries import template_for, templates_in_use
from siklus.platform.journal.models import Entry
from siklus.records.fields.record import StaleEdit


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Halo {{ contact.first_name }},", "Halo Hendra,"),
        ("{% if contact.title == 'CIO' %}Pak{% else %}Kak{% endif %}", "Pak"),
        ("{{ company.name | upcase }} & Co", "BANK NUSA & Co"),
        ("{{ contact.name | default: 'Anda' }}", "Hendra Pratama"),
        ("5 < 6 &amp; so on", "5 < 6 & so on"),
    ],
)
def test_a_template_speaks_with_the_words_it_is_given(source: str, text: str):
    assert render(source, EXAMPLE) == text


def test_values_stay_words_and_become_no_tags_or_code():
    words = {**EXAMPLE, "contact": {"name": '<b>{{ me.email }}</b> & "you"'}}
    assert render("{{ contact.name }}", words) == '<b>{{ me.email }}</b> & "you"'


@pytest.mark.parametrize(
    "source",
    [
        "{{ contact.phone }}", "{{ nothing }}", "{% if %}", "{{ 'x' | nofilter }}", "{{ contact.__class__ }}",
        "{% include 'x' %}", "{% render 'x' %}", "{{ (1..9) | join: '' }}", "{% for i in (1..5) %}x{% endfor %}",
        "{% assign x = (1..100000000) | size %}", "{{ 'a' | replace: 'a', 'aa' }}", "{{ 'a' | times: 3 }}",
        "{{ 'now' | date: '%Y' }}", "{{ 'x' | safe }}", "x" * 20_001, "{{ contact",
        "{% tablerow i in contact.name %}{% endtablerow %}", "{% liquid echo 'x' %}",
    ],
)  # fmt: skip
def test_what_is_unknown_unsafe_or_endless_is_refused_with_a_reason(source: str):
    with pytest.raises(CannotRender) as refusal:
        render(source, EXAMPLE)
    assert refusal.value.message.endswith((".", "…"))


def test_a_template_that_doubles_and_doubles_stops_at_once():
    words = "{% assign x = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% assign x = x | append: x %}" * 60 + "{{ x }}"
    began = time.monotonic()
    with pytest.raises(CannotRender):
        render(words, EXAMPLE)
    many = "{% assign a = 'x x x x x x x x x x x x x x x x x x x x x x x x x x x x' %}"
    with pytest.raises(CannotRender):
        render(many + "{% capture b %}" + "{{ a }}" * 2000 + "{% endcapture %}" + "{{ b }}" * 10, EXAMPLE)
    assert time.monotonic() - began < 5


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", " if ", " endif ", " for ", " in ", "contact", ".name", "|", "append:", "'a'", "x", "assign ",
     "=", "capture ", "endcapture", "truncate: 99999999", "first", "case", "when", "\n", "-", "1", ":", ","]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_renders_or_is_refused(source: str):
    try:
        assert isinstance(render(source, EXAMPLE), str)
    except CannotRender:
        pass


WORDS = {
    "en": {"subject": "Hello {{ contact.first_name }}", "text": "Hi."},
    "id": {"subject": "Halo", "text": "Halo."},
}


def test_a_template_is_added_reworded_and_retired(world: World):
    template = add_template(name=" First  contact ", words=WORDS, by=world.agus, at=day(1))
    assert (template.name, template.words, template.languages) == ("First contact", WORDS, ["en", "id"])
    assert template.said("subject", "id") == "Halo"
    edited = edit_template(
        template=template,
        name="First",
        words={"id": WORDS["id"]},
        by=world.agus,
        at=day(2),
        expected_version=1,
    )
    assert (edited.version, edited.said("text", "en")) == (2, "Halo.")
    with pytest.raises(StaleEdit):
        edit_template(template=template, name="X", words=WORDS, by=world.agus, at=day(2), expected_version=1)
    retire_template(template=edited, by=world.agus, at=day(3))
    assert templates_in_use() == []
    with pytest.raises(Template.DoesNotExist):
        template_for(world.rani, template.pk)
    assert list(Entry.objects.filter(name__startswith="template.").values_list("name", flat=True)) == [
        "template.added", "template.changed", "template.retired",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words", "field"),
    [
        ("", WORDS, "name"),
        ("X", {}, "text_en"),
        ("X", {"en": {"subject": "A", "text": ""}}, "text_en"),
        ("X", {"id": {"subject": "", "text": "A"}}, "subject_id"),
        ("X", {"en": {"subject": "A", "text": "{{ contact.phone }}"}}, "text_en"),
    ],
)
def test_a_template_without_words_or_with_wrong_ones_is_refused(
    world: World, name: str, words: dict, field: str
):
    with pytest.raises(CannotChangeTemplate) as refusal:
        add_template(name=name, words=words, by=world.agus, at=day(1))
    assert refusal.value.field == field
    assert Template.objects.count() == 0

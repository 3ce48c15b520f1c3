"""What migrations know of the models: kept where nothing changed, and each state's own."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from pilar.platform.migrating import classes_kept

BOOK, PAGE = ("library", "book"), ("library", "page")


@pytest.fixture
def state() -> ProjectState:
    made = ProjectState()
    fields = {"id": models.BigAutoField(primary_key=True), "title": models.CharField(max_length=10)}
    made.add_model(ModelState("library", "Book", fields))
    of_pages = {"id": models.BigAutoField(primary_key=True), "book": models.ForeignKey("library.Book", models.CASCADE)}
    made.add_model(ModelState("library", "Page", of_pages))
    assert made.apps
    return made


def test_a_copy_does_not_see_what_changes_later_and_the_other_way_round(state: ProjectState) -> None:
    with classes_kept():
        before = state.clone()
        state.add_field(*BOOK, "year", models.IntegerField(null=True), True)
        state.remove_model(*PAGE)
        before.alter_field(*BOOK, "title", models.TextField(), True)
    assert [*before.models[BOOK].fields] == ["id", "title"]
    assert PAGE in before.models
    assert [*state.models[BOOK].fields] == ["id", "title", "year"]
    assert isinstance(state.models[BOOK].fields["title"], models.CharField)


def test_a_class_gets_its_new_field_and_stays(state: ProjectState) -> None:
    book, page = (state.apps.get_model(*key) for key in (BOOK, PAGE))
    with classes_kept():
        state.add_field(*PAGE, "number", models.IntegerField(default=1), False)
        state.add_field(*BOOK, "first", models.ForeignKey("library.Page", models.CASCADE, related_name="+"), True)
        state.alter_field(*BOOK, "title", models.TextField(), True)
    assert [state.apps.get_model(*key) for key in (BOOK, PAGE)] == [book, page]
    assert [one.name for one in page._meta.local_fields] == ["id", "book", "number"]
    assert not page._meta.get_field("number").has_default()
    assert [one.name for one in book._meta.local_fields] == ["id", "title", "first"]
    assert isinstance(book._meta.get_field("title"), models.TextField)
    assert book._meta.get_field("first").related_model is page


def test_a_field_that_others_refer_to_is_made_anew_with_them(state: ProjectState) -> None:
    book = state.apps.get_model(*BOOK)
    with classes_kept():
        state.alter_field(*BOOK, "id", models.CharField(max_length=5, primary_key=True), True)
    anew = state.apps.get_model(*BOOK)
    assert anew is not book
    assert state.apps.get_model(*PAGE)._meta.get_field("book").related_model is anew


@pytest.mark.parametrize("quick", [True, False])
def test_in_a_copy_who_is_referred_to_later_knows_of_it(state: ProjectState, quick: bool) -> None:
    """As of an installation, whose migrations begin with a copy of what its tables are."""
    page_of = partial(models.ForeignKey, "library.Page", models.CASCADE)
    with classes_kept() if quick else nullcontext():
        copy = state.clone()
        shelf = {"id": models.BigAutoField(primary_key=True), "page": page_of(related_name="shelf")}
        copy.add_model(ModelState("library", "Shelf", shelf))
        copy.add_field("library", "shelf", "second", page_of(related_name="seconds", null=True), True)
    page, before = (one.apps.get_model(*PAGE) for one in (copy, state))
    assert sorted(one.name for one in page._meta.related_objects) == ["seconds", "shelf"]
    assert page.objects.filter(shelf__id=1).query.model is page
    assert list(before._meta.related_objects) == []

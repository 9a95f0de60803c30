"""A visit is honest: what it did not find out fails, by name, and it waits for what is coming."""

import pytest

from tests.helpers import browsing
from tests.helpers.browsing import Visit, opened, settle


def test_a_visit_that_breaks_off_fails_every_promise_after_it():
    def parts():
        yield "the first", 1
        raise RuntimeError("planted")
        yield "the second", 2

    visit = Visit("a page", parts())
    assert visit["the first"] == 1
    for missing in ("the second", "the third"):
        with pytest.raises(pytest.fail.Exception) as failed:
            visit[missing]
        said = str(failed.value)
        for part in ("a page", missing, "after 'the first'", "RuntimeError('planted')"):
            assert part in said


def test_a_part_that_no_visit_looks_for_is_no_pass():
    with pytest.raises(pytest.fail.Exception):
        Visit("a page", iter([("the first", 1)]))["the second"]


ASK = "fetch('slow.json').then(answer => { window.came = answer.status; })"


def test_what_is_on_its_way_is_waited_for(browser, server):
    with opened(browser, server, "index.html") as (page, heard):
        held = []
        page.route("**/slow.json", lambda route: held.append(route))
        page.evaluate(f"() => {{ {ASK} }}")
        page.evaluate("setTimeout(() => console.log('answer it'), 300)")
        page.on("console", lambda _: held[0].fulfill(json={}))
        settle(page, heard)
        assert page.evaluate("window.came") == 200


def test_what_never_comes_is_named(browser, server, monkeypatch):
    with opened(browser, server, "index.html") as (page, heard):
        monkeypatch.setattr(browsing, "PATIENCE", 300)
        page.route("**/slow.json", lambda route: None)
        page.evaluate(f"() => {{ {ASK} }}")
        with pytest.raises(AssertionError, match=r"in vain for \[.*slow\.json"):
            settle(page, heard)

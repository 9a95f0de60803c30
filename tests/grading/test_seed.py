"""The seed of a class, with which hidden tests draw their data: one for everybody."""

import secrets

import pytest

from course_utils.grading.seeds import class_seed


def test_the_seed_stays_what_it_was(tmp_path):
    assert class_seed(tmp_path / "seed.txt") == class_seed(tmp_path / "seed.txt")
    (tmp_path / "seed.txt").write_text("17\n")
    assert class_seed(tmp_path / "seed.txt") == 17


def test_a_file_that_holds_no_seed_is_named(tmp_path):
    (tmp_path / "seed.txt").write_text("-1")
    with pytest.raises(ValueError, match=r"seed\.txt holds '-1', expected a number"):
        class_seed(tmp_path / "seed.txt")


def test_two_first_runs_draw_one_seed(tmp_path, monkeypatch):
    """The second begins, draws and ends while the first one draws."""
    path, numbers, second = tmp_path / "seed.txt", iter([1, 2]), []

    def draw(most):
        number = next(numbers)
        if number == 1:
            second.append(class_seed(path))
        return number

    monkeypatch.setattr(secrets, "randbelow", draw)
    first = class_seed(path)
    assert [first] == second == [2]
    assert list(tmp_path.iterdir()) == [path]

"""From raw data to arrays."""

import numpy as np
import pytest

from course_utils import datasets
from course_utils.preprocessing import images


@pytest.fixture(scope="module")
def digits():
    return datasets.load("mnist", variant="mini").x_train[:200].astype("float32") / 255


def test_augmented_digits_keep_shape_type_and_range(digits):
    varied = images.augment(digits, np.random.default_rng(0))
    assert varied.shape == digits.shape and varied.dtype == digits.dtype
    assert varied.min() >= 0 and varied.max() <= 1


def test_augmented_digits_are_the_same_digits_moved_a_little(digits):
    """Every image changes; its middle moves by a few pixels, its ink by less than half."""
    varied = images.augment(digits, np.random.default_rng(0))
    assert (varied != digits).any(axis=(1, 2)).all()
    places = np.arange(28)
    middle, moved = ((a.sum(2) @ places) / a.sum((1, 2)) for a in (digits, varied))
    assert 0.4 < np.std(moved - middle) < 2
    ink = varied.sum((1, 2)) / digits.sum((1, 2))
    assert 0.5 < ink.min() < 0.95 and 1.05 < ink.max() < 2


def test_the_generator_decides(digits):
    one, same, other = (images.augment(digits, np.random.default_rng(s)) for s in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


def test_wrong_images_are_errors(digits):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"shape \(28, 28\), expected \(n, 28, 28\)"):
        images.augment(digits[0], rng)
    with pytest.raises(ValueError, match="divide by 255 first"):
        images.augment((255 * digits).astype("uint8"), rng)


# European ones and sevens -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def labels():
    return datasets.load("mnist", variant="mini").y_train[:200]


def changed(before, after):
    return (before != after).any(axis=(1, 2))


def test_half_of_the_ones_and_sevens_become_european_and_no_other_digit(digits, labels):
    many, theirs = np.repeat(digits, 10, axis=0), np.repeat(labels, 10)
    untouched = many.copy()
    varied = images.european(many, theirs, np.random.default_rng(0))
    assert (many == untouched).all()
    assert varied.shape == many.shape and varied.dtype == many.dtype
    assert varied.min() >= 0 and varied.max() <= 1
    for digit in range(10):
        share = changed(many, varied)[theirs == digit].mean()
        assert 0.4 < share < 0.6 if digit in (1, 7) else share == 0


def widths(picture):
    """How wide the ink is in each row, from the digit's first row to its last."""
    rows, columns = np.nonzero(picture > 0.5)
    return [np.ptp(columns[rows == row]) + 1 for row in range(rows.min(), rows.max() + 1)]


def bar_of_ink(top, bottom, slope=0.0):
    """(1, 28, 28): a stroke two pixels wide from row `top` to row `bottom`, in the middle."""
    picture = np.zeros((1, 28, 28), "float32")
    for row in range(top, bottom + 1):
        column = round(13 - slope * (row - 14))
        picture[0, row, column : column + 2] = 1
    return picture


@pytest.mark.parametrize("slope", [0.0, 0.4])
def test_a_flag_hangs_to_the_left_of_the_top_as_long_as_promised(slope):
    one = np.repeat(bar_of_ink(4, 23, slope), 400, axis=0)
    varied = images.european(one, np.ones(400, int), np.random.default_rng(0))
    ends, feet = [], 0
    for picture in varied[changed(one, varied)]:
        wide = widths(picture)
        assert 19 <= len(wide) <= 22, "as high as it was"
        flag = [row for row, width in enumerate(wide[:17]) if width > 3]
        ends.append(flag[-1] if flag else 0)
        feet += max(wide[-2:]) > 4
    assert 2 <= np.quantile(ends, 0.1) < 6 and 9 < max(ends) <= 14, "20 to 70 % of 20 rows"
    assert 0.2 < feet / len(ends) < 0.45
    leftmost, stem = ((a > 0.5).any(axis=1).argmax(axis=1) for a in (varied, one))
    assert (leftmost <= stem).all()


def test_a_bar_crosses_the_middle_of_a_seven():
    seven = np.repeat(bar_of_ink(4, 23, 0.4), 50, axis=0)
    seven[:, 4:6, 8:19] = 1
    varied = images.european(seven, np.full(50, 7), np.random.default_rng(0))
    for picture in varied[changed(seven, varied)]:
        wide = widths(picture)[-20:]  # without what the shift blurs
        assert max(wide[6:14]) >= 6
        assert max(wide[3:5] + wide[16:]) <= 3


def test_the_digit_stays_where_it_was():
    one = np.repeat(bar_of_ink(4, 23), 200, axis=0)
    varied = images.european(one, np.ones(200, int), np.random.default_rng(0))
    places = np.arange(28)
    for axis in (1, 2):
        middle = (varied.sum(axis=3 - axis) @ places) / varied.sum(axis=(1, 2))
        was = (one.sum(axis=3 - axis) @ places) / one.sum(axis=(1, 2))
        assert np.abs(middle - was).max() <= 0.51


@pytest.mark.parametrize("rows", [0, 1])
def test_what_has_no_height_stays_as_it_is(rows):
    flat = np.zeros((20, 28, 28), "float32")
    flat[:, 14 : 14 + rows, 10:18] = 1
    for digit in (1, 7):
        varied = images.european(flat, np.full(20, digit), np.random.default_rng(0))
        assert (varied == flat).all()


def test_european_refuses_what_augment_refuses(digits, labels):
    with pytest.raises(ValueError, match="divide by 255 first"):
        images.european((255 * digits).astype("uint8"), labels, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"labels has shape \(3,\), expected \(200,\)"):
        images.european(digits, labels[:3], np.random.default_rng(0))

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

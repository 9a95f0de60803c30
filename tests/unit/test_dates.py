"""Dates as people write them: what they say is one date, and the right one."""

import datetime

import numpy as np
import pytest

from course_utils import dates

FIRST_OF_MARCH, THIRD = datetime.date(1974, 3, 1), datetime.date(2024, 12, 3)
WRITTEN = {  # by people who speak the language
    "English": [
        ("March 1, 1974", "December 3, 2024"),
        ("1 March 1974", "3 December 2024"),
        ("the 1st of March '74", "the 3rd of December '24"),
        ("Mar 1st, '74", "Dec 3rd, '24"),
        ("1/3/74", "3/12/24"),
    ],
    "French": [("le 1er mars 1974", "le 3 décembre 2024"), ("01/03/1974", "03/12/2024")],
    "German": [("1. März 1974", "3. Dezember 2024"), ("1.3.74", "3.12.24")],
    "Spanish": [("1 de marzo de 1974", "3 de diciembre de 2024"), ("1-3-1974", "3-12-2024")],
}


def test_a_date_is_written_as_in_its_language():
    for language, forms in WRITTEN.items():
        assert len(forms) == len(dates.LANGUAGES[language])
        for form, (first, third) in enumerate(forms):
            assert dates.as_written(FIRST_OF_MARCH, language, form) == first
            assert dates.as_written(THIRD, language, form) == third
    assert set(WRITTEN) == set(dates.LANGUAGES)


ORDINALS = ["2nd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "30th", "31st"]


@pytest.mark.parametrize("ordinal", ORDINALS)
def test_english_days_end_as_they_are_spoken(ordinal):
    written = dates.as_written(datetime.date(2000, 5, int(ordinal[:-2])), "English", 2)
    assert written == f"the {ordinal} of May '00"


def test_nothing_that_is_written_means_two_dates():
    meant = {}
    for n in range(dates.DAYS):
        date = dates.FIRST + datetime.timedelta(days=n)
        for language, forms in dates.LANGUAGES.items():
            for form in range(len(forms)):
                text = dates.as_written(date, language, form)
                assert meant.setdefault(text, date) == date, text
                assert set(text) <= set(dates.WRITTEN), text
    assert len(meant) > 350_000  # nearly all forms of all days differ


def test_a_list_and_its_answer_name_the_same_dates_in_the_same_order():
    written, answers = dates.draw(200, 3, np.random.default_rng(1))
    forms = [(lang, f) for lang, forms in dates.LANGUAGES.items() for f in range(len(forms))]
    met = set()
    for one, answer in zip(written, answers, strict=True):
        assert len(answer) == 32 and set(answer) <= set(dates.ISO)
        for text, day in zip(one.split("; "), answer.split(" "), strict=True):
            date = datetime.date.fromisoformat(day)
            found = [form for form in forms if dates.as_written(date, *form) == text]
            assert found, (text, day)
            met.update(found)
    assert met == set(forms)  # all languages and forms are drawn


def test_days_are_drawn_evenly_and_the_seed_decides():
    _, answers = dates.draw(20_000, 1, np.random.default_rng(2))
    decades = np.bincount([(int(a[:4]) - 1950) // 10 for a in answers], minlength=10)
    chi2 = np.sum((decades - 2000) ** 2 / 2000)
    assert chi2 < 27.9  # p = 0.001 with nine degrees of freedom
    assert dates.draw(5, 2, np.random.default_rng(3)) == dates.draw(5, 2, np.random.default_rng(3))
    assert pytest.approx(15.156, abs=1e-3) == dates.BITS


def test_what_cannot_be_written_is_refused_in_words():
    with pytest.raises(ValueError, match="'Latin', expected one of English, French"):
        dates.as_written(THIRD, "Latin", 0)
    with pytest.raises(ValueError, match="form is 2, and German has 0 to 1"):
        dates.as_written(THIRD, "German", 2)
    with pytest.raises(ValueError, match="2050-01-01 is not from 1950 to 2049"):
        dates.as_written(datetime.date(2050, 1, 1), "German", 0)
    with pytest.raises(ValueError, match="n is 3 and dates is 0"):
        dates.draw(3, 0, np.random.default_rng(0))

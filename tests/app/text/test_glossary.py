"""Terms that tell their meaning."""

from html import unescape

from app.text.glossary import MEANINGS, explained
from app.text.labels import literal
from ptacl.phenotypes import PHENOTYPES


def test_a_term_carries_its_meaning_where_it_is_first_mentioned():
    text = explained("LVEF by UMAP, LVEF again")
    assert text.count("<span class=") == 2
    assert unescape(text).count(MEANINGS["LVEF"]) == 1
    assert text.endswith("LVEF again")


def test_longer_words_are_no_terms():
    assert explained("phases, R²x, XLVEF and embeddings") == "phases, R²x, XLVEF and embeddings"
    assert MEANINGS["R@10"] in explained("R@10: found") and MEANINGS["R@1"] in explained("R@1")


def test_every_phenotype_is_explained():
    assert all(entry.name in MEANINGS for entry in PHENOTYPES)


def test_what_comes_from_a_file_stays_text():
    assert explained(literal("<img src=x> of LVEF")).startswith("\\<img src=x\\> of <span")

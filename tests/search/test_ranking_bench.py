"""`make bench-ranking` tells each part of the questions with weights that were chosen on the others."""

from search.ranking.bm25 import WEIGHTS, Weights
from search.text.abbreviations import Abbreviations
from tests.bench.baselines import Article
from tests.bench.corpora import Asked
from tests.bench.ranking.folds import interval, measure_variants, tell
from tests.bench.ranking.pool import Pool, measure, prepare

ARTICLES = [
    Article(("Luật Cây", "1"), "Luật Cây", "Giải thích từ ngữ\nCây cổ thụ là cây già."),
    Article(("Luật Cây", "2"), "Luật Cây", "Bảo vệ\nKhông được đốn cây cổ thụ. Cây cổ thụ có biển."),
    Article(("Luật Cá", "1"), "Luật Cá", "Mắt lưới\nMắt lưới rộng 18 mm."),
]
ASKED = [
    Asked("Cây cổ thụ là gì?", frozenset({("Luật Cây", "1")})),
    Asked("Mắt lưới rộng bao nhiêu?", frozenset({("Luật Cá", "1")})),
]


def test_each_part_is_told_with_weights_that_are_best_on_the_others() -> None:
    pool = Pool(ARTICLES)
    questions = [prepare(pool, asked, "laws", Abbreviations({})) for asked in ASKED]
    plain, defining = Weights(definition=0.0), Weights(definition=9.0)
    assert measure(questions[0], Weights(definition=-0.9))[0] < measure(questions[0], defining)[0] == 1.0
    repeated = [*questions, *questions]
    good, bad = (1.0, 1.0), (0.0, 0.0)
    gains = {plain: [good, bad, good, bad], defining: [bad, good, bad, good]}
    told = tell(repeated, gains, lambda one: one.document)
    assert told.chosen == {"Luật Cây": defining, "Luật Cá": plain}
    assert told.gains == [bad, bad, bad, bad], "what is best on one part was chosen for the other"


def test_the_weights_in_use_are_among_the_variants() -> None:
    questions = [prepare(Pool(ARTICLES), ASKED[1], "laws", Abbreviations({}))]
    assert WEIGHTS in measure_variants(questions)
    assert interval([0.5, 0.5]) == "0.500 [0.500–0.500]"

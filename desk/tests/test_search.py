"""Words of one, two and more characters are found, in every way of writing."""

import pytest

from desk.models import Article
from desk.search import find, grams_of, words_of
from desk.selectors import similar_articles
from desk.tests.factories import ArticleFactory

EVERYTHING = {"divorce", "permanent", "child", "latin", "move", "abroad"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def articles():
    return {
        name: ArticleFactory(title=title, text=text)
        for name, title, text in [
            ("divorce", "離婚届を勝手に出されたとき", "不受理申出をします。DNA鑑定とは別です。"),
            ("permanent", "永住許可の年数", "原則として10年。許可申請とビザの種類によります。"),
            ("child", "子供の学校", "こどもの就学案内について"),
            ("latin", "JLPT and work", "Technical Intern Training"),
            ("abroad", "全国保育の案内", "外国保険業者と国保の違い"),
            ("move", "引越しの手続き", "届け出の期間と受け入れ先"),
        ]
    }


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("離婚", {"divorce"}),
        ("永住", {"permanent"}),
        ("離", {"divorce"}),
        ("永住許可", {"permanent"}),
        ("婚離", set()),
        ("子ども", {"child"}),
        ("子供 学校", {"child"}),
        ("コドモ", {"child"}),
        ("査証", {"permanent"}),
        ("ｄｎａ", {"divorce"}),  # noqa: RUF001
        ("jlpt", {"latin"}),
        ("intern", {"latin"}),
        ("離婚 永住", set()),
        ("引っ越し", {"move"}),
        ("手続", {"move"}),
        ("保育", {"abroad"}),
        ("保険業者", {"abroad"}),
        ("国民健康保険", {"abroad"}),
        ("国保", {"abroad"}),
        ("届出 受入れ", {"move"}),
        # In pieces only: all of them are there, the word is not.
        ("永住許可申請", set()),
        ("許可申請", {"permanent"}),
        ("technical intern", {"latin"}),
        ("", EVERYTHING),
        ("  ", EVERYTHING),
        ("' OR 1=1 --", set()),
        ("& | !", EVERYTHING),
    ],
)
def test_what_is_found(articles, typed, names):
    found = set(find(Article.objects.published(), typed))
    assert found == {articles[name] for name in names}


def test_a_text_that_changes_is_found_by_what_it_says_now(articles):
    article = articles["divorce"]
    article.title = article.text = "相続"
    article.save()
    assert not find(Article.objects.all(), "離婚").exists()
    assert find(Article.objects.all(), "相続").get() == article


def test_what_is_withdrawn_or_not_published_is_not_shown():
    ArticleFactory(title="離婚", published_at=None, published_by=None)
    assert not find(Article.objects.published(), "離婚").exists()


def test_similar_ones_come_by_what_the_question_is_about(articles):
    found = similar_articles(topic_id="work", text="夫が離婚届を出したと言っています。どうすれば?")
    assert found[0] == articles["divorce"]
    assert len(similar_articles(topic_id="immigration", text="hm")) == 3


def test_an_index_word_is_plain(articles):
    assert set(grams_of("離婚").split()) == {"g96e2", "g5a5a", "g96e25a5a"}
    assert "g96e25a5a5c4a" in grams_of("離婚届").split()
    assert words_of("離婚 " * 50) == ["離婚"] * 8

from django.db import migrations, models
from django.db.models import F, Q

from desk.search import folded, grams_of

CREATE = """
DROP INDEX article_grams;
ALTER TABLE desk_article ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', grams)) STORED;
CREATE INDEX article_search ON desk_article USING gin (search);
"""
DROP = """
DROP INDEX article_search;
ALTER TABLE desk_article DROP COLUMN search;
CREATE INDEX article_grams ON desk_article USING gin (to_tsvector('simple', grams));
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


def fold_again(apps, schema_editor):
    """More ways of writing are one word now."""
    for article in apps.get_model("desk", "Article").objects.all():
        written = f"{article.title}\n{article.text}"
        article.folded, article.grams = folded(written), grams_of(written)
        article.save(update_fields=["folded", "grams"])


class Migration(migrations.Migration):
    """The pieces as a column of their own: found by the index, and cheap to look at in a row."""

    dependencies = [("desk", "0002_search_index")]
    operations = [
        migrations.RunPython(fold_again, migrations.RunPython.noop),
        migrations.RunPython(create, drop),
        migrations.AddIndex(
            "article",
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="article_newest",
                condition=Q(published_at__isnull=False, retired_at__isnull=True),
            ),
        ),
    ]

from django.db import migrations

CREATE = "CREATE INDEX article_grams ON desk_article USING gin (to_tsvector('simple', grams))"
DROP = "DROP INDEX article_grams"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    """Pairs of characters as an index; on SQLite the text itself is read."""

    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]

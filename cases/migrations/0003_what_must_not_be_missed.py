from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_booking_in_real_life"),
        ("taxonomy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_minor", True), ("minor_seen_at__isnull", True)),
                fields=["opened_at"],
                name="case_minor_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("critical_date_seen_at__isnull", True), ("date_worry", "yes")),
                fields=["critical_date"],
                name="case_date_unseen",
            ),
        ),
    ]

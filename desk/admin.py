"""Articles and canned texts, for coordinators to keep. Questions are answered on the desk's
pages."""

from django.contrib import admin

from desk.models import Article, CannedText
from interface.concurrency import VersionedAdminMixin


@admin.register(Article)
class ArticleAdmin(VersionedAdminMixin, admin.ModelAdmin):
    """Written, published and kept right on the desk's pages, by two people; here are all."""

    list_display = ["title", "topic", "correct_as_of", "review_by", "published_at", "is_sample"]
    list_filter = ["is_sample", "topic", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["topic"]
    ordering = ["review_by", "pk"]
    search_fields = ["title"]
    autocomplete_fields = ["topic"]
    fields = [
        "title",
        "text",
        ("topic", "is_sample"),
        "sources",
        ("correct_as_of", "review_by"),
        ("author", "published_by", "published_at"),
    ]
    # What is published passes two people, on the desk's page of the article.
    readonly_fields = [
        *("title", "text", "sources", "correct_as_of", "review_by"),
        *("author", "published_by", "published_at"),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CannedText)
class CannedTextAdmin(VersionedAdminMixin, admin.ModelAdmin):
    list_display = ["title", "text"]
    fields = ["title", "text"]
    search_fields = ["title"]

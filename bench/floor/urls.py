from django.urls import path

from bench.floor import views

urlpatterns = [
    path("bare", views.bare),
    path("page", views.page),
    path("rows", views.rows),
    path("step", views.step),
    path("book", views.book),
]

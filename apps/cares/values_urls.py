from django.urls import path

from apps.cares.views import cards, pairs, sorts

app_name = "values"
urlpatterns = [
    path("cards/", cards.card_list, name="card_list"),
    path("cards/new/", cards.card_create, name="card_create"),
    path("cards/<uuid:pk>/edit/", cards.card_edit, name="card_edit"),
    path("cards/<uuid:pk>/delete/", cards.card_delete, name="card_delete"),
    path("cards/<uuid:pk>/restore/", cards.card_restore, name="card_restore"),
    path("sorts/", sorts.sort_list, name="sort_list"),
    path("sorts/new/", sorts.sort_create, name="sort_create"),
    path("sorts/<uuid:pk>/", sorts.sort_detail, name="sort_detail"),
    path("sorts/<uuid:pk>/place/", sorts.sort_place, name="sort_place"),
    path("sorts/<uuid:pk>/ten/<int:number>/", sorts.sort_ten, name="sort_ten"),
    path("sorts/<uuid:pk>/top/", sorts.sort_top, name="sort_top"),
    path("sorts/<uuid:pk>/finish/", sorts.sort_finish, name="sort_finish"),
    path("sorts/<uuid:pk>/delete/", sorts.sort_delete, name="sort_delete"),
    path("sorts/<uuid:pk>/restore/", sorts.sort_restore, name="sort_restore"),
    path("sorts/<uuid:pk>/compare/<uuid:other>/", sorts.sort_compare, name="sort_compare"),
    path("choices/", pairs.run_list, name="run_list"),
    path("choices/new/", pairs.run_create, name="run_create"),
    path("choices/<uuid:pk>/", pairs.run_detail, name="run_detail"),
    path("choices/<uuid:pk>/choose/", pairs.run_choose, name="run_choose"),
    path("choices/<uuid:pk>/undo/", pairs.run_undo, name="run_undo"),
    path("choices/<uuid:pk>/finish/", pairs.run_finish, name="run_finish"),
    path("choices/<uuid:pk>/compare/<uuid:other>/", pairs.run_compare, name="run_compare"),
]

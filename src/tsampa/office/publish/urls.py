"""The addresses of the room ``publish``. A figure's id comes last: the others are no figures."""

from django.urls import path

from tsampa.office.publish import views, views_bulletins, views_rules, views_whatif

app_name = "publish"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("compare/", views.compare, name="compare"),
    path("bulletins/", views_bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", views_bulletins.prepare, name="prepare"),
    path("bulletins/<int:number>/", views_bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:number>/preview/", views_bulletins.preview, name="preview"),
    path("bulletins/<int:number>/draft.<slug:kind>", views_bulletins.draft, name="draft"),
    path("bulletins/<int:number>/files/<str:name>", views_bulletins.file, name="file"),
    path("rules/", views_rules.rules, name="rules"),
    path("rules/variables/<str:entity>/<str:name>/", views_rules.variable, name="variable"),
    path("rules/parameters/<str:name>/", views_rules.parameter, name="parameter"),
    path("whatif/", views_whatif.whatif, name="whatif"),
    path("whatif/<int:number>/", views_whatif.trial, name="trial"),
    path("<str:figure>/", views.figure, name="figure"),
]

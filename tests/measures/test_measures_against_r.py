"""The same survey in R, whole households drawn (db030) within regions (db040), for all and for each region.

Values and standard errors come from the packages survey and laeken; from convey too, where it is installed (Debian has
the first two: r-cran-survey, r-cran-laeken).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from measures import eusilc
from tsampa.measures import at_risk_of_poverty, fgt, gini, qsr, theil, watts

HEAD = """
people <- read.csv(commandArgs(trailingOnly = TRUE)[1])
places <- c("all", sort(unique(people$db040)))
say <- function(name, value, se) cat(name, format(value, digits = 15), format(se, digits = 15), "\\n", sep = "|")
"""
SURVEY = """
suppressPackageStartupMessages({library(survey); library(laeken)})
people$gap <- pmax(10000 - people$eqincome, 0) / 10000
people$poor <- as.numeric(people$eqincome < 10000)
people$y <- ifelse(people$eqincome > 0, people$eqincome, 1)
people$log_gap <- pmax(log(10000 / people$y), 0)
people$ylny <- people$y * log(people$y)
people$one <- 1
design <- svydesign(ids = ~db030, strata = ~db040, weights = ~rb050, data = people)
# Each household left out in turn, the others of its region standing for it: R's JKn without its matrix of 6000 columns.
jackknife <- function(here, measure) {
  value <- measure(here$eqincome, here$rb050)
  sum <- 0
  for (region in unique(here$db040)) {
    inside <- here$db040 == region
    homes <- unique(here$db030[inside])
    n <- length(homes)
    left <- sapply(homes, function(home) {
      w <- here$rb050
      w[inside] <- w[inside] * n / (n - 1)
      keep <- here$db030 != home
      measure(here$eqincome[keep], w[keep])
    })
    sum <- sum + (n - 1) / n * sum((left - value)^2)
  }
  c(value, sqrt(sum))
}
of_laeken <- function(y, w) gini(y, weights = w)$value / 100
line <- arpt("eqincome", weights = "rb050", data = people)
people$at_risk <- as.numeric(people$eqincome < line)
for (place in places) {
  rows <- if (place == "all") rep(TRUE, nrow(people)) else people$db040 == place
  here <- subset(design, rows)
  mean_of <- function(name, formula, design) { m <- svymean(formula, design); say(paste0(place, ".", name), coef(m), SE(m)) }
  mean_of("fgt0", ~poor, here)
  mean_of("fgt1", ~gap, here)
  mean_of("fgt2", ~I(gap^2), here)
  mean_of("watts", ~log_gap, subset(here, eqincome > 0))
  totals <- svytotal(~ylny + y + one, subset(here, eqincome > 0))
  index <- svycontrast(totals, quote(ylny / y - log(y / one)))
  say(paste0(place, ".theil"), coef(index), SE(index))
  of_place <- people[rows, ]
  found <- jackknife(of_place, of_laeken)
  say(paste0(place, ".gini"), found[1], found[2])
  risk <- if (place == "all") arpr("eqincome", weights = "rb050", data = people)$value
    else subset(arpr("eqincome", weights = "rb050", breakdown = "db040", data = people)$valueByStratum, stratum == place)$value
  say(paste0(place, ".arpr"), risk / 100, NA)
  say(paste0(place, ".qsr"), qsr("eqincome", weights = "rb050", data = of_place)$value, NA)
}
say("line", line, NA)
"""
CONVEY = """
suppressPackageStartupMessages({library(survey); library(convey)})
design <- convey_prep(svydesign(ids = ~db030, strata = ~db040, weights = ~rb050, data = people))
earning <- subset(design, eqincome > 0)
for (place in places) {
  here <- function(design) if (place == "all") design else subset(design, db040 == place)
  told <- function(name, found) say(paste0(place, ".", name), coef(found)[1], SE(found)[1])
  for (g in 0:2) told(paste0("fgt", g), svyfgt(~eqincome, here(design), g = g, abs_thresh = 10000))
  told("gini", svygini(~eqincome, here(design)))
  told("arpr", svyarpr(~eqincome, here(design)))
  told("qsr", svyqsr(~eqincome, here(design)))
  told("watts", svywatts(~eqincome, here(earning), abs_thresh = 10000))
  told("theil", svygei(~eqincome, here(earning), epsilon = 1))
}
"""
PLACES = ["all", "Burgenland", "Carinthia", "Lower Austria", "Salzburg", "Styria", "Tyrol", "Upper Austria", "Vienna", "Vorarlberg"]  # fmt: skip
MEASURES = {
    "fgt0": lambda y, **survey: fgt(y, 10_000, 0, **survey),
    "fgt1": lambda y, **survey: fgt(y, 10_000, 1, **survey),
    "fgt2": lambda y, **survey: fgt(y, 10_000, 2, **survey),
    "gini": gini,
    "arpr": at_risk_of_poverty,
    "qsr": qsr,
    "watts": lambda y, **survey: watts(y, 10_000, **survey),
    "theil": theil,
}
Told = dict[str, tuple[float, float]]


def told_by(packages: list[str], script: str, folder: Path) -> Told:
    """What the script says, or a skip that names the packages that are not installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("there is no Rscript on this machine")
    for one in packages:
        asked = f"stopifnot(requireNamespace('{one}', quietly = TRUE))"
        if subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode:
            pytest.skip(f"R's package {one} is not installed")
    place = folder / "survey.R"
    place.write_text(HEAD + script, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(place), str(eusilc.SHEET)], capture_output=True, text=True, check=True
    )
    rows = [line.split("|") for line in done.stdout.splitlines()]
    return {name: (float(value), float(se.replace("NA", "nan"))) for name, value, se, *_ in rows}


@pytest.fixture(scope="module")
def survey_and_laeken(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told_by(["survey", "laeken"], SURVEY, tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="module")
def convey(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told_by(["survey", "convey"], CONVEY, tmp_path_factory.mktemp("convey"))


def ours(name: str, place: str, **more):
    survey = eusilc.survey("db030")
    domain = None if place == "all" else [stratum == place for stratum in survey["strata"]]
    return MEASURES[name](eusilc.incomes(), domain=domain, **survey, **more)


@eusilc.needed
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["fgt0", "fgt1", "fgt2", "watts", "theil"])
def test_survey_says_the_same(survey_and_laeken: Told, name: str, place: str) -> None:
    found, (value, se) = ours(name, place), survey_and_laeken[f"{place}.{name}"]
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.se == pytest.approx(se, rel=1e-9)


@eusilc.needed
@pytest.mark.parametrize("place", PLACES)
def test_laeken_says_the_same_of_gini(survey_and_laeken: Told, place: str) -> None:
    """Its jackknife is another estimator of the same standard error: linearised and left-out-in-turn come within a hundredth."""
    found, (value, se) = ours("gini", place, ranks="middle"), survey_and_laeken[f"{place}.gini"]
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.se == pytest.approx(se, rel=0.02)


@eusilc.needed
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["arpr", "qsr"])
def test_laeken_says_the_same_of_quantiles(survey_and_laeken: Told, name: str, place: str) -> None:
    found, (value, _) = ours(name, place), survey_and_laeken[f"{place}.{name}"]
    assert found.value == pytest.approx(value, rel=1e-9)


@eusilc.needed
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", MEASURES)
def test_convey_says_the_same(convey: Told, name: str, place: str) -> None:
    found, (value, se) = ours(name, place), convey[f"{place}.{name}"]
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.se == pytest.approx(se, rel=1e-6)

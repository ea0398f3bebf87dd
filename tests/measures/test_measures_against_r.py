"""The same survey in R, by the packages survey, convey and laeken, where they are installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from measures import eusilc
from tsampa.measures import at_risk_of_poverty, fgt, gini, qsr, theil, watts

SCRIPT = """
suppressPackageStartupMessages({library(survey); library(convey); library(laeken)})
people <- read.csv(commandArgs(trailingOnly = TRUE)[1])
design <- convey_prep(svydesign(ids = ~db030, strata = ~db040, weights = ~rb050, data = people))
earning <- subset(design, eqincome > 0)
say <- function(name, found) cat(name, format(coef(found)[1], digits = 15), format(SE(found)[1], digits = 15), "\\n")
for (place in c("all", "Tyrol")) {
  here <- function(design) if (place == "all") design else subset(design, db040 == "Tyrol")
  for (g in 0:2) say(paste0(place, ".fgt", g), svyfgt(~eqincome, here(design), g = g, abs_thresh = 10000))
  say(paste0(place, ".gini"), svygini(~eqincome, here(design)))
  say(paste0(place, ".arpr"), svyarpr(~eqincome, here(design)))
  say(paste0(place, ".qsr"), svyqsr(~eqincome, here(design)))
  say(paste0(place, ".watts"), svywatts(~eqincome, here(earning), abs_thresh = 10000))
  say(paste0(place, ".theil"), svygei(~eqincome, here(earning), epsilon = 1))
}
cat("laeken.gini", gini("eqincome", weights = "rb050", data = people)$value / 100, "NA\\n")
"""
MISSING = "Rscript with the packages survey, convey and laeken is not on this machine"


def r_is_there() -> bool:
    if shutil.which("Rscript") is None:
        return False
    told = "for (one in c('survey', 'convey', 'laeken')) stopifnot(requireNamespace(one, quietly = TRUE))"
    return subprocess.run(["Rscript", "-e", told], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    if not r_is_there():
        pytest.skip(MISSING)
    script = tmp_path_factory.mktemp("r") / "survey.R"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", str(script), str(eusilc.SHEET)], capture_output=True, text=True, check=True
    )
    return {name: (value, se) for name, value, se in map(str.split, done.stdout.splitlines())}


MEASURES = {
    "fgt0": lambda y, **survey: fgt(y, 10_000, 0, **survey),
    "fgt1": lambda y, **survey: fgt(y, 10_000, 1, **survey),
    "fgt2": lambda y, **survey: fgt(y, 10_000, 2, **survey),
    "gini": lambda y, **survey: gini(y, **survey),
    "arpr": at_risk_of_poverty,
    "qsr": qsr,
    "watts": lambda y, **survey: watts(y, 10_000, **survey),
    "theil": theil,
}


@eusilc.needed
@pytest.mark.parametrize("place", ["all", "Tyrol"])
@pytest.mark.parametrize("name", MEASURES)
def test_r_says_the_same(told: dict[str, tuple[str, str]], name: str, place: str) -> None:
    survey = eusilc.survey("db030")
    domain = None if place == "all" else [stratum == place for stratum in survey["strata"]]
    found = MEASURES[name](eusilc.incomes(), domain=domain, **survey)
    value, se = told[f"{place}.{name}"]
    assert found.value == pytest.approx(float(value), rel=1e-9)
    assert found.se == pytest.approx(float(se), rel=1e-6)


@eusilc.needed
def test_laeken_says_the_same(told: dict[str, tuple[str, str]]) -> None:
    value, _ = told["laeken.gini"]
    assert gini(eusilc.incomes(), ranks="middle", **eusilc.survey()).value == pytest.approx(
        float(value), rel=1e-6
    )

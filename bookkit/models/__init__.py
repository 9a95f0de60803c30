"""Trains the networks that the explorers show, into the folder that the page reads them from."""

from bookkit import ROOT

FOLDER = ROOT / "book" / "assets" / "models"

"""What is taken from the package of the design system."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.design_system import ICONS, TARGET, icon_sheet, reduced_style_sheet

PACKED = (
    "@font-face{font-family:IBM Plex Sans;src:url(../fonts/IBMPlexSans/complete/eot/x.eot)}"
    "body{margin:0}.icon-car:not(a){background-image:url(../img/svg-icons/car.svg)}"
    ".header .logo{background-image:url(../img/logo-borgerdk.svg)}"
    ".form-select{background-image:url(../img/svg-icons/chevron-down.svg)}"
    "/*# sourceMappingURL=x.map*/"
)


def test_fonts_are_modern_ones_and_icons_and_logos_are_left_out() -> None:
    css = reduced_style_sheet(PACKED)
    assert "eot" not in css
    assert css.count("@font-face") == css.count(".woff2") == 5
    assert ".icon-car" not in css
    assert "logo-borgerdk" not in css
    assert "body{margin:0}" in css
    assert "url(../img/svg-icons/chevron-down.svg)" in css
    assert "sourceMappingURL" not in css


def test_the_icons_that_are_shown_are_in_one_file() -> None:
    sheet = (TARGET / "icons.svg").read_text("utf-8")
    assert sheet.count("<symbol ") == len(ICONS)
    assert all(f'<symbol id="{name}" viewBox="' in sheet for name in ICONS)


def test_a_package_of_another_form_is_refused(tmp_path: Path) -> None:
    for name in ICONS:
        (tmp_path / f"{name}.svg").write_text("<svg></svg>", "utf-8")
    with pytest.raises(ValueError, match="viewBox"):
        icon_sheet(tmp_path)

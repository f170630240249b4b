"""Takes from the npm package dkfds what our pages use: `python -m web.design_system FOLDER`.

DKFDS is the Danish common design system (https://designsystem.dk/); the package is fetched with
`npm pack dkfds` and unpacked into FOLDER. The result is committed, so that nobody needs Node.
Left out are the fonts in formats that only old browsers read, the classes of the icons as
background images (150 files), and the two official logos, which this service may not use.
The text of the Apache licence that the icons are under stands in web/static/licences.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

TARGET = Path(__file__).parent / "static" / "dkfds"

ICONS = (
    "account",
    "arrow-upward",
    "calendar-month",
    "chat",
    "chevron-left",
    "chevron-right",
    "email",
    "error",
    "help",
    "info",
    "language",
    "lock",
    "refresh",
    "send",
    "success",
    "time",
    "visibility",
    "visibility-off",
    "warning",
)
"""The icons that templates show, collected in one file: icons.svg."""

_FACES = (
    ("normal", 400, "Regular"),
    ("italic", 400, "Italic"),
    ("normal", 500, "Medium"),
    ("normal", 600, "SemiBold"),
    ("normal", 700, "Bold"),
)
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_ICON_CLASS = re.compile(r"\.icon-[a-z-]+:not\(a\)\{[^}]*\}")
_LOGO = re.compile(r"url\(\.\./img/logo[^)]*\)")
_IMAGE = re.compile(r"url\(\.\./img/svg-icons/([a-z0-9-]+\.svg)\)")
_SVG = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)


def reduced_style_sheet(css: str) -> str:
    """Return the compiled style sheet without what we leave out.

    Args:
        css: dist/css/dkfds-borgerdk.min.css of the package.
    """
    faces = "".join(
        f'@font-face{{font-family:"IBM Plex Sans";font-style:{style};font-weight:{weight};'
        f"font-display:swap;src:url(../fonts/IBMPlexSans-{name}.woff2) format('woff2')}}"
        for style, weight, name in _FACES
    )
    css = _LOGO.sub("none", _ICON_CLASS.sub("", _FONT_FACE.sub("", css)))
    return faces + css.partition("/*# sourceMappingURL")[0].strip() + "\n"


def icon_sheet(folder: Path) -> str:
    """Return one SVG with a symbol for each of our icons, named as in the package.

    Raises:
        ValueError: A file of the package is not an SVG of the form we know.
    """
    symbols = []
    for name in ICONS:
        found = _SVG.search((folder / f"{name}.svg").read_text("utf-8"))
        if found is None:
            raise ValueError(f"{name}.svg is no plain SVG with a viewBox; look at the new package.")
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{found[2]}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def take(package: Path) -> None:
    """Replace web/static/dkfds by what is needed of an unpacked package.

    Args:
        package: The folder that holds package.json and dist/.
    """
    source = package / "dist"
    css = reduced_style_sheet((source / "css" / "dkfds-borgerdk.min.css").read_text("utf-8"))
    icons = source / "img" / "svg-icons"
    shutil.rmtree(TARGET, ignore_errors=True)
    for folder in ("css", "fonts", "img/svg-icons"):
        (TARGET / folder).mkdir(parents=True)
    (TARGET / "css" / "dkfds-borgerdk.css").write_text(css, "utf-8")
    (TARGET / "icons.svg").write_text(icon_sheet(icons), "utf-8")
    for image in sorted(set(_IMAGE.findall(css))):
        shutil.copyfile(icons / image, TARGET / "img" / "svg-icons" / image)
    fonts = source / "fonts" / "IBMPlexSans" / "complete" / "woff2"
    for _, _, name in _FACES:
        shutil.copyfile(
            fonts / f"IBMPlexSans-{name}.woff2", TARGET / "fonts" / f"IBMPlexSans-{name}.woff2"
        )
    shutil.copyfile(fonts / "license.txt", TARGET / "fonts" / "license.txt")
    shutil.copyfile(package / "LICENSE.md", TARGET / "LICENSE.md")
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    (TARGET / "VERSION").write_text(f"dkfds {version}\n", "utf-8")


if __name__ == "__main__":
    take(Path(sys.argv[1]))

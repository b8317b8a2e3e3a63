#!/usr/bin/python3
"""Cuts photographs of Debian's wallpaper packages into a set of 500 x 375 JPEGs, always the same.

    /usr/bin/python3 make_photos.py FOLDER [COUNT]

Needs python3-pil and some of: plasma-workspace-wallpapers, mate-backgrounds, lomiri-wallpapers-16.04, lomiri-wallpapers-20.04. Every
photograph gives tiles that do not overlap; the set takes one tile of each photograph in turn. Every sixth tile stands upright. The
photographs keep their licenses (/usr/share/doc/PACKAGE/copyright), so the set is made where it is needed and is not committed.
Exits with 3 when no wallpapers are installed.
"""
import sys
from itertools import zip_longest
from pathlib import Path

from PIL import Image

FOLDERS = (
    ("/usr/share/backgrounds", "*_by_*.jpg"),
    ("/usr/share/backgrounds/mate/nature", "*.jpg"),
    ("/usr/share/wallpapers", "*/contents/images/2560x1600.jpg"),
)
LONG, SHORT = 500, 375


def tiles(path):
    """(path, box) of tiles at least LONG wide where the photograph allows four, three or two a side, else the whole."""
    with Image.open(path) as photo:
        width, height = photo.size
    cut = next((n for n in (4, 3, 2) if width // n >= LONG and height // n >= SHORT), 1)
    w, h = width // cut, height // cut
    boxes = [(column * w, row * h, w, h) for row in range(cut) for column in range(cut)]
    return [(path, box) for box in boxes[::2] + boxes[1::2]]


def fit(box, aspect):
    """The largest centered box of that aspect (width / height) inside another."""
    x, y, w, h = box
    inner_w, inner_h = min(w, int(h * aspect)), min(h, int(w / aspect))
    left, top = x + (w - inner_w) // 2, y + (h - inner_h) // 2
    return left, top, left + inner_w, top + inner_h


def main(folder, count=288):
    photographs = sorted(path for root, pattern in FOLDERS for path in Path(root).glob(pattern))
    if not photographs:
        print("make_photos: expected wallpaper packages, found none", file=sys.stderr)
        return 3
    rounds = zip_longest(*(tiles(path) for path in photographs))
    chosen = [tile for turn in rounds for tile in turn if tile][:count]
    Path(folder).mkdir(parents=True, exist_ok=True)
    opened = (None, None)
    for number, (path, box) in sorted(enumerate(chosen), key=lambda entry: (entry[1][0], entry[0])):
        if opened[0] != path:
            with Image.open(path) as photo:
                opened = (path, photo.convert("RGB"))
        size = (SHORT, LONG) if number % 6 == 5 else (LONG, SHORT)
        small = opened[1].resize(size, Image.LANCZOS, box=fit(box, size[0] / size[1]))
        small.save(Path(folder) / f"photo-{number:03}.jpg", quality=90, subsampling="4:2:0")
    print(f"{len(chosen)} photographs of {len(photographs)} wallpapers in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:3])))

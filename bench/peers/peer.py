#!/usr/bin/python3
"""Times OpenCV, torchvision and torch on request, so that a benchmark can take turns with them in one run.

Needs Debian's python3-opencv, python3-numpy, python3-pil, python3-torch and python3-torchvision; what is not installed is only
missed by the requests that use it. Reads one JSON object a line from standard input and answers with one a line:

    {"op": "photos", "dir": D}                               remembers every *.jpg below D; {"photos": n}
    {"op": "views", "impl": I, "kind": K, "count": c, "start": s}   views of c photos; {"seconds", "processor", "images", "views"}
    {"op": "infonce", "n", "d", "threads", "count"}          normalized-temperature cross-entropy and its gradient
    {"op": "pairs", "n", "d", "threads", "count"}            InfoNCE of n queries and n keys with both gradients
    {"op": "queue" | "topk" | "mochi", "n", "keys", "d", ...}   a queue of keys: loss, mining, synthetic negatives
    {"op": "versions"}

I is opencv, pil or tensor (torchvision on PIL images or on tensors); with "-bytes" behind it, photos are decoded before the clock
starts; processor is the processor's time in seconds. K is simclr (two views of 224) or multicrop (two of 224 and six of 96). The recipe: random resized crop, flip 0.5, color
jitter (0.8, 0.8, 0.8, 0.2) in random order with 0.8, gray 0.2, Gaussian blur of 23 taps with 0.5, normalization. One thread a view.
"""
import json
import math
import random
import sys
import time
from functools import lru_cache
from pathlib import Path

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PLANS = {
    "simclr": [(224, (0.08, 1.0))] * 2,
    "multicrop": [(224, (0.14, 1.0))] * 2 + [(96, (0.05, 0.14))] * 6,
}
photos = []


def clock(work, count):
    begin = time.perf_counter()
    for i in range(count):
        work(i)
    return time.perf_counter() - begin


def draw_box(height, width, shares):
    """A box as torchvision draws it; the largest centered square after ten misses."""
    for _ in range(10):
        area = random.uniform(*shares) * height * width
        aspect = math.exp(random.uniform(-math.log(4 / 3), math.log(4 / 3)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 1 <= w <= width and 1 <= h <= height:
            return random.randint(0, height - h), random.randint(0, width - w), h, w
    side = min(height, width)
    return (height - side) // 2, (width - side) // 2, side, side


class OpenCv:
    """Eight-bit views, the way a careful user of OpenCV writes them: tables where a change is the same for every value."""

    def __init__(self):
        import cv2
        import numpy

        cv2.setNumThreads(1)
        self.cv2, self.np = cv2, numpy
        self.levels = numpy.arange(256, dtype=numpy.float32)

    def load(self, path):
        return self.cv2.cvtColor(self.cv2.imread(path, self.cv2.IMREAD_COLOR), self.cv2.COLOR_BGR2RGB)

    def luma(self, image):
        return self.cv2.cvtColor(image, self.cv2.COLOR_RGB2GRAY)

    def gray(self, image):
        return self.cv2.cvtColor(self.luma(image), self.cv2.COLOR_GRAY2RGB)

    def table(self, image, values):
        return self.cv2.LUT(image, self.np.clip(values, 0, 255).astype(self.np.uint8))

    def jitter(self, image):
        cv2, np = self.cv2, self.np

        def brightness(im):
            return self.table(im, self.levels * random.uniform(0.2, 1.8))

        def contrast(im):
            factor = random.uniform(0.2, 1.8)
            return self.table(im, self.levels * factor + self.luma(im).mean() * (1 - factor))

        def saturation(im):
            factor = random.uniform(0.2, 1.8)
            return cv2.addWeighted(im, factor, self.gray(im), 1 - factor, 0)

        def hue(im):
            hsv = cv2.cvtColor(im, cv2.COLOR_RGB2HSV)
            turned = (np.arange(256) + round(180 * random.uniform(-0.2, 0.2))) % 180
            hsv[..., 0] = cv2.LUT(np.ascontiguousarray(hsv[..., 0]), turned.astype(np.uint8))
            return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)

        for change in random.sample((brightness, contrast, saturation, hue), 4):
            image = change(image)
        return image

    def view(self, image, size, shares):
        cv2, np = self.cv2, self.np
        top, left, h, w = draw_box(image.shape[0], image.shape[1], shares)
        shrinks = h >= size and w >= size
        kernel = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        image = cv2.resize(image[top : top + h, left : left + w], (size, size), interpolation=kernel)
        if random.random() < 0.5:
            image = cv2.flip(image, 1)
        if random.random() < 0.8:
            image = self.jitter(image)
        if random.random() < 0.2:
            image = self.gray(image)
        if random.random() < 0.5:
            image = cv2.GaussianBlur(image, (23, 23), random.uniform(0.1, 2))
        planes = np.empty((3, size, size), np.float32)
        for plane, channel, mean, deviation in zip(planes, cv2.split(image), MEAN, DEVIATION):
            np.multiply(channel, np.float32(1 / (255 * deviation)), out=plane)
            plane -= np.float32(mean / deviation)
        return planes

    def views(self, kind):
        return lambda image: [self.view(image, size, shares) for size, shares in PLANS[kind]]


class Torchvision:
    """The transforms of torchvision as its documentation combines them."""

    def __init__(self, on_tensors):
        import torch
        from torchvision import transforms

        torch.set_num_threads(1)
        self.torch, self.transforms, self.on_tensors = torch, transforms, on_tensors

    def load(self, path):
        if self.on_tensors:
            from torchvision.io import read_image

            return read_image(path)
        from PIL import Image

        with Image.open(path) as file:
            return file.convert("RGB")

    def chain(self, size, shares):
        t = self.transforms
        options = {"antialias": True} if self.on_tensors else {}
        to_floats = t.ConvertImageDtype(self.torch.float32) if self.on_tensors else t.ToTensor()
        return t.Compose(
            [
                t.RandomResizedCrop(size, scale=shares, **options),
                t.RandomHorizontalFlip(),
                t.RandomApply([t.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8),
                t.RandomGrayscale(0.2),
                t.RandomApply([t.GaussianBlur(23, (0.1, 2.0))], p=0.5),
                to_floats,
                t.Normalize(MEAN, DEVIATION),
            ]
        )

    def views(self, kind):
        chains = [self.chain(size, shares) for size, shares in PLANS[kind]]
        return lambda image: [chain(image) for chain in chains]


@lru_cache(None)
def library(name):
    return OpenCv() if name == "opencv" else Torchvision(name == "tensor")


@lru_cache(None)
def maker(name, kind):
    return library(name).views(kind)


@lru_cache(None)
def decoded(name, path):
    return library(name).load(path)


def time_views(request):
    name, _, source = request["impl"].partition("-")
    kind, count, start = request["kind"], request["count"], request.get("start", 0)
    paths = [photos[(start + i) % len(photos)] for i in range(count)]
    load = decoded if source == "bytes" else lambda which, path: library(which).load(path)
    make = maker(name, kind)
    make(decoded(name, paths[0]))
    if source == "bytes":
        for path in paths:
            decoded(name, path)
    before = time.process_time()
    seconds = clock(lambda i: make(load(name, paths[i])), count)
    return {"seconds": seconds, "processor": time.process_time() - before, "images": count, "views": count * len(PLANS[kind])}


def time_latent(request):
    import torch
    from torch.nn.functional import cross_entropy, normalize

    torch.set_num_threads(request.get("threads", 1))
    torch.manual_seed(0)
    n, d = request.get("n", 256), request.get("d", 128)
    count, op = request.get("count", 5), request["op"]
    if op == "infonce":
        rows = torch.randn(2 * n, d, requires_grad=True)
        partner = (torch.arange(2 * n) + n) % (2 * n)

        def work(_):
            rows.grad = None
            unit = normalize(rows, dim=1)
            scores = (unit @ unit.T / 0.1).fill_diagonal_(-math.inf)
            cross_entropy(scores, partner).backward()

        work(0)
        return {"seconds": clock(work, count), "count": count}
    if op == "pairs":
        sides = [torch.randn(n, d, requires_grad=True) for _ in range(2)]

        def compare(_):
            for side in sides:
                side.grad = None
            scores = normalize(sides[0], dim=1) @ normalize(sides[1], dim=1).T / 0.1
            cross_entropy(scores, torch.arange(n)).backward()

        compare(0)
        return {"seconds": clock(compare, count), "count": count}
    keys, k = request.get("keys", 65536), request.get("k", 1024)
    queries, positives, queue = (normalize(torch.randn(length, d), dim=1) for length in (n, n, keys))

    def loss(_):
        moving = queries.clone().requires_grad_()
        scores = torch.cat(((moving * positives).sum(1, keepdim=True), moving @ queue.T), 1) / 0.2
        cross_entropy(scores, torch.zeros(n, dtype=torch.long)).backward()

    def hardest(_):
        return torch.topk(queries @ queue.T, k, dim=1, sorted=False).indices

    def pick(found, number):
        return queue[found.gather(1, torch.randint(k, (n, number)))]

    def mix(_):
        found = hardest(0)
        pairs, single = request.get("s", 512), request.get("s2", 256)
        share, mine = torch.rand(n, pairs, 1), torch.rand(n, single, 1) / 2
        between = normalize(share * pick(found, pairs) + (1 - share) * pick(found, pairs), dim=-1)
        near = normalize(mine * queries[:, None] + (1 - mine) * pick(found, single), dim=-1)
        return torch.einsum("nd,nsd->ns", queries, between), torch.einsum("nd,nsd->ns", queries, near)

    work = {"queue": loss, "topk": hardest, "mochi": mix}[op]
    work(0)
    return {"seconds": clock(work, count), "count": count}


def versions(_):
    found = {"python": sys.version.split()[0]}
    for name in ("cv2", "numpy", "PIL", "torch", "torchvision"):
        try:
            found[name] = __import__(name).__version__
        except ImportError:
            pass
    return found


def find_photos(request):
    photos[:] = sorted(str(path) for path in Path(request["dir"]).rglob("*.jpg"))
    return {"photos": len(photos)}


ANSWERS = {"photos": find_photos, "views": time_views, "versions": versions}

if __name__ == "__main__":
    random.seed(0)
    for line in filter(str.strip, sys.stdin):
        try:
            asked = json.loads(line)
            reply = ANSWERS.get(asked["op"], time_latent)(asked)
        except Exception as error:  # whether a missing peer matters is the caller's business
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)

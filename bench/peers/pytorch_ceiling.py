"""How much arithmetic PyTorch does in a second at best: the fastest of a product and convolutions, in GFLOP/s.

Says {"ready": true, "about": "1x1 convolutions in PyTorch"}, then answers each line "run <times>" with a line of JSON, until "quit".
`ceiling.ts` does the same work in onnxruntime.
"""

import argparse
import json
import sys
import time

import torch
import torch.nn.functional as F

TRIES = 5


def make_works():
    """Operations of one call and the call, by name."""
    matrix = torch.rand(1024, 1024)
    works = {"1024 x 1024 products": (2 * 1024**3, lambda: torch.mm(matrix, matrix))}
    for size, channels in ((1, 256), (3, 128)):
        images = torch.rand(8, channels, 28, 28).contiguous(memory_format=torch.channels_last)
        weights = torch.rand(channels, channels, size, size).contiguous(memory_format=torch.channels_last)
        flops = 2 * images.numel() * channels * size * size
        works[f"{size}x{size} convolutions"] = (flops, convolution_of(images, weights, size // 2))
    return works


def convolution_of(images, weights, padding):
    return lambda: F.conv2d(images, weights, padding=padding)


def rate(work, times):
    flops, call = work
    started = time.perf_counter()
    for _ in range(times):
        call()
    return flops * times / (time.perf_counter() - started) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    with torch.inference_mode():
        works = make_works()
        rates = {name: max(rate(work, 1) for _ in range(TRIES)) for name, work in works.items()}
        best = max(rates, key=rates.get)
        print(json.dumps({"ready": True, "about": f"{best} in PyTorch"}), flush=True)
        for line in sys.stdin:
            if line.strip() == "quit":
                return
            print(json.dumps({"gflops": rate(works[best], int(line.split()[1])), "peakRssBytes": 0}), flush=True)


if __name__ == "__main__":
    main()

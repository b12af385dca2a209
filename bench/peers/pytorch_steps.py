"""Times PyTorch on the networks that Graft trains, one JSON line a measurement.

Needs PyTorch with a multi-threaded BLAS (Debian: python3-torch libopenblas0-openmp, and libopenblas0-openmp
chosen as libblas.so.3 by update-alternatives). One measurement:

    ${PYTHON:-python3} bench/peers/pytorch_steps.py --network classic-cnn --mode train --batch 32 --threads 2 --steps 40

With --serve it warms up once, prints {"ready": true, ...}, and then answers each line "run <steps>" on its
standard input with a measurement, until "quit" or the end of input, so that a harness can alternate
between programs without starting them anew.

A step takes one batch that is already normalised and in memory: forward, loss, backward, update; or forward alone.
--execution torchscript runs what does not train traced, frozen and optimized by TorchScript; compiled runs the
network through torch.compile (in training of a part, what is frozen), which needs PyTorch 2 and a C++ compiler.
"""

import argparse
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

from networks import NETWORKS, split
from photo_networks import PHOTO_NETWORKS

ALL_NETWORKS = {**NETWORKS, **PHOTO_NETWORKS}
TRAINED_LAYERS = {"last-layer": 1, "last-two-layers": 2}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=ALL_NETWORKS, default="classic-cnn")
    parser.add_argument("--mode", choices=("train", "inference"), default="train")
    parser.add_argument("--frozen", choices=TRAINED_LAYERS, help="train only these; the rest runs under no_grad")
    parser.add_argument("--layout", choices=("channels-last", "contiguous"), default="channels-last")
    parser.add_argument("--execution", choices=("eager", "torchscript", "compiled"), default="eager")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=5, help="steps before the first measurement")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seconds", type=float, help="measure for this long instead of --steps")
    parser.add_argument("--serve", action="store_true", help="measure on request, see above")
    arguments = parser.parse_args()
    if arguments.frozen and arguments.mode == "inference":
        parser.error("--frozen: expected --mode train, got inference")
    if arguments.execution == "torchscript" and arguments.mode == "train" and arguments.frozen is None:
        parser.error("--execution: expected eager or compiled for training of the whole network, got torchscript")
    return arguments


def make_step(arguments):
    """A function that does one step; it returns a tensor that depends on all of the step's work."""
    torch.manual_seed(0)
    channels_last = arguments.layout == "channels-last"
    layout = torch.channels_last if channels_last else torch.contiguous_format
    network = ALL_NETWORKS[arguments.network](arguments.classes, arguments.image_size).to(memory_format=layout)
    images = torch.rand(arguments.batch, 3, arguments.image_size, arguments.image_size)
    images = images.contiguous(memory_format=layout)
    labels = torch.randint(0, arguments.classes, (arguments.batch,))
    if arguments.mode == "inference":
        return inference_step(prepared(network.eval(), images, arguments.execution), images)
    if arguments.frozen is None:
        return training_step(None, prepared(network, images, arguments.execution), images, labels)
    backbone, head = split(network, TRAINED_LAYERS[arguments.frozen])
    backbone.eval().requires_grad_(False)
    return training_step(prepared(backbone, images, arguments.execution), head, images, labels)


def prepared(network, images, execution):
    """The network as it is, compiled, or as an optimized TorchScript graph with constant weights."""
    if execution == "eager":
        return network
    if execution == "compiled":
        return torch.compile(network)
    with torch.no_grad():
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, images)))


def inference_step(network, images):
    def step():
        with torch.inference_mode():
            return network(images)

    return step


def training_step(backbone, head, images, labels):
    optimizer = torch.optim.SGD(head.parameters(), lr=1e-3, momentum=0.9)

    def step():
        inputs = images
        if backbone is not None:
            with torch.no_grad():
                inputs = backbone(images)
        loss = F.cross_entropy(head(inputs), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def measure(step, arguments, steps, seconds=None):
    """Runs steps and describes how fast they were."""
    done, started = 0, time.perf_counter()
    while done < steps if seconds is None else time.perf_counter() - started < seconds:
        step()
        done += 1
    elapsed = time.perf_counter() - started
    return {
        "imagesPerSecond": done * arguments.batch / elapsed,
        "steps": done,
        "seconds": elapsed,
        "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        **describe(arguments),
    }


def describe(arguments):
    layout = arguments.layout.replace("-", " ")
    return {"about": f"PyTorch {torch.__version__.split('+')[0]}, {arguments.execution}, {layout}"}


def serve(step, arguments):
    """Answers "run <steps>" lines until "quit" or the end of input."""
    print(json.dumps({"ready": True, **describe(arguments)}), flush=True)
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            return
        if len(words) != 2 or words[0] != "run" or not words[1].isdigit() or int(words[1]) == 0:
            raise SystemExit(f'pytorch_steps: expected "run <steps>" or "quit", got {line.strip()!r}')
        print(json.dumps(measure(step, arguments, int(words[1]))), flush=True)


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    step = make_step(arguments)
    for _ in range(arguments.warmup):
        step()
    if arguments.serve:
        serve(step, arguments)
    else:
        print(json.dumps(measure(step, arguments, arguments.steps, arguments.seconds)))


if __name__ == "__main__":
    main()

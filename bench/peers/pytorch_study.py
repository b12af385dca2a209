"""The classic study as a straightforward PyTorch program: the peer of a whole Graft study.

Needs PyTorch with a multi-threaded BLAS (Debian: python3-torch libopenblas0-openmp) and the binary version of CIFAR-10:

    ${PYTHON:-python3} bench/peers/pytorch_study.py --data DIR --epochs 20 --threads 2

M1 trains on classes A from random weights, M2 on classes B from random weights, M3 a new last layer on B
over M1, M4 both fully connected layers on B from M1 with a new last one. Frozen layers run under no_grad,
once for every batch of every epoch, as tutorials do. Progress goes to standard error, the result to
standard output as one JSON object.
"""

import argparse
import copy
import json
import os
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from networks import classic, split

TARGET_CLASSES = (0, 7)  # airplane, horse
SOURCE_CLASSES = (1, 2, 3, 4, 5, 6, 8, 9)
IMAGE_SHAPE = (3, 32, 32)
EVALUATION_BATCH = 250


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with data_batch_1.bin … test_batch.bin")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--normalise", choices=("unit", "standard"), default="standard", help="x/255, or mean 0, sd 1")
    parser.add_argument("--layout", choices=("channels-last", "contiguous"), default="channels-last")
    parser.add_argument("--limit", type=int, help="keep only so many training images of each task, for a quick look")
    return parser.parse_args()


def read_cifar10(folder, names):
    """Images as uint8 [N, 3, 32, 32] and labels as int64 [N]."""
    records = np.concatenate([np.fromfile(os.path.join(folder, name), np.uint8).reshape(-1, 3073) for name in names])
    return torch.from_numpy(records[:, 1:].reshape(-1, *IMAGE_SHAPE)), torch.from_numpy(records[:, 0].astype(np.int64))


def select(images, labels, classes, limit=None):
    """The images of some classes, with labels counted from 0 in the order of `classes`."""
    own = torch.full((10,), -1)
    own[list(classes)] = torch.arange(len(classes))
    kept = torch.nonzero(own[labels] >= 0).squeeze(1)[:limit]
    return images[kept], own[labels[kept]]


def channel_statistics(images):
    """Mean and standard deviation of each channel of x/255, as [1, C, 1, 1], from byte counts."""
    levels = torch.arange(256, dtype=torch.float64) / 255
    means, deviations = [], []
    for channel in range(images.shape[1]):
        counts = torch.from_numpy(np.bincount(images[:, channel].numpy().ravel(), minlength=256))
        share = counts / counts.sum()
        means.append((share * levels).sum())
        deviations.append(((share * levels.square()).sum() - means[-1] ** 2).sqrt())
    return tuple(torch.stack(values).float().view(1, -1, 1, 1) for values in (means, deviations))


class Study:
    """What all four models share: data, settings, and how one model is trained."""

    def __init__(self, arguments):
        self.arguments = arguments
        channels_last = arguments.layout == "channels-last"
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        train = read_cifar10(arguments.data, [f"data_batch_{index}.bin" for index in range(1, 6)])
        test = read_cifar10(arguments.data, ["test_batch.bin"])
        self.mean, self.deviation = torch.zeros(1, 3, 1, 1), torch.ones(1, 3, 1, 1)
        if arguments.normalise == "standard":
            self.mean, self.deviation = channel_statistics(train[0])
        self.tasks = {
            name: (select(*train, classes, arguments.limit), select(*test, classes))
            for name, classes in (("source", SOURCE_CLASSES), ("target", TARGET_CLASSES))
        }

    def prepare(self, images):
        """Bytes to normalised floats."""
        scaled = (images.float().div_(255) - self.mean) / self.deviation
        return scaled.contiguous(memory_format=self.layout)

    def evaluate(self, network, images, labels):
        """Mean loss and accuracy in inference mode."""
        network.eval()
        loss = correct = 0.0
        with torch.inference_mode():
            for first in range(0, len(labels), EVALUATION_BATCH):
                batch = slice(first, first + EVALUATION_BATCH)
                logits = network(self.prepare(images[batch]))
                loss += F.cross_entropy(logits, labels[batch], reduction="sum").item()
                correct += (logits.argmax(1) == labels[batch]).sum().item()
        return loss / len(labels), correct / len(labels)

    def train_epoch(self, backbone, head, optimizer, task):
        """One pass over shuffled batches; mean loss and accuracy as training saw them."""
        images, labels = task
        head.train()
        loss_sum = correct = 0.0
        for chosen in torch.randperm(len(labels)).split(self.arguments.batch):
            with torch.no_grad():
                inputs = backbone(self.prepare(images[chosen]))
            logits = head(inputs)
            loss = F.cross_entropy(logits, labels[chosen])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(chosen)
            correct += (logits.argmax(1) == labels[chosen]).sum().item()
        return loss_sum / len(labels), correct / len(labels)

    def train_model(self, model, task_name, network, trained_layers=None):
        """Trains a network, or its last linear layers, for all epochs; what happened, as plain data."""
        train, test = self.tasks[task_name]
        backbone, head = split(network, trained_layers) if trained_layers else (nn.Sequential(), network)
        backbone.eval().requires_grad_(False)
        settings = self.arguments
        optimizer = torch.optim.SGD(head.parameters(), lr=settings.lr, momentum=settings.momentum)
        epochs, train_seconds, started = [], 0.0, time.perf_counter()
        for epoch in range(1, settings.epochs + 1):
            epoch_started = time.perf_counter()
            train_loss, train_accuracy = self.train_epoch(backbone, head, optimizer, train)
            train_seconds += time.perf_counter() - epoch_started
            test_loss, test_accuracy = self.evaluate(network, *test)
            measured = {"trainLoss": train_loss, "trainAccuracy": train_accuracy}
            measured.update(testLoss=test_loss, testAccuracy=test_accuracy)
            epochs.append({"epoch": epoch, **measured, "seconds": time.perf_counter() - epoch_started})
            print(f"{model} epoch {epoch}: test accuracy {test_accuracy:.4f}", file=sys.stderr, flush=True)
        return {
            "model": model,
            "task": task_name,
            "trainImages": len(train[1]),
            "testImages": len(test[1]),
            "trainableParameters": sum(p.numel() for p in head.parameters()),
            "testAccuracy": epochs[-1]["testAccuracy"],
            "trainSeconds": train_seconds,
            "seconds": time.perf_counter() - started,
            "epochs": epochs,
        }

    def new_network(self, classes):
        return classic(len(classes), IMAGE_SHAPE[1]).to(memory_format=self.layout)

    def transferred(self, source):
        """A copy of a source network with a new last layer for the target classes."""
        network = copy.deepcopy(source)
        network[-1] = self.new_network(TARGET_CLASSES)[-1]
        return network


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    started = time.perf_counter()
    study = Study(arguments)
    source = study.new_network(SOURCE_CLASSES)
    models = [
        study.train_model("M1", "source", source),
        study.train_model("M2", "target", study.new_network(TARGET_CLASSES)),
        study.train_model("M3", "target", study.transferred(source), trained_layers=1),
        study.train_model("M4", "target", study.transferred(source), trained_layers=2),
    ]
    result = {
        "torch": torch.__version__,
        "settings": {name: value for name, value in vars(arguments).items() if name != "data"},
        "seconds": time.perf_counter() - started,
        "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "models": models,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

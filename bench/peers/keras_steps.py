"""Times Keras on TensorFlow or JAX on the small networks that Graft trains, with the protocol of `pytorch_steps.py`.

A step takes one batch that is already normalised and in memory: forward, loss, backward, update; or forward alone.
JAX compiles it by XLA; TensorFlow does not, since its steps took 2 to 9 times as long with XLA (29 November 2026).
"""

import argparse
import json
import os
import resource
import sys
import time
from importlib import import_module

MOBILENET_BLOCKS = [  # expansion, outputs at width 1, repeats, stride: Sandler et al. 2018, the second stride 1
    (1, 16, 1, 1),
    (6, 24, 2, 1),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]
NETWORK_NAMES = ("classic-cnn", "resnet-20", "mobilenet-v2-x0.5")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=("tensorflow", "jax"), default="tensorflow")
    parser.add_argument("--network", choices=NETWORK_NAMES, default="classic-cnn")
    parser.add_argument("--mode", choices=("train", "inference"), default="train")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--warmup", type=int, default=5, help="steps before the first measurement")
    return parser.parse_args()


def limit_threads(threads):
    """Both backends have as many threads as the process has processors, which Linux can limit."""
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("keras_steps: expected Linux, where a process can be limited to some processors.")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def classic(layers):
    def dense_part(x):
        x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
        return layers.Dropout(0.4)(x)

    def convolutions(x):
        for filters in (32, 64):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return layers.MaxPooling2D(2)(x)

    return lambda x: dense_part(convolutions(convolutions(x)))


def unit(layers, x, filters, size=3, stride=1, activation="relu"):
    """Convolution without bias (depthwise where there are no filters), batch normalization, activation."""
    common = {"padding": "same", "use_bias": False}
    if filters is None:
        x = layers.DepthwiseConv2D(size, stride, **common)(x)
    else:
        x = layers.Conv2D(filters, size, stride, **common)(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    return x if activation is None else layers.Activation(activation)(x)


def resnet20(layers):
    def shortcut(x, filters, stride):
        """Every second pixel under zero channels, half of them in front."""
        if stride == 1:
            return x
        added = (filters - x.shape[-1]) // 2
        every = layers.AveragePooling2D(1, stride)(x)
        channels_as_rows = layers.Permute((3, 1, 2))(every)
        return layers.Permute((2, 3, 1))(layers.ZeroPadding2D(((added, added), (0, 0)))(channels_as_rows))

    def build(x):
        x = unit(layers, x, 16)
        for stage, filters in enumerate((16, 32, 64)):
            for block in range(3):
                stride = 2 if stage > 0 and block == 0 else 1
                body = unit(layers, unit(layers, x, filters, stride=stride), filters, activation=None)
                x = layers.ReLU()(layers.Add()([body, shortcut(x, filters, stride)]))
        return layers.GlobalAveragePooling2D()(x)

    return build


def mobilenet_half(layers):
    def halved(channels):
        rounded = max(8, (channels // 2 + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * channels / 2 else rounded

    def build(x):
        x = unit(layers, x, halved(32), activation="relu6")
        for expansion, channels, repeats, first_stride in MOBILENET_BLOCKS:
            for repeat in range(repeats):
                inputs, outputs, stride = x, halved(channels), first_stride if repeat == 0 else 1
                if expansion != 1:
                    x = unit(layers, x, expansion * inputs.shape[-1], 1, activation="relu6")
                x = unit(layers, x, None, stride=stride, activation="relu6")
                x = unit(layers, x, outputs, 1, activation=None)
                x = layers.Add()([inputs, x]) if stride == 1 and inputs.shape[-1] == outputs else x
        x = unit(layers, x, 1280, 1, activation="relu6")
        return layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))

    return build


def make_model(keras, name):
    parts = dict(zip(NETWORK_NAMES, (classic, resnet20, mobilenet_half)))
    images = keras.Input((32, 32, 3))
    return keras.Model(images, keras.layers.Dense(10)(parts[name](keras.layers)(images)))


def make_step(arguments, keras):
    random = import_module("numpy").random.default_rng(0)
    model = make_model(keras, arguments.network)
    model.compile(
        optimizer=keras.optimizers.SGD(1e-3, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=arguments.backend == "jax",
    )
    images = random.random((arguments.batch, 32, 32, 3), dtype="float32")
    labels = random.integers(0, 10, arguments.batch)
    if arguments.mode == "inference":
        return lambda: model.predict_on_batch(images)
    return lambda: model.train_on_batch(images, labels)


def main():
    arguments = parse_arguments()
    limit_threads(arguments.threads)
    os.environ["KERAS_BACKEND"] = arguments.backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    keras, backend = import_module("keras"), import_module(arguments.backend)
    step = make_step(arguments, keras)
    for _ in range(arguments.warmup):
        step()
    names = {"tensorflow": "TensorFlow", "jax": "JAX"}
    about = f"Keras {keras.__version__} on {names[arguments.backend]} {backend.__version__}"
    print(json.dumps({"ready": True, "about": about}), flush=True)
    for line in sys.stdin:
        if line.strip() == "quit":
            return
        steps, started = int(line.split()[1]), time.perf_counter()
        for _ in range(steps):
            step()
        rate = steps * arguments.batch / (time.perf_counter() - started)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"imagesPerSecond": rate, "peakRssBytes": peak}), flush=True)


if __name__ == "__main__":
    main()

"""Weights, images, labels and dropout masks made from an integer hash.

The twin of hash-data.ts: both sides compute the same numbers bit for bit, so that golden
training runs need no stored inputs. Integers are exact; reals are computed in float64 and
rounded to float32 once, at the end.

    hash32(seed, i) = fmix32(i * 0x9E3779B1 xor fmix32(seed + 0x7F4A7C15))   (mod 2^32)
    uniform(seed, i) = hash32(seed, i) / 2^32                                 in [0, 1)

fmix32 is the finalizer of MurmurHash3.
"""

import numpy as np


def fmix32(values):
    """The finalizer of MurmurHash3, element-wise on uint64 arrays that hold 32-bit values."""
    mask = np.uint64(0xFFFFFFFF)
    h = values & mask
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & mask
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & mask
    h ^= h >> np.uint64(16)
    return h


def hash32(seed, indices):
    """32 hashed bits for each index, as uint64."""
    key = fmix32(np.array([seed + 0x7F4A7C15], dtype=np.uint64))[0]
    spread = (np.asarray(indices, dtype=np.uint64) * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    return fmix32(spread ^ key)


def uniform(seed, count):
    """The first `count` uniforms of a seed, float64 in [0, 1)."""
    return hash32(seed, np.arange(count)).astype(np.float64) / 4294967296.0


def symmetric(seed, count, bound):
    """Uniform in [-bound, bound): (uniform - 0.5) * 2 * bound, rounded to float32."""
    return ((uniform(seed, count) - 0.5) * 2.0 * bound).astype(np.float32)


def integers(seed, count, bound):
    """hash32 mod bound, for each of the first `count` indices."""
    return (hash32(seed, np.arange(count)) % np.uint64(bound)).astype(np.int64)


def dropout_mask(seed, count, rate):
    """0 where uniform < rate, else 1 / (1 - rate) rounded to float32."""
    kept = np.float32(1.0 / (1.0 - rate))
    return np.where(uniform(seed, count) >= rate, kept, np.float32(0.0)).astype(np.float32)


def labels(dataset):
    """Class ids, int64 [count]: hash32(seed, n) mod numClasses."""
    return integers(dataset["seed"], dataset["count"], dataset["numClasses"])


def images(dataset):
    """Bytes [count, channels, height, width]: (signal * prototype + (256 - signal) * noise) >> 8.

    noise: low byte of hash32(seed + 1, position in the whole array).
    prototype: low byte of hash32(seed + 2, ((class * channels + channel) * blocks + blockRow) * blocks + blockColumn),
    where blockRow = floor(row * blocks / height), and likewise for columns.
    """
    count, channels = dataset["count"], dataset["channels"]
    height, width = dataset["height"], dataset["width"]
    blocks, signal = dataset["blocks"], dataset["signal"]
    noise = hash32(dataset["seed"] + 1, np.arange(count * channels * height * width)) & np.uint64(255)
    noise = noise.reshape(count, channels, height, width).astype(np.int64)
    colours = hash32(dataset["seed"] + 2, np.arange(dataset["numClasses"] * channels * blocks * blocks))
    colours = (colours & np.uint64(255)).astype(np.int64).reshape(dataset["numClasses"], channels, blocks, blocks)
    rows = np.arange(height) * blocks // height
    columns = np.arange(width) * blocks // width
    prototypes = colours[:, :, rows][:, :, :, columns]
    return ((signal * prototypes[labels(dataset)] + (256 - signal) * noise) >> 8).astype(np.uint8)


def normalise(pixels):
    """pixel / 255 * 2 - 1, rounded to float32."""
    return (pixels.astype(np.float64) / 255.0 * 2.0 - 1.0).astype(np.float32)

"""The networks for photographs that Graft is timed against, in PyTorch; `bench-networks.ts` has the same layer for layer.

resnet18-224       11,181,642 parameters: He et al. 2015
resnet50-224       23,528,522 parameters: the same with bottlenecks, whose 3x3 convolution has the stride
mobilenet-v2-224   2,236,682 parameters: Sandler et al. 2018, table 2
convnext-atto-224  3,377,730 parameters: Liu et al. 2022, the smallest; dense layers inside a block as 1x1 convolutions
vit-tiny-224       5,525,962 parameters: Dosovitskiy et al. 2020, the mean of all tokens instead of one more token

Counted for ten classes.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from networks import convolution, mobilenet

EPSILON = 1e-6
CONVNEXT_STAGES = ((40, 2), (80, 2), (160, 6), (320, 2))  # channels, blocks
VIT_WIDTH, VIT_DEPTH, VIT_HEADS, VIT_PATCH = 192, 12, 3, 16


class Residual(nn.Module):
    """relu(body(x) + shortcut(x))"""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut, self.relu = body, shortcut, nn.ReLU(inplace=True)

    def forward(self, x):
        return self.relu(self.body(x) + self.shortcut(x))


def normalized(inputs, outputs, size, stride=1):
    return [convolution(inputs, outputs, size, stride), nn.BatchNorm2d(outputs)]


def basic(inputs, width, stride):
    return [*normalized(inputs, width, 3, stride), nn.ReLU(inplace=True), *normalized(width, width, 3)], width


def bottleneck(inputs, width, stride):
    layers = [*normalized(inputs, width, 1), nn.ReLU(inplace=True)]
    layers += [*normalized(width, width, 3, stride), nn.ReLU(inplace=True)]
    return [*layers, *normalized(width, 4 * width, 1)], 4 * width


def resnet(num_classes, _image_size, blocks, body):
    layers = [*normalized(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            inside, outputs = body(channels, 64 * 2**stage, stride)
            shortcut = nn.Identity() if outputs == channels else nn.Sequential(*normalized(channels, outputs, 1, stride))
            layers.append(Residual(nn.Sequential(*inside), shortcut))
            channels = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes))


class ChannelNorm(nn.LayerNorm):
    """Layer normalization of images over their channels."""

    def __init__(self, channels):
        super().__init__(channels, eps=EPSILON)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(channels, channels, 7, padding=3, groups=channels), ChannelNorm(channels)),
            *(nn.Conv2d(channels, 4 * channels, 1), nn.GELU(), nn.Conv2d(4 * channels, channels, 1)),
        )
        self.scale = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, x):
        return x + self.scale * self.body(x)


def convnext(num_classes, _image_size):
    (channels, _), layers = CONVNEXT_STAGES[0], []
    for stage, (outputs, blocks) in enumerate(CONVNEXT_STAGES):
        if stage == 0:
            layers += [nn.Conv2d(3, outputs, 4, 4), ChannelNorm(outputs)]
        else:
            layers += [ChannelNorm(channels), nn.Conv2d(channels, outputs, 2, 2)]
        channels = outputs
        layers += [ConvNeXtBlock(channels) for _ in range(blocks)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(channels, eps=EPSILON), nn.Linear(channels, num_classes)]
    return nn.Sequential(*layers, *head)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputs, self.outputs = nn.Linear(VIT_WIDTH, 3 * VIT_WIDTH), nn.Linear(VIT_WIDTH, VIT_WIDTH)

    def forward(self, x):
        count, length, width = x.shape
        parts = self.inputs(x).view(count, length, 3, VIT_HEADS, width // VIT_HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*parts.unbind(0))
        return self.outputs(mixed.transpose(1, 2).reshape(count, length, width))


class ViTBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.mix = nn.Sequential(nn.LayerNorm(VIT_WIDTH, eps=EPSILON), Attention())
        inside = [nn.Linear(VIT_WIDTH, 4 * VIT_WIDTH), nn.GELU(), nn.Linear(4 * VIT_WIDTH, VIT_WIDTH)]
        self.mlp = nn.Sequential(nn.LayerNorm(VIT_WIDTH, eps=EPSILON), *inside)

    def forward(self, x):
        x = x + self.mix(x)
        return x + self.mlp(x)


class Tokens(nn.Module):
    """Patches of images as rows, each with a vector for its place."""

    def __init__(self, image_size):
        super().__init__()
        self.patches = nn.Conv2d(3, VIT_WIDTH, VIT_PATCH, VIT_PATCH)
        self.positions = nn.Parameter(0.02 * torch.randn((image_size // VIT_PATCH) ** 2, VIT_WIDTH))

    def forward(self, images):
        return self.patches(images).flatten(2).transpose(1, 2) + self.positions


class MeanToken(nn.Module):
    def forward(self, x):
        return x.mean(1)


def vision_transformer(num_classes, image_size):
    blocks = [ViTBlock() for _ in range(VIT_DEPTH)]
    head = [nn.LayerNorm(VIT_WIDTH, eps=EPSILON), MeanToken(), nn.Linear(VIT_WIDTH, num_classes)]
    return nn.Sequential(Tokens(image_size), *blocks, *head)


PHOTO_NETWORKS = {
    "resnet18-224": partial(resnet, blocks=(2, 2, 2, 2), body=basic),
    "resnet50-224": partial(resnet, blocks=(3, 4, 6, 3), body=bottleneck),
    "mobilenet-v2-224": partial(mobilenet, small_images=False),
    "convnext-atto-224": convnext,
    "vit-tiny-224": vision_transformer,
}

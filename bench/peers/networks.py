"""The networks that Graft is timed against, in PyTorch; each is a frozen-able prefix and a head.

classic-cnn        582,058 parameters: the classic study's network, four convolutions, two fully connected layers
resnet-20          269,722 parameters: He et al. 2015, section 4.2; shortcuts without parameters ("option A")
mobilenet-v2       2,236,682 parameters: MobileNetV2 at width 1.0 for small images, the first two strides at 1
mobilenet-v2-x0.5  700,490 parameters: the same at half its width, but for the last convolution

Names are those of Graft's zoo. Counted for 32x32 RGB images and ten classes; Graft's networks of these kinds have the same.
"""

from functools import partial

import torch.nn.functional as F
from torch import nn

MOBILENET_BLOCKS = [  # expansion, outputs, repeats, stride: Sandler et al. 2018, table 2
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def convolution(inputs, outputs, size, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)


def classic(num_classes, image_size):
    """The layers of the classic study's network, in order."""
    side = image_size // 4
    layers = [
        *(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),
        *(nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)),
        nn.Flatten(),
        *(nn.Linear(64 * side * side, 128), nn.ReLU(inplace=True)),
        *(nn.Dropout(0.4), nn.Linear(128, num_classes)),
    ]
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions added to the input, every second pixel of it under zero channels where shapes change."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            *(convolution(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)),
            *(convolution(outputs, outputs, 3), nn.BatchNorm2d(outputs)),
        )
        self.stride = stride
        self.added = (outputs - inputs) // 2
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        shortcut = x
        if self.stride != 1:
            shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.added, self.added))
        return self.relu(self.body(x) + shortcut)


def resnet20(num_classes, _image_size):
    layers = [convolution(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    width = 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range(3):
            layers.append(BasicBlock(width, outputs, 2 if stage > 0 and block == 0 else 1))
            width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, num_classes))


class InvertedResidual(nn.Module):
    """Expand by 1x1, filter each channel by 3x3, project by 1x1; added to the input where shapes agree."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = inputs * expansion
        layers = []
        if expansion != 1:
            layers += [convolution(inputs, hidden, 1), nn.BatchNorm2d(hidden), nn.ReLU6(inplace=True)]
        layers += [convolution(hidden, hidden, 3, stride, hidden), nn.BatchNorm2d(hidden), nn.ReLU6(inplace=True)]
        layers += [convolution(hidden, outputs, 1), nn.BatchNorm2d(outputs)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def scaled(channels, width):
    """Channels times width as the nearest multiple of 8, never less than nine tenths of it."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def mobilenet(num_classes, _image_size, width=1.0, small_images=True):
    inputs = scaled(32, width)
    layers = [convolution(3, inputs, 3, 1 if small_images else 2), nn.BatchNorm2d(inputs), nn.ReLU6(inplace=True)]
    for index, (expansion, channels, repeats, stride) in enumerate(MOBILENET_BLOCKS):
        stride = 1 if small_images and index == 1 else stride
        outputs = scaled(channels, width)
        for repeat in range(repeats):
            layers.append(InvertedResidual(inputs, outputs, expansion, stride if repeat == 0 else 1))
            inputs = outputs
    layers += [convolution(inputs, 1280, 1), nn.BatchNorm2d(1280), nn.ReLU6(inplace=True)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, num_classes))


NETWORKS = {
    "classic-cnn": classic,
    "resnet-20": resnet20,
    "mobilenet-v2": mobilenet,
    "mobilenet-v2-x0.5": partial(mobilenet, width=0.5),
}


def split(network, trained_layers):
    """The network as (frozen prefix, trained head), the head starting at the n-th linear layer from the end.

    Layers without weights right before the head, such as its dropout, go with the head.
    """
    layers = list(network)
    linear = [index for index, layer in enumerate(layers) if isinstance(layer, nn.Linear)]
    if trained_layers > len(linear):
        raise SystemExit(f"--frozen: expected a network with {trained_layers} linear layers, got {len(linear)}")
    start = linear[-trained_layers]
    while isinstance(layers[start - 1], nn.Dropout):
        start -= 1
    return nn.Sequential(*layers[:start]), nn.Sequential(*layers[start:])

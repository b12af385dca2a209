"""Networks of Graft's zoo as PyTorch modules, under the parameter names of their widely used ports."""

import torch.nn.functional as F
from torch import nn


class PaddedBlock(nn.Module):
    """Two 3x3 convolutions added to the input, every second pixel of it under zero channels where shapes change."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride
        self.added = (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        shortcut = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.added, self.added))
        return F.relu(y + shortcut)


class ResNet(nn.Module):
    """He et al. 2015, section 4.2, with `blocks` blocks in a stage."""

    def __init__(self, channels, num_classes, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*(PaddedBlock(16, 16, 1) for _ in range(blocks)))
        self.layer2 = nn.Sequential(PaddedBlock(16, 32, 2), *(PaddedBlock(32, 32, 1) for _ in range(blocks - 1)))
        self.layer3 = nn.Sequential(PaddedBlock(32, 64, 2), *(PaddedBlock(64, 64, 1) for _ in range(blocks - 1)))
        self.linear = nn.Linear(64, num_classes)

    def forward(self, x, _mask):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))

    def starts_from(self, name):
        return 1.0 if name.endswith("weight") else 0.0


def unit(inputs, outputs, size, stride=1, groups=1):
    """A convolution with batch normalisation and ReLU6."""
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU6())


class InvertedResidual(nn.Module):
    """Expand by 1x1, filter each channel by 3x3, project by 1x1; added to the input where shapes agree."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = inputs * expansion
        self.conv = nn.Sequential(
            *([] if expansion == 1 else [unit(inputs, hidden, 1)]),
            unit(hidden, hidden, 3, stride, hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


def scaled(channels, width):
    """Channels times width, rounded to a multiple of 8 that is at least nine tenths of it."""
    rounded = max(8, int(channels * width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels * width else rounded


SMALL_IMAGE_STAGES = [  # expansion, outputs, repeats, stride: Sandler et al. 2018, table 2, the second stride 1
    (1, 16, 1, 1),
    (6, 24, 2, 1),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


class MobileNetV2(nn.Module):
    """Sandler et al. 2018 for small images, the first stride 1.

    unit_scale, shift: where the scales of batch normalisation before a ReLU6, and all its biases, start.
    """

    def __init__(self, channels, num_classes, width, stages=SMALL_IMAGE_STAGES, last=1280, unit_scale=1.0, shift=0.0):
        super().__init__()
        inputs = scaled(32, width)
        layers = [unit(channels, inputs, 3)]
        for expansion, channels_at_one, repeats, stride in stages:
            outputs = scaled(channels_at_one, width)
            for repeat in range(repeats):
                layers.append(InvertedResidual(inputs, outputs, expansion, stride if repeat == 0 else 1))
                inputs = outputs
        last = scaled(last, max(1.0, width))
        self.features = nn.Sequential(*layers, unit(inputs, last, 1))
        self.classifier = nn.Sequential(nn.Identity(), nn.Linear(last, num_classes))
        units = [name for name, module in self.named_modules() if isinstance(module, nn.ReLU6)]
        self.shift = shift
        self.unit_scales = {name.removesuffix("2") + "1.weight": unit_scale for name in units}

    def forward(self, x, mask):
        x = self.features(x).mean((2, 3))
        return self.classifier(x if mask is None else x * mask)

    def starts_from(self, name):
        if name.endswith("weight"):
            return self.unit_scales.get(name, 1.0)
        return self.shift if name.startswith("features") else 0.0

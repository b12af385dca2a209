"""The two networks of the golden training runs, as PyTorch modules."""

import torch.nn.functional as F
from torch import nn


class ClassicNetwork(nn.Module):
    """Conv 32, Conv 64, pool, Conv 32, Conv 64, pool, Dense 128, dropout by a given mask, Dense."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.conv3 = nn.Conv2d(64, 32, 3, padding=1)
        self.conv4 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x, mask):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.conv4(F.relu(self.conv3(x))))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x if mask is None else x * mask)

    def starts_from(self, _name):
        return 0.0


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with batch normalisation, added to the input or its 1x1 projection."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.projects = stride != 1 or inputs != outputs
        if self.projects:
            self.shortcut_conv = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.shortcut_bn(self.shortcut_conv(x)) if self.projects else x))


class ResidualNetwork(nn.Module):
    """Conv 8 with batch normalisation, an identity block of 8, a downsampling block of 16, mean, Dense."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.conv = nn.Conv2d(channels, 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.block1 = ResidualBlock(8, 8, 1)
        self.block2 = ResidualBlock(8, 16, 2)
        self.fc = nn.Linear(16, num_classes)

    def forward(self, x, _mask):
        x = F.relu(self.bn(self.conv(x)))
        return self.fc(self.block2(self.block1(x)).mean((2, 3)))

    def starts_from(self, name):
        return 1.0 if name.endswith("weight") else 0.0

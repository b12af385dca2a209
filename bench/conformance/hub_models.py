"""Image classifiers of Hugging Face's transformers, small ones with random weights, by name: how each is made and its images' side."""

import torch
import transformers as t

SIDE = 64
#: What vision transformers have in common.
WIDTH = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 3}
VISION = {**WIDTH, "intermediate_size": 96, "image_size": SIDE, "patch_size": 16}
STAGES = {"hidden_sizes": [16, 32, 32, 64], "depths": [1, 1, 1, 1]}
WINDOWS = {"image_size": SIDE, "patch_size": 4, "embed_dim": 24, "depths": [2, 2], "num_heads": [2, 4], "window_size": 4}
PYRAMID = {"hidden_sizes": [16, 32, 40, 64], "depths": [1, 1, 1, 1]}
RESIDUAL = {"embedding_size": 16, "hidden_sizes": [32, 64, 64, 64], "depths": [1, 1, 1, 1]}

CLASSIFIERS = {
    "vit": (t.ViTForImageClassification, t.ViTConfig, VISION),
    "deit": (t.DeiTForImageClassification, t.DeiTConfig, VISION),
    "beit": (t.BeitForImageClassification, t.BeitConfig, {**VISION, "use_relative_position_bias": True}),
    "data2vec": (t.Data2VecVisionForImageClassification, t.Data2VecVisionConfig, VISION),
    "vit_msn": (t.ViTMSNForImageClassification, t.ViTMSNConfig, VISION),
    "ijepa": (t.IJepaForImageClassification, t.IJepaConfig, VISION),
    "dinov2": (t.Dinov2ForImageClassification, t.Dinov2Config, {**WIDTH, "image_size": 56, "patch_size": 14}),
    "dinov2_registers": (
        t.Dinov2WithRegistersForImageClassification,
        t.Dinov2WithRegistersConfig,
        {**WIDTH, "image_size": 56, "patch_size": 14},
    ),
    "clip": (t.CLIPForImageClassification, t.CLIPConfig, {"vision_config": VISION}),
    "siglip": (t.SiglipForImageClassification, t.SiglipConfig, {"vision_config": VISION}),
    "swin": (t.SwinForImageClassification, t.SwinConfig, WINDOWS),
    "swinv2": (t.Swinv2ForImageClassification, t.Swinv2Config, WINDOWS),
    "convnext": (t.ConvNextForImageClassification, t.ConvNextConfig, STAGES),
    "convnextv2": (t.ConvNextV2ForImageClassification, t.ConvNextV2Config, STAGES),
    "poolformer": (t.PoolFormerForImageClassification, t.PoolFormerConfig, STAGES),
    "pvt": (t.PvtForImageClassification, t.PvtConfig, {**PYRAMID, "image_size": SIDE}),
    "pvt_v2": (t.PvtV2ForImageClassification, t.PvtV2Config, {**PYRAMID, "image_size": SIDE}),
    "segformer": (t.SegformerForImageClassification, t.SegformerConfig, PYRAMID),
    "focalnet": (t.FocalNetForImageClassification, t.FocalNetConfig, {"image_size": SIDE, "embed_dim": 24, "depths": [1, 1, 1, 1]}),
    "hiera": (
        t.HieraForImageClassification,
        t.HieraConfig,
        {"image_size": [SIDE, SIDE], "embed_dim": 24, "depths": [1, 1, 1, 1], "num_heads": [1, 2, 4, 8]},
    ),
    "resnet": (t.ResNetForImageClassification, t.ResNetConfig, RESIDUAL),
    "regnet": (t.RegNetForImageClassification, t.RegNetConfig, {**RESIDUAL, "groups_width": 16}),
    "mobilenet_v1": (t.MobileNetV1ForImageClassification, t.MobileNetV1Config, {"image_size": SIDE, "depth_multiplier": 0.25}),
    "mobilenet_v2": (t.MobileNetV2ForImageClassification, t.MobileNetV2Config, {"image_size": SIDE, "depth_multiplier": 0.35}),
    "mobilevit": (t.MobileViTForImageClassification, t.MobileViTConfig, {"image_size": SIDE}),
    "mobilevitv2": (t.MobileViTV2ForImageClassification, t.MobileViTV2Config, {"image_size": SIDE, "width_multiplier": 0.5}),
    "efficientnet": (
        t.EfficientNetForImageClassification,
        t.EfficientNetConfig,
        {"image_size": SIDE, "width_coefficient": 0.5, "depth_coefficient": 0.3, "hidden_dim": 640},
    ),
    "swiftformer": (
        t.SwiftFormerForImageClassification,
        t.SwiftFormerConfig,
        {"image_size": SIDE, "depths": [1, 1, 1, 1], "embed_dims": [16, 32, 48, 64]},
    ),
    "textnet": (t.TextNetForImageClassification, t.TextNetConfig, {"image_size": [SIDE, SIDE]}),
}


class Logits(torch.nn.Module):
    """The scores alone, of what a model of the hub gives."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return self.model(pixel_values=images).logits


def create(name, classes):
    """The model, and the side of its images."""
    kind, config, settings = CLASSIFIERS[name]
    side = settings.get("image_size", settings.get("vision_config", {}).get("image_size", SIDE))
    return Logits(kind(config(**settings, num_labels=classes))), side[0] if isinstance(side, list) else side

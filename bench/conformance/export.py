"""Exports one architecture of timm, of torchvision or of transformers as both of PyTorch's exporters write it, with what PyTorch makes of it.

Weights are random, with ten classes; batch normalizations have the statistics of the images, and what an architecture
begins with as a constant (scales of 0, 1 or 1e-6) is random as well, and what begins alike in several places is not
left so: no gradient is hidden, and every tensor can be told from the others.

    python export.py ARCHITECTURE FOLDER

(ARCHITECTURE is a name of timm's, torchvision/ and one of torchvision's, or transformers/ and one of hub_models.py)
writes FOLDER/torchscript.onnx, FOLDER/dynamo.onnx and, for each of two draws of images, FOLDER/draw-0.safetensors and
FOLDER/draw-1.safetensors: images, labels, logits in double precision, and for every parameter its value, its gradient
in double precision (of the mean cross-entropy) and that of PyTorch in float32. At last it writes FOLDER/exported.json: the number of parameters, and why an exporter failed.
"""

import copy
import json
import os
import sys
import warnings

import timm
import torch
import torchvision
from safetensors.torch import save_file

IMAGES = 4
CLASSES = 10
DRAWS = 2
OPSETS = {"torchscript": 17, "dynamo": 20}


def randomize(model, generator):
    """Constants become random numbers around them; those near 0 that scale become a fifth.

    What is like another parameter or its own transpose becomes a little different.
    """
    seen = set()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.numel() < 2:
                continue
            if not bool((parameter == parameter.flatten()[0]).all()):
                content = parameter.detach().numpy().tobytes()
                is_square = parameter.dim() == 2 and parameter.shape[0] == parameter.shape[1]
                if content in seen or (is_square and bool((parameter == parameter.T).all())):
                    parameter.add_(0.1 * parameter.std() * torch.randn(parameter.shape, generator=generator))
                seen.add(content)
                continue
            value = float(parameter.flatten()[0])
            around = 0.75 + 0.5 * torch.rand(parameter.shape, generator=generator)
            is_shift = name.endswith("bias") or (parameter.dim() > 1 and value == 0)
            if is_shift:
                parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
            else:
                parameter.copy_(around * (value if abs(value) >= 0.5 else 0.2))


def calibrate(model, images):
    """Batch normalizations get the statistics of the images."""
    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    with torch.no_grad():
        model(images)
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    model.eval()
    forget(model)


def forget(model):
    """What some networks keep of attention biases between passes would hide their gradients, and cannot be copied."""
    for module in model.modules():
        if hasattr(module, "attention_bias_cache"):
            module.attention_bias_cache = {}


def gradients(model, images, labels):
    forget(model)
    logits = model(images)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    grads = torch.autograd.grad(loss, [p for _, p in named], allow_unused=True)
    forget(model)
    return logits.detach(), {name: grad for (name, _), grad in zip(named, grads) if grad is not None}


def export(model, images, exporter, path):
    common = {"input_names": ["images"], "output_names": ["logits"], "opset_version": OPSETS[exporter]}
    if exporter == "torchscript":
        axes = {"images": {0: "batch"}, "logits": {0: "batch"}}
        torch.onnx.export(model, (images[:1],), path, dynamo=False, dynamic_axes=axes, **common)
    else:
        shapes = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(
            model, (images[:2],), path, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False, **common
        )


def reference(model, images, labels):
    exact, gradients64 = gradients(copy.deepcopy(model).double(), images.double(), labels)
    _, gradients32 = gradients(model, images, labels)
    tensors = {"images": images, "labels": labels, "logits": exact}
    for key, value in model.state_dict().items():
        if value.is_floating_point():
            tensors[f"value/{key}"] = value.detach().clone().contiguous()
    for kind, grads in (("exact", gradients64), ("float32", gradients32)):
        for key, grad in grads.items():
            tensors[f"{kind}/{key}"] = grad.contiguous()
    return tensors


def create(name):
    """The model with random weights, and the size of its images."""
    family, _, rest = name.rpartition("/")
    if family == "transformers":
        import hub_models

        model, side = hub_models.create(rest, CLASSES)
        return model, (3, side, side)
    if family == "torchvision":
        weights = torchvision.models.get_model_weights(rest).DEFAULT
        side = weights.transforms().crop_size[0]
        extra = {"aux_logits": False, "init_weights": False} if rest in ("googlenet", "inception_v3") else {}
        return torchvision.models.get_model(rest, weights=None, num_classes=CLASSES, **extra), (3, side, side)
    model = timm.create_model(name, pretrained=False, num_classes=CLASSES)
    return model, model.pretrained_cfg["input_size"]


def main(name, folder):
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(1)
    model, size = create(name)
    model.eval()
    images = torch.randn(IMAGES, *size, generator=generator)
    labels = torch.arange(IMAGES) % CLASSES
    randomize(model, generator)
    calibrate(model, images)
    for draw in range(DRAWS):
        drawn = images if draw == 0 else torch.randn(images.shape, generator=generator)
        save_file(reference(model, drawn, labels), os.path.join(folder, f"draw-{draw}.safetensors"))
    failures = {}
    for exporter in OPSETS:
        path = os.path.join(folder, f"{exporter}.onnx")
        try:
            export(model, images, exporter, path + ".new")
            os.replace(path + ".new", path)
        except Exception as error:
            failures[exporter] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]
    said = {"parameters": sum(p.numel() for p in model.parameters()), "size": size, "failures": failures}
    with open(os.path.join(folder, "exported.json"), "w", encoding="utf-8") as file:
        json.dump(said, file)


if __name__ == "__main__":
    os.makedirs(sys.argv[2], exist_ok=True)
    main(sys.argv[1], sys.argv[2])

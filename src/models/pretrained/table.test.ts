import { expect, test } from "vitest";
import { addressesOf, approximateParameters } from "./entry.ts";
import { pretrained } from "./table.ts";

const entries = Object.values(pretrained);

test.each(entries.map((entry) => [entry.name, entry] as const))(
  "%s is described without contradiction",
  (name, entry) => {
    const { sha256, sizeBytes, zooPath, opset, input, classes, accuracy } = entry;
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const isTimms = zooPath.startsWith("Computer_Vision/");
    // the folder of a file says its name and operator set
    expect(zooPath).toMatch(
      isTimms ? new RegExp(`^Computer_Vision/(.*_Opset${opset})_timm/\\1\\.onnx$`) : `/model/${name}.onnx`,
    );
    expect(isTimms || name.endsWith(`-${opset}`)).toBe(true);
    expect(sizeBytes).toBeGreaterThan(20_000);
    expect([input.mean.length, input.std.length]).toEqual([input.shape[0], input.shape[0]]);
    expect(input.mean.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(input.std.every((value) => value > 0 && value <= 1)).toBe(true);
    expect(input.channelOrder === "grey").toBe(input.shape[0] === 1);
    expect((input.resize.shorterSide ?? Infinity) >= input.shape[1]).toBe(true);
    expect(classes.count).toBe(classes.list === "imagenet-1k" ? 1000 : 10);
    expect(accuracy > 0.5 && accuracy < 1).toBe(true);
  },
);

test("no two entries share a file", () => {
  expect(new Set(entries.map(({ sha256 }) => sha256)).size).toBe(entries.length);
  expect(new Set(entries.map(({ zooPath }) => zooPath)).size).toBe(entries.length);
});

test("both homes of the zoo are asked, the present one first", () => {
  expect(addressesOf(pretrained["mnist-12"])).toEqual([
    "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/validated/vision/classification/mnist/model/mnist-12.onnx",
    "https://github.com/onnx/models/raw/main/validated/vision/classification/mnist/model/mnist-12.onnx",
  ]);
});

test("the size of a file tells its parameters within two in a hundred", () => {
  // 11,689,512 trained parameters of ResNet-18 and 3,504,872 of MobileNetV2, as torchvision states them
  expect(approximateParameters(pretrained["resnet18-v1-7"]) / 11_689_512).toBeCloseTo(1, 1.5);
  expect(approximateParameters(pretrained["mobilenetv2-12"]) / 3_504_872).toBeCloseTo(1, 1.5);
});

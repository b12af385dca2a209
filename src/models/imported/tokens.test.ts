/** @file Files that end in tokens become features by option, and a projection into embeddings is no head. */

import { expect, onTestFinished, test } from "vitest";
import { testSession } from "../../../test/support/device.ts";
import { type Message, declared, int64s, model, node, weight, written } from "../../../test/support/onnx-file.ts";
import { float32 } from "../../core/index.ts";
import { networkParameters, shapeAfter } from "../../engine/nn/index.ts";
import { createModelSession } from "../../engine/runtime/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";
import type { TokenFeatures } from "./graph/tokens.ts";
import { importLayers } from "./import-backbone.ts";
import type { ImportOptions, ImportedBackbone } from "./imported-backbone.ts";

const [IMAGES, CHANNELS, PATCHES] = [3, 6, 4];
const images = float32(
  Float32Array.from({ length: IMAGES * 3 * 16 }, (_, index) => Math.sin(index * index)),
  [IMAGES, 3, 4, 4],
);

/** Patches, the tokens before them as the batch wants them, a normalization. */
const patches: readonly Message[] = [
  node("Conv", [["images", "patch.weight"], ["patches"]], { strides: [2, 2] }),
  node("Reshape", [["patches", "flat"], ["columns"]]),
  node("Transpose", [["columns"], ["rows"]], { perm: [0, 2, 1] }),
];
const leading: readonly Message[] = [
  node("Shape", [["images"], ["shape"]]),
  node("Gather", [["shape", "zero"], ["count"]]),
  node("Concat", [["count", "form"], ["wanted"]], { axis: 0 }),
  node("Expand", [["cls_token", "wanted"], ["token"]]),
  node("Concat", [["token", "rows"], ["sequence"]], { axis: 1 }),
];
const normalized = (x: string, y: string): Message =>
  node("LayerNormalization", [[x, "norm.weight", "norm.bias"], [y]]);
const constants: readonly Message[] = [
  weight("patch.weight", [CHANNELS, 3, 2, 2]),
  weight("cls_token", [1, 1, CHANNELS]),
  weight("norm.weight", [CHANNELS]),
  weight("norm.bias", [CHANNELS]),
  int64s("flat", [0, CHANNELS, PATCHES]),
  int64s("zero", [0]),
  int64s("form", [1, CHANNELS]),
];

function file(nodes: readonly Message[], output: string, more: readonly Message[] = []): Uint8Array {
  const inputs = [declared("images", ["N", 3, 4, 4])];
  return written(model({ inputs, nodes, weights: [...constants, ...more], output, opset: 17 }));
}

const withClassToken = file([...patches, ...leading, normalized("sequence", "tokens")], "tokens");
const withoutClassToken = file([...patches, normalized("rows", "tokens")], "tokens");

const imported = (bytes: Uint8Array, options: Partial<ImportOptions> = {}): ImportedBackbone =>
  importLayers(bytes, { path: "a.onnx", ...options });

async function featuresOf({ network, parameters }: ImportedBackbone): Promise<number[]> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, testSession);
  onTestFinished(() => session.close());
  return Array.from((await session.run({ input: images })).output.data, Number);
}

/** What onnxruntime makes of the whole file. */
async function outputsOf(bytes: Uint8Array, output: string): Promise<number[]> {
  const session = await createModelSession(bytes, testSession);
  onTestFinished(() => session.close());
  return Array.from((await session.run({ images }))[output].data, Number);
}

/** By hand, of [images, tokens, channels]. */
function expected(tokens: readonly number[], { how, leads }: { how: TokenFeatures; leads: number }): number[] {
  const count = tokens.length / IMAGES / CHANNELS;
  const at = (image: number, token: number, channel: number): number =>
    tokens[(image * count + token) * CHANNELS + channel];
  const each = (value: (image: number, channel: number) => number, image: number): number[] =>
    Array.from({ length: CHANNELS }, (_, channel) => value(image, channel));
  const first = (image: number, channel: number): number => at(image, 0, channel);
  const mean = (image: number, channel: number): number => {
    const others = Array.from({ length: count - leads }, (_, index) => at(image, index + leads, channel));
    return others.reduce((sum, value) => sum + value, 0) / others.length;
  };
  const parts = { first: [first], mean: [mean], both: [first, mean] }[how];
  return Array.from({ length: IMAGES }, (_, image) => parts.flatMap((part) => each(part, image))).flat();
}

test.each([
  { what: "with a class token", bytes: withClassToken, leads: 1, byDefault: "first" },
  { what: "without one", bytes: withoutClassToken, leads: 0, byDefault: "mean" },
] as const)("tokens $what are features as the option says", async ({ bytes, leads, byDefault }) => {
  const tokens = await outputsOf(bytes, "tokens");
  for (const how of ["first", "mean", "both"] as const) {
    const backbone = imported(bytes, { tokens: how });
    expect(backbone).toMatchObject({ hasHead: false, tokens: how, untrainable: null });
    expect(shapeAfter(backbone.network)).toEqual([how === "both" ? 2 * CHANNELS : CHANNELS]);
    const wanted = expected(tokens, { how, leads });
    const features = await featuresOf(backbone);
    features.forEach((value, index) => expect(value).toBeCloseTo(wanted[index], 5));
  }
  expect(imported(bytes).tokens).toBe(byDefault);
});

const pooled = node("Gather", [["tokens", "zero of them"], ["pooled"]], { axis: 1 });
const scalarZero: Message = [[2, 7], [8, "zero of them"], [9, new Uint8Array(8)]]; // prettier-ignore
const projected = (weightName: string, output: string): Uint8Array =>
  file(
    [
      ...patches,
      ...leading,
      normalized("sequence", "tokens"),
      pooled,
      node("MatMul", [["pooled", weightName], [output]]),
    ],
    output,
    [scalarZero, weight(weightName, [CHANNELS, 5])],
  );

test.each([
  { weightName: "visual_projection.weight", output: "out" },
  { weightName: "weight", output: "image_embeds" },
])("a projection is no head: $weightName to $output", async ({ weightName, output }) => {
  const bytes = projected(weightName, output);
  const backbone = imported(bytes);
  expect(backbone.hasHead).toBe(false);
  expect(shapeAfter(backbone.network)).toEqual([5]);
  const wanted = await outputsOf(bytes, output);
  const features = await featuresOf(backbone);
  features.forEach((value, index) => expect(value).toBeCloseTo(wanted[index], 5));
});

test("any other product is a head", () => {
  expect(imported(projected("fc.weight", "logits"))).toMatchObject({ hasHead: true, tokens: null });
});

test("positions and tokens of no image are no biases", () => {
  const added = [
    node("Add", [["sequence", "position"], ["placed"]]),
    node("Add", [["placed", "shift"], ["shifted"]]),
    normalized("shifted", "tokens"),
  ];
  const more = [weight("position", [1, PATCHES + 1, CHANNELS]), weight("shift", [CHANNELS])];
  const { network } = imported(file([...patches, ...leading, ...added], "tokens", more));
  const embeds = networkParameters(network).flatMap(({ shape, role, embeds: is }) =>
    role === "bias" ? [[shape, is === true]] : [],
  );
  expect(embeds).toEqual([
    [[1, 1, CHANNELS], true],
    [[1, PATCHES + 1, CHANNELS], true],
    [[CHANNELS], false],
    [[CHANNELS], false],
  ]);
});

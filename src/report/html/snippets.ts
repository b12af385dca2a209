/** @file Programs that classify a photo with a model of a study, to be copied. */

import type { StudySummary } from "../../study/index.ts";

/** Programs in two languages, each of which prints the classes of `photo.jpg`, the likeliest first. */
export interface Snippets {
  /** For onnxruntime-node and sharp, whose filters are nearly Pillow's. */
  typeScript: string;
  /** For onnxruntime and Pillow; classes and shape are read from the model. */
  python: string;
}

type ModelInput = NonNullable<StudySummary["modelInput"]>;

/** Programs for the model at `path`, whose outputs are `classNames`; null where summaries do not say what a model takes. */
export function snippets(
  { modelInput }: StudySummary,
  { path, classNames }: { path: string; classNames: readonly string[] },
): Snippets | null {
  if (modelInput === undefined) return null;
  return { typeScript: typeScript(modelInput, { path, classNames }), python: python(modelInput, path) };
}

function typeScript(input: ModelInput, { path, classNames }: { path: string; classNames: readonly string[] }): string {
  const isGrey = input.shape[0] === 1;
  return `// npm install onnxruntime-node sharp
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";

const classes = ${asciiJson(classNames)};
const [channels, height, width] = ${JSON.stringify(input.shape).replaceAll(",", ", ")};
const pixels = await sharp("photo.jpg", { autoOrient: true })
  .flatten()
  ${sharpFit(input)}
  .${isGrey ? `toColourspace("b-w")` : `toColourspace("srgb")`}
  .raw()
  .toBuffer();
const area = height * width;
const planes = Uint8Array.from(pixels, (_, at) => pixels[(at % area) * channels + Math.floor(at / area)]);
const session = await InferenceSession.create(${asciiJson(path)});
const { probabilities } = await session.run({ images: new Tensor("uint8", planes, [1, channels, height, width]) });
const answers = classes.map((name, index) => ({ name, probability: Number(probabilities.data[index]) }));
console.table(answers.sort((a, b) => b.probability - a.probability));`;
}

function sharpFit({ fit, resizeShorter: side, interpolation }: ModelInput): string {
  const kernel = interpolation === "bicubic" ? "cubic" : "linear";
  if (side === undefined) {
    return `.resize(width, height, { fit: "${fit}", kernel: "${kernel}", fastShrinkOnLoad: false${fit === "contain" ? `, background: "black"` : ""} })`;
  }
  return `.resize(${side}, ${side}, { fit: "cover", kernel: "${kernel}", fastShrinkOnLoad: false })
  .extract({ left: (${side} - width) >> 1, top: (${side} - height) >> 1, width, height })`;
}

function python(input: ModelInput, path: string): string {
  const mode = input.shape[0] === 1 ? "L" : "RGB";
  return `# pip install onnxruntime pillow
import json

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(${asciiJson(path)})
facts = session.get_modelmeta().custom_metadata_map
classes = json.loads(facts["classes"])
channels, height, width = json.loads(facts["imageShape"])
image = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("${mode}")
${pillowFit(input)}
planes = np.asarray(image).reshape(height, width, channels).transpose(2, 0, 1)[None]
(probabilities,) = session.run(["probabilities"], {"images": planes})
for probability, name in sorted(zip(probabilities[0], classes), reverse=True):
    print(f"{name}: {probability:.1%}")`;
}

function pillowFit({ fit, resizeShorter: side, interpolation = "bilinear" }: ModelInput): string {
  const filter = `Image.Resampling.${interpolation.toUpperCase()}`;
  if (side !== undefined) {
    return `image = ImageOps.fit(image, (${side}, ${side}), ${filter})
left, top = (${side} - width) // 2, (${side} - height) // 2
image = image.crop((left, top, left + width, top + height))`;
  }
  const call = {
    cover: `ImageOps.fit(image, (width, height), ${filter})`,
    contain: `ImageOps.pad(image, (width, height), ${filter})`,
    fill: `image.resize((width, height), ${filter})`,
  }[fit];
  return `image = ${call}`;
}

/** JSON that JavaScript and Python read alike, without a character that a page or an editor could turn around. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('","', '", "')
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

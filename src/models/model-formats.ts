/** @file The formats of files that trained networks come in; their names' endings tell them apart. */

/** Every format, with what a study's schema says of it. */
export const modelFormats = {
  onnx: { ending: ".onnx", title: "ONNX" },
  safetensors: { ending: ".safetensors", title: "the .safetensors weights of the study's architecture" },
} as const satisfies Record<string, { readonly ending: string; readonly title: string }>;

export type ModelFormat = keyof typeof modelFormats;

const formats = Object.entries(modelFormats) as [ModelFormat, { ending: string }][];

/** The format of a file; ONNX whatever else its name ends in. */
export function modelFormatOf(path: string): ModelFormat {
  return formats.find(([, { ending }]) => path.endsWith(ending))?.[0] ?? "onnx";
}

/** True for what must be a model file, there or not. */
export function namesModelFile(text: string): boolean {
  return formats.some(([, { ending }]) => text.endsWith(ending));
}

/** @file Files of trained networks that Graft does not read: what they are, by their first bytes or their name, and how each is converted. */

import { DataError } from "../core/index.ts";

interface ForeignFormat {
  /** As a sentence names it. */
  readonly title: string;
  /** Of names, in lower case. */
  readonly endings: readonly string[];
  /** By the first bytes, one character each. */
  readonly matches: (start: string) => boolean;
  readonly fix: string;
}

const TORCH =
  'Export the network in Python: torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "model.onnx"), or save its weights: safetensors.torch.save_file(model.state_dict(), "model.safetensors").';
const KERAS = 'Export it in Python: keras.saving.load_model(FILE).export("model.onnx", format="onnx").';
const never = (): boolean => false;

/** What is tried first stands first. */
const foreignFormats: readonly ForeignFormat[] = [
  {
    title: "a pointer of Git LFS in the place of a file",
    endings: [],
    matches: (start) => start.startsWith("version https://git-lfs.github.com/spec/"),
    fix: "Bring the file itself: git lfs pull.",
  },
  {
    title: "weights of Keras (HDF5)",
    endings: [".h5", ".hdf5"],
    matches: (start) => start.startsWith("\x89HDF\r\n\x1A\n"),
    fix: KERAS,
  },
  {
    title: "a model of Keras",
    endings: [".keras"],
    matches: (start) => isZip(start) && /metadata\.json|model\.weights\.h5/.test(start),
    fix: KERAS,
  },
  {
    title: "a model of TensorFlow Lite",
    endings: [".tflite"],
    matches: (start) => start.slice(4, 8) === "TFL3",
    fix: "Convert it: python -m tf2onnx.convert --tflite FILE --output model.onnx.",
  },
  {
    title: "weights of PyTorch",
    endings: [".pt", ".pth", ".ckpt", ".bin"],
    matches: (start) =>
      (isZip(start) && /data\.pkl|\/version|constants\.pkl/.test(start)) ||
      (start.charCodeAt(0) === 0x80 && start.charCodeAt(1) < 6),
    fix: TORCH,
  },
  {
    title: "a model of TensorFlow.js",
    endings: ["model.json"],
    matches: (start) => start.trimStart().startsWith("{") && /"modelTopology"|"weightsManifest"|tfjs/.test(start),
    fix: "Convert it: tensorflowjs_converter --input_format tfjs_layers_model --output_format keras FILE model.h5, and that one to ONNX with tf2onnx.",
  },
  {
    title: "an archive",
    endings: [".zip", ".gz", ".tar"],
    matches: (start) => isZip(start) || start.startsWith("\x1F\x8B"),
    fix: "Unpack it, and name the .onnx or .safetensors file in it.",
  },
  {
    title: "a graph of TensorFlow",
    endings: [".pb"],
    matches: never,
    fix: "Convert its folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx.",
  },
  {
    title: "a model of Core ML",
    endings: [".mlmodel"],
    matches: never,
    fix: "Export the network to ONNX from the program that trained it.",
  },
  {
    title: "a web page",
    endings: [],
    matches: (start) => /^\s*<(!doctype|html)/i.test(start),
    fix: "Download the file itself.",
  },
];

/** Bytes that tell what a file is. */
const STARTS = 4096;

function isZip(start: string): boolean {
  return start.startsWith("PK\x03\x04");
}

/** True for names that files of other programs have. */
export function namesForeignFile(path: string): boolean {
  const name = path.toLowerCase();
  return foreignFormats.some(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

/** @throws DataError for a file of another program, whatever its name, and for one that only its name tells of. */
export function checkForeign(bytes: Uint8Array, path: string): void {
  const start = String.fromCharCode(...bytes.subarray(0, STARTS));
  const name = path.toLowerCase();
  // ONNX begins with its version, whatever the file is called; safetensors' JSON follows eight bytes
  const mayBeOurs = start.startsWith("\x08") || start[8] === "{";
  const byName = ({ endings, matches }: ForeignFormat): boolean =>
    endings.some((ending) => name.endsWith(ending)) && (matches === never || !mayBeOurs);
  const found = foreignFormats.find(({ matches }) => matches(start)) ?? foreignFormats.find(byName);
  if (found === undefined) return;
  throw new DataError(`${path}: expected an ONNX or .safetensors file, got ${found.title}. ${found.fix}`, {
    location: { path },
  });
}

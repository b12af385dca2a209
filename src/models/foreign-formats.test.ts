/** @file Files of other programs are named, by their bytes or else by their names. */

import { expect, test } from "vitest";
import { checkForeign, namesForeignFile } from "./foreign-formats.ts";

const torch = "PK\x03\x04................archive/data.pkl";

test.each([
  ["w.h5", "\x89HDF\r\n\x1A\n", "weights of Keras (HDF5)"],
  ["w.keras", "PK\x03\x04......metadata.json", "a model of Keras"],
  ["w.tflite", "\x1C\0\0\0TFL3", "a model of TensorFlow Lite"],
  ["w.pth", torch, "weights of PyTorch"],
  ["renamed.onnx", torch, "weights of PyTorch"],
  ["old.pt", "\x80\x02\x8A\nl\xFC", "weights of PyTorch"],
  ["model.json", '{"format": "layers-model", "modelTopology": {}}', "a model of TensorFlow.js"],
  ["a.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0", "a pointer of Git LFS in the place of a file"],
  ["a.safetensors", "<!DOCTYPE html>", "a web page"],
  ["a.onnx", "PK\x03\x04......a.onnx", "an archive"],
  ["saved_model.pb", "\x08\x01", "a graph of TensorFlow"],
  ["a.mlmodel", "\x08\x01", "a model of Core ML"],
  ["pytorch_model.bin", "", "weights of PyTorch"],
])("%s of %j", (path, start, title) => {
  expect(() =>
    checkForeign(
      Uint8Array.from(start, (one) => one.charCodeAt(0)),
      path,
    ),
  ).toThrow(`${path}: expected an ONNX or .safetensors file, got ${title}. `);
});

test("files that Graft reads are none of these", () => {
  expect(["a.onnx", "a.safetensors", "photos"].map(namesForeignFile)).toEqual([false, false, false]);
  expect(["A.PTH", "tfjs/model.json"].map(namesForeignFile)).toEqual([true, true]);
  expect(() => checkForeign(Uint8Array.of(8, 8), "a.onnx")).not.toThrow();
});

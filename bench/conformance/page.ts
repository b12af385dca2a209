/** @file Writes the page on the exported architectures, formatted as the rest of the project is. */

import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { writeFileAtomic } from "../../src/files/index.ts";
import { type Conformance, tables } from "./results.ts";

/** Writes docs/backbones.md. */
export async function writePage(conformance: Conformance): Promise<void> {
  const path = fileURLToPath(new URL("../../docs/backbones.md", import.meta.url));
  const { packages, machine, processor } = conformance.made;
  const text = `# Backbones as PyTorch exports them

\`npm run conformance\` writes this page. It exports architectures of [timm](https://github.com/huggingface/pytorch-image-models) and of torchvision (those of a \`torchvision/\` before their name), and small networks of transformers (\`transformers/\`), with random weights and ten classes, as each of PyTorch's exporters writes them for any number of images, imports the files, and compares their scores and the gradients of a training step with PyTorch in double precision.

An error of gradients is that of the weight whose gradient is furthest off, as a share of its length; beside it stands the error that PyTorch itself makes in float32. Where rounding decides on which side of 0 a number lies that goes through a ReLU, a second draw of images is compared. Weights that the exporter has changed beyond a transpose or a factor a channel cannot be compared. The time, where it was taken, is that of a forward and backward pass of four images, on two threads; the memory is the most that the process had, reading the file included.

Packages: ${packages.join(", ")}. Machine: ${processor}, ${machine}.

${tables(conformance)}
`;
  await writeFileAtomic(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

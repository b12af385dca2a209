/** @file The shortcut without parameters past a residual block that changes shapes. */

import { GraphError } from "../../../core/index.ts";
import type { Layer } from "../layer.ts";
import { imageShape } from "./conv2d.ts";

export interface PaddedShortcutOptions {
  /** Channels of the result; those that the input lacks are zeros, half of them in front. */
  filters: number;
  /** Every how many-th row and column is kept, from the first on. */
  stride: number;
}

/**
 * x: [N, C, H, W] → [N, filters, ceil(H / stride), ceil(W / stride)].
 *
 * Source: He et al. 2015, arXiv:1512.03385, section 4.2, "option A".
 */
export function paddedShortcut(name: string, { filters, stride }: PaddedShortcutOptions): Layer {
  return {
    name,
    description: `${stride === 1 ? "input" : `every ${ordinal(stride)} pixel`}, ${filters} channels`,
    outputShape: (input) => {
      const [channels, height, width] = imageShape(name, input);
      if (channels > filters)
        throw new GraphError(`${name}: expected an input of at most ${filters} channels, got ${channels}.`);
      return [filters, Math.ceil(height / stride), Math.ceil(width / stride)];
    },
    parameters: () => [],
    build: ({ g }, x) => {
      const [, channels, height, width] = x.shape;
      const kept =
        stride === 1 ? x : g.slice(x, { starts: [0, 0], ends: [height, width], axes: [2, 3], steps: [stride, stride] });
      const before = Math.floor((filters - channels) / 2);
      return g.pad(kept, [0, before, 0, 0, 0, filters - channels - before, 0, 0]);
    },
  };
}

function ordinal(count: number): string {
  return count === 2 ? "2nd" : count === 3 ? "3rd" : `${count}th`;
}

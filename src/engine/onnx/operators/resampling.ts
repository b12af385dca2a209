/** @file Resize, and the weights that it takes neighbours with. */

import { type Shape, float32 } from "../../../core/index.ts";
import type { NodeView, Operator } from "../operator.ts";

/** One axis that changes its length. */
export interface ResizedAxis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  /** [to, from]: what each element of the result takes of each one of the input. */
  readonly weights: ReturnType<typeof float32>;
}

/** Where an element of a result lies in the input, and how long both are. */
interface Place {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Shares of the elements of an axis, by their indices; those beyond its ends count as the last ones. */
type Shares = readonly (readonly [index: number, share: number])[];

export const resamplingOperators = {
  Resize: {
    attributes: {
      mode: "STRING",
      coordinate_transformation_mode: "STRING",
      nearest_mode: "STRING",
      cubic_coeff_a: "FLOAT",
      exclude_outside: "INT",
      extrapolation_value: "FLOAT",
    },
    infer: (node) => {
      const { dtype } = node.input(0);
      coordinateOf(node);
      return [{ dtype, shape: scaling(node).shape }];
    },
  },
} satisfies Record<string, Operator>;

/** By `coordinate_transformation_mode`. */
const coordinates: Readonly<Record<string, ((place: Place) => number) | undefined>> = {
  half_pixel: ({ index, scale }) => (index + 0.5) / scale - 0.5,
  pytorch_half_pixel: ({ index, scale, to }) => (to > 1 ? (index + 0.5) / scale - 0.5 : 0),
  align_corners: ({ index, from, to }) => (to === 1 ? 0 : (index * (from - 1)) / (to - 1)),
  asymmetric: ({ index, scale }) => index / scale,
};

/** By `nearest_mode`. */
const roundings: Readonly<Record<string, ((x: number) => number) | undefined>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/**
 * The axes that a Resize changes, with the matrix that does it to each: the operator is linear, axis by axis.
 *
 * @throws GraphError for a form that has no such matrices.
 */
export function resizedAxes(node: NodeView): readonly ResizedAxis[] {
  const from = node.input(0).shape;
  const { shape, scales } = scaling(node);
  const coordinate = coordinateOf(node);
  const sharesAt = sharing(node);
  return [...shape.keys()].flatMap((axis) => {
    const lengths = { from: from[axis], to: shape[axis] };
    if (lengths.from === lengths.to && scales[axis] === 1) return [];
    const weights = new Float32Array(lengths.to * lengths.from);
    for (let index = 0; index < lengths.to; index++) {
      for (const [at, share] of sharesAt(coordinate({ ...lengths, index, scale: scales[axis] }), lengths.from)) {
        weights[index * lengths.from + Math.min(Math.max(at, 0), lengths.from - 1)] += share;
      }
    }
    return [{ axis, ...lengths, weights: float32(weights, [lengths.to, lengths.from]) }];
  });
}

/** Where an element lies in the input; those that read a part of it alone have no such place. */
function coordinateOf(node: NodeView): (place: Place) => number {
  const mode = node.string("coordinate_transformation_mode", "half_pixel");
  const coordinate = coordinates[mode];
  if (coordinate !== undefined) return coordinate;
  throw node.error(`expected a coordinate_transformation_mode among ${known(coordinates)}, got ${mode}`);
}

/** The shape of the result, and how many times longer each axis gets. */
function scaling(node: NodeView): { shape: Shape; scales: readonly number[] } {
  const { shape: from } = node.input(0);
  const hasSizes = node.optionalInput(3) !== null;
  const given = node.constantNumbers(hasSizes ? 3 : 2);
  if (given.length !== from.length) throw node.error(`expected one length or scale an axis, got ${given.length}`);
  if (hasSizes) return { shape: given, scales: given.map((length, axis) => length / from[axis]) };
  return { shape: given.map((scale, axis) => Math.floor(from[axis] * scale)), scales: given };
}

/** How the elements around a place share in it. */
function sharing(node: NodeView): (x: number, length: number) => Shares {
  const mode = node.string("mode", "nearest");
  if (mode === "linear") return linearShares;
  if (mode === "cubic") {
    const [a, excludes] = [node.float("cubic_coeff_a", -0.75), node.int("exclude_outside", 0) === 1];
    return (x, length) => {
      const shares = cubicShares(x, a);
      if (!excludes) return shares;
      const inside = shares.filter(([index]) => index >= 0 && index < length);
      const sum = inside.reduce((total, [, share]) => total + share, 0);
      return inside.map(([index, share]) => [index, share / sum]);
    };
  }
  const rounding = node.string("nearest_mode", "round_prefer_floor");
  const round = roundings[rounding];
  if (mode !== "nearest" || round === undefined) {
    throw node.error(`expected mode nearest (${known(roundings)}), linear or cubic, got ${mode} (${rounding})`);
  }
  return (x) => [[round(x), 1]];
}

function linearShares(x: number): Shares {
  const left = Math.floor(x);
  return [
    [left, 1 - (x - left)],
    [left + 1, x - left],
  ];
}

/** Source: Keys 1981, "Cubic convolution interpolation for digital image processing". */
function cubicShares(x: number, a: number): Shares {
  const left = Math.floor(x);
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  const d = x - left;
  return [
    [left - 1, far(1 + d)],
    [left, near(d)],
    [left + 1, near(1 - d)],
    [left + 2, far(2 - d)],
  ];
}

function known(table: Readonly<Record<string, unknown>>): string {
  return Object.keys(table).join(", ");
}

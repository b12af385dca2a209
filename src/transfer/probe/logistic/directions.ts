/** @file The directions in which rows of features differ most. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type RandomStream, float32, sizeOf, stream } from "../../../core/index.ts";
import { Operations } from "../../../engine/onnx/index.ts";
import { type Session, type SessionOptions, createSession } from "../../../engine/runtime/index.ts";
import type { FeatureRows } from "../../feature-cache.ts";
import { addCombination, dot, productsWith, scale } from "./vectors.ts";

/** Rows that are looked at, evenly spread. */
const MOST_ROWS = 2000;
const MOST_DIRECTIONS = 32;
/** Directions searched for beside those that are wanted, which makes those better. */
const MORE = 8;
/** Products with X^T X; each brings what was drawn at random nearer to the largest directions. */
const PASSES = 3;

/** Orthonormal directions, and how much rows spread along them. */
export interface Directions {
  /** d */
  readonly width: number;
  /** Unit vectors of length d. */
  readonly vectors: readonly Float64Array[];
  /** Mean square along each, descending. */
  readonly spreads: readonly number[];
  /** Mean square along any direction at right angles to all of them, on average. */
  readonly rest: number;
}

/**
 * The largest directions of rows, about: by a random subspace and a few products with X^T X.
 *
 * Source: Halko, Martinsson and Tropp 2011, arXiv:0909.4061, algorithm 4.4.
 */
export async function leadingDirections(
  rows: FeatureRows,
  { seed, session: options }: { seed: number; session: SessionOptions },
): Promise<Directions> {
  const [width, count] = [sizeOf(rows.shape), Math.min(rows.count, MOST_ROWS)];
  const data = new Float32Array(count * width);
  rows.read(
    Uint32Array.from({ length: count }, (_, index) => Math.floor((index * rows.count) / count)),
    data,
  );
  const size = Math.min(width, count, MOST_DIRECTIONS + MORE);
  const random = stream(seed, "probe", "directions");
  const session = await createSession(productGraph({ count, width, size }), {
    ...options,
    device: "cpu",
  });
  try {
    let basis: readonly Float64Array[] = [];
    let products = Array.from({ length: size }, () => randomVector(width, random));
    for (let pass = 0; pass < PASSES; pass++) {
      basis = orthonormalize(products);
      products = await multiply(basis, { session, data, shape: [count, size] });
    }
    return rotate(basis, { products, width, total: squaresOf(data) / count });
  } finally {
    await session.close();
  }
}

function productGraph({
  count,
  width,
  size,
}: {
  count: number;
  width: number;
  size: number;
}): ReturnType<Operations["build"]> {
  const g = new Operations();
  const x = g.input("x", "float32", [count, width]);
  const along = g.gemm(x, g.input("basis", "float32", [size, width]), null, { transB: 1 });
  g.output(g.gemm(along, x, null, { transA: 1 }), "products");
  return g.build("directions");
}

/** X^T X v / n for every vector v, of which there can be fewer than the graph has room for. */
async function multiply(
  basis: readonly Float64Array[],
  { session, data, shape: [count, size] }: { session: Session; data: Float32Array; shape: readonly [number, number] },
): Promise<Float64Array[]> {
  const width = data.length / count;
  const vectors = new Float32Array(size * width);
  for (const [index, vector] of basis.entries()) vectors.set(vector, index * width);
  const { products } = await session.run({ x: float32(data, [count, width]), basis: float32(vectors, [size, width]) });
  return basis.map((_, index) =>
    Float64Array.from(
      (products.data as Float32Array).subarray(index * width, (index + 1) * width),
      (value) => value / count,
    ),
  );
}

/** Gram-Schmidt, twice, which is as good as rounding allows; what is left of a vector that adds nothing is dropped. */
function orthonormalize(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const own = vector.slice();
    const before = Math.sqrt(dot(own, own));
    for (let time = 0; time < 2; time++) addCombination(own, basis, scale(productsWith(basis, own), -1));
    const length = Math.sqrt(dot(own, own));
    if (length > 1e-5 * before) basis.push(scale(own, 1 / length));
  }
  return basis;
}

/** The eigenvectors of X^T X / n inside the space of the basis. */
function rotate(
  basis: readonly Float64Array[],
  { products, width, total }: { products: readonly Float64Array[]; width: number; total: number },
): Directions {
  if (basis.length === 0) return { width, vectors: [], spreads: [], rest: 0 };
  const inside = new Matrix(basis.map((vector) => productsWith(products, vector)).map((row) => Array.from(row)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(inside, { assumeSymmetric: true });
  const kept = realEigenvalues
    .map((spread, column) => ({ spread, column }))
    .sort((a, b) => b.spread - a.spread)
    .slice(0, MOST_DIRECTIONS);
  const vectors = kept.map(({ column }) => {
    return addCombination(new Float64Array(width), basis, eigenvectorMatrix.getColumn(column));
  });
  const spreads = kept.map(({ spread }) => Math.max(0, spread));
  const left = total - spreads.reduce((sum, spread) => sum + spread, 0);
  return { width, vectors, spreads, rest: Math.max(0, left) / Math.max(1, width - vectors.length) };
}

/** Numbers of 8 random bits each, evenly around 0. */
function randomVector(length: number, random: RandomStream): Float64Array {
  const vector = new Float64Array(length);
  for (let index = 0, bits = 0; index < length; index++, bits >>>= 8) {
    if (index % 4 === 0) bits = random.bits();
    vector[index] = (bits & 0xff) - 127.5;
  }
  return vector;
}

function squaresOf(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] ** 2;
  return sum;
}

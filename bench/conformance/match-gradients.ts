/** @file Finds PyTorch's gradient of each weight of a file, whatever the exporter called it and put into it. */

import { type Tensor, sameShape, sizeOf } from "../../src/core/index.ts";

/** What PyTorch has of a parameter, by its name. */
export interface Reference {
  readonly values: Tensors;
  /** In double precision. */
  readonly exact: Tensors;
  /** PyTorch's own, in float32. */
  readonly float32: Tensors;
}

type Tensors = Readonly<Record<string, Tensor | undefined>>;
type Gradient = ArrayLike<number>;

/** The gradients of one weight of a file, in the order of its elements. */
export interface MatchedGradient {
  readonly name: string;
  readonly exact: Gradient;
  readonly float32: Gradient;
}

/** A normalization with statistics, as what it multiplies and adds. */
interface Affine {
  readonly prefix: string;
  readonly mean: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/** Relative, of what float32 arithmetic makes of a weight that it scaled. */
const NEAR = 1e-4;

/**
 * The gradients of the weights that are PyTorch's: as they are, transposed, or scaled channel by channel by the batch
 * normalization that the exporter put into them, of which the bias is then what is left.
 */
export function matchGradients(parameters: Tensors, reference: Reference): MatchedGradient[] {
  const byNumbers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(reference.values)) {
    if (value === undefined || reference.exact[name] === undefined) continue;
    const key = fingerprint(value);
    byNumbers.set(key, [...(byNumbers.get(key) ?? []), name]);
  }
  const affines = affinesOf(reference.values);
  return Object.entries(parameters).flatMap(([name, weight]) => {
    if (weight === undefined) return [];
    const same = sameNumbers(weight, { names: byNumbers.get(fingerprint(weight)) ?? [], reference });
    const found = same ?? scaledKernel(weight, reference) ?? leftBias(weight, { affines, reference });
    return found === null ? [] : [{ name, ...found }];
  });
}

function sameNumbers(
  weight: Tensor,
  { names, reference }: { names: readonly string[]; reference: Reference },
): Omit<MatchedGradient, "name"> | null {
  for (const name of names) {
    const value = reference.values[name];
    if (value === undefined) continue;
    const order = [null, transposedOrder(value)].find((one) => isSame(weight.data, value.data, one));
    if (order !== undefined) return gradientsOf(name, reference, (gradient) => inOrder(gradient, order));
  }
  return null;
}

/** W' = r W, channel by channel, so that dL/dW' = dL/dW / r. */
function scaledKernel(weight: Tensor, reference: Reference): Omit<MatchedGradient, "name"> | null {
  if (weight.shape.length < 3) return null;
  for (const [name, value] of Object.entries(reference.values)) {
    if (value === undefined || reference.exact[name] === undefined || !sameShape(value.shape, weight.shape)) continue;
    const inner = sizeOf(weight.shape.slice(1));
    const factors = channelFactors(weight.data, value.data, inner);
    if (factors === null) continue;
    return gradientsOf(name, reference, (gradient) =>
      Array.from(gradient, (one, index) => one / factors[Math.floor(index / inner)]),
    );
  }
  return null;
}

/** b' = shift - mean r, of a convolution without a bias of its own: dL/db' is that of the shift. */
function leftBias(
  bias: Tensor,
  { affines, reference }: { affines: readonly Affine[]; reference: Reference },
): Omit<MatchedGradient, "name"> | null {
  if (bias.shape.length !== 1) return null;
  const given = numbers(bias.data);
  const found = affines.find(({ mean, shift, scale, variance }) => {
    if (mean.length !== given.length) return false;
    return [1e-5, 1e-3, 1e-6, 2e-5, 1e-4].some((epsilon) =>
      given.every((value, channel) => {
        const factor = scale[channel] / Math.sqrt(variance[channel] + epsilon);
        const size = Math.abs(shift[channel]) + Math.abs(mean[channel] * factor);
        return Math.abs(value - (shift[channel] - mean[channel] * factor)) <= NEAR * size;
      }),
    );
  });
  return found === undefined ? null : gradientsOf(`${found.prefix}.bias`, reference, (gradient) => gradient);
}

function affinesOf(values: Tensors): Affine[] {
  return Object.keys(values).flatMap((name): Affine[] => {
    const [prefix, rest] = name.split(".running_mean");
    const [mean, variance, scale, shift] = ["running_mean", "running_var", "weight", "bias"].map(
      (kind) => values[`${prefix}.${kind}`],
    );
    if (rest !== "" || !mean || !variance || !scale || !shift) return [];
    const [means, variances, scales, shifts] = [mean, variance, scale, shift].map(({ data }) => numbers(data));
    return [{ prefix, mean: means, variance: variances, scale: scales, shift: shifts }];
  });
}

function gradientsOf(
  name: string,
  { exact, float32 }: Reference,
  change: (gradient: Gradient) => Gradient,
): Omit<MatchedGradient, "name"> | null {
  const [double, single] = [exact[name], float32[name]];
  if (double === undefined || single === undefined) return null;
  return { exact: change(numbers(double.data)), float32: change(numbers(single.data)) };
}

/** The ratio of each channel; null where they are not multiples of one another. */
function channelFactors(a: Tensor["data"], b: Tensor["data"], inner: number): number[] | null {
  const [left, right] = [numbers(a), numbers(b)];
  const factors: number[] = [];
  for (let start = 0; start < left.length; start += inner) {
    let [product, square, own] = [0, 0, 0];
    for (let index = start; index < start + inner; index++) {
      product += left[index] * right[index];
      square += right[index] ** 2;
      own += left[index] ** 2;
    }
    const factor = product / square;
    if (!(Math.abs(product) >= (1 - NEAR) * Math.sqrt(square * own)) || factor === 0) return null;
    factors.push(factor);
  }
  return inner === 1 ? null : factors;
}

/** The same for tensors of the same elements, in whichever order. */
function fingerprint({ data }: Tensor): string {
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += Math.abs(Number(data[index]));
  return `${data.length} ${sum.toPrecision(6)}`;
}

function isSame(a: Tensor["data"], b: Tensor["data"], order: readonly number[] | null): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[order?.[index] ?? index]) return false;
  return true;
}

/** Where each element of the transpose of a matrix lies in it; no order that differs for other tensors. */
function transposedOrder({ shape, data }: Tensor): number[] | null {
  const [rows, columns, ...more] = shape.filter((length) => length !== 1);
  if (columns === undefined || more.length > 0) return null;
  return Array.from({ length: data.length }, (_, index) => (index % rows) * columns + Math.floor(index / rows));
}

function inOrder(gradient: Gradient, order: readonly number[] | null | undefined): Gradient {
  return order === null || order === undefined ? gradient : order.map((index) => gradient[index]);
}

function numbers(data: Tensor["data"]): number[] {
  return Array.from(data as ArrayLike<number>, Number);
}

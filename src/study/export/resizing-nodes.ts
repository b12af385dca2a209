/** @file The nodes that bring a batch of photographs to a network's size, as `data` does while a study is trained. */

import { type Interpolation, float32, int64 } from "../../core/index.ts";
import type { ImageFit } from "../../data/node/index.ts";
import type { FrontBuilder, FrontValue } from "../../engine/onnx/index.ts";

/** ONNX's numbers of types. */
const types = { uint8: 2, int64: 7, double: 11 } as const;
/** Weights are whole numbers of so many parts, as in Pillow. */
const PARTS = 2 ** 22;
/** Of red, green and blue in grey, in 65536ths. */
const LUMA = [19595, 38470, 7471];

interface Sides {
  readonly height: FrontValue;
  readonly width: FrontValue;
}

/**
 * From `pixels`, uint8 [N, height, width, 3] of any height and width, to uint8 [N, channels, height, width] of the fit:
 * resized along rows, then along columns, rounded to bytes after each, with antialiasing.
 */
export function resizingNodes(g: FrontBuilder, pixels: FrontValue, fit: ImageFit): FrontValue {
  const {
    imageShape: [channels, height, width],
    interpolation,
  } = fit;
  const n = numbers(g);
  const shape = g.op("Shape", [pixels]);
  const side = (axis: number): FrontValue => g.op("Gather", [shape, n.whole(axis)]);
  const from: Sides = { height: side(1), width: side(2) };
  const to = sizeOfWhole(n, { from, fit });
  // of what is cut off nothing is computed: a strip has a thousand times the network's pixels beside it
  const isCut = fit.fit === "cover";
  const kept = (whole: FrontValue, part: number): Kept =>
    isCut
      ? { first: halfToEven(n, n.sub(whole, n.whole(part))), count: n.whole(part) }
      : { first: n.whole(0), count: whole };
  const planes = n.toReal(g.op("Transpose", [pixels], { perm: [0, 3, 1, 2] }));
  const columns = taps(n, { from: from.width, to: to.width, kept: kept(to.width, width), interpolation });
  const along = toBytes(n, g.op("MatMul", [planes, g.op("Transpose", [columns], { perm: [1, 0] })]));
  const rows = taps(n, { from: from.height, to: to.height, kept: kept(to.height, height), interpolation });
  const resized = toBytes(n, g.op("MatMul", [rows, along]));
  const placed = isCut ? resized : inBlack(n, resized, { from: to, to: { height, width } });
  return g.op("Cast", [channels === 1 ? toGrey(n, placed) : placed], { to: types.uint8 });
}

/** Numbers of 0 axes, in the file once each, and what is done to them. */
function numbers(g: FrontBuilder) {
  const known = new Map<string, FrontValue>();
  const keep = (key: string, make: () => FrontValue): FrontValue => {
    const value = known.get(key) ?? make();
    known.set(key, value);
    return value;
  };
  const real = (value: number): FrontValue =>
    keep(`real ${value}`, () => g.op("Cast", [g.constant(float32([value], []))], { to: types.double }));
  const node =
    (opType: string) =>
    (...inputs: FrontValue[]): FrontValue =>
      g.op(opType, inputs);
  return {
    g,
    whole: (value: number): FrontValue => keep(`whole ${value}`, () => g.constant(int64([value], []))),
    real,
    list: (...values: number[]): FrontValue => keep(`list ${values.join()}`, () => g.constant(int64(values))),
    toReal: (value: FrontValue): FrontValue => g.op("Cast", [value], { to: types.double }),
    toWhole: (value: FrontValue): FrontValue => g.op("Cast", [value], { to: types.int64 }),
    add: node("Add"),
    sub: node("Sub"),
    mul: node("Mul"),
    div: node("Div"),
    mod: node("Mod"),
    max: node("Max"),
    min: node("Min"),
    floor: node("Floor"),
    less: node("Less"),
    not: node("Not"),
    and: node("And"),
    where: node("Where"),
  };
}

type Numbers = ReturnType<typeof numbers>;

/** Of the whole image, before its centre is cut out or black put around it; whole numbers. */
function sizeOfWhole(
  n: Numbers,
  { from, fit: { imageShape, fit, resizeShorter } }: { from: Sides; fit: ImageFit },
): Sides {
  const [, toHeight, toWidth] = imageShape;
  if (fit === "fill") return { height: n.whole(toHeight), width: n.whole(toWidth) };
  if (fit === "contain") {
    const [height, width] = [n.toReal(from.height), n.toReal(from.width)];
    const scale = n.min(n.div(n.real(toWidth), width), n.div(n.real(toHeight), height));
    const scaled = (side: FrontValue): FrontValue =>
      n.toWhole(n.max(n.real(1), n.floor(n.add(n.mul(scale, side), n.real(0.5)))));
    return { height: scaled(height), width: scaled(width) };
  }
  const [least, leastHeight] = [n.whole(resizeShorter ?? toWidth), n.whole(resizeShorter ?? toHeight)];
  const isTall = n.not(n.less(n.mul(least, from.height), n.mul(leastHeight, from.width)));
  return {
    height: n.where(isTall, n.div(n.mul(least, from.height), from.width), leastHeight),
    width: n.where(isTall, least, n.div(n.mul(leastHeight, from.width), from.height)),
  };
}

/** The part of a new line that is not cut off. */
interface Kept {
  readonly first: FrontValue;
  readonly count: FrontValue;
}

/** The weights of the old pixels of a line in each of the new ones that are kept, whole numbers, of which sums are exact. */
function taps(
  n: Numbers,
  {
    from,
    to,
    kept: { first: start, count },
    interpolation,
  }: { from: FrontValue; to: FrontValue; kept: Kept; interpolation: Interpolation },
): FrontValue {
  const { g } = n;
  const places = (begin: FrontValue, limit: FrontValue, shape: FrontValue): FrontValue =>
    g.op("Reshape", [n.toReal(g.op("Range", [begin, limit, n.whole(1)])), shape]);
  const [column, row] = [n.list(-1, 1), n.list(1, -1)];
  const last = n.toReal(from);
  const scale = n.div(last, n.toReal(to));
  const widened = n.max(scale, n.real(1));
  const reach = n.mul(widened, n.real(interpolation === "bilinear" ? 1 : 2));
  const half = n.real(0.5);
  const centre = n.mul(n.add(places(start, n.add(start, count), column), half), scale);
  const old = places(n.whole(0), from, row);
  const first = n.floor(n.add(n.sub(centre, reach), half));
  const end = n.floor(n.add(n.add(centre, reach), half));
  const isNear = n.and(n.not(n.less(old, first)), n.less(old, end));
  const distance = n.div(g.op("Abs", [n.add(n.sub(old, centre), half)]), widened);
  const weights = n.where(isNear, filters[interpolation](n, distance), n.real(0));
  const ones = g.op("Reshape", [g.op("Expand", [n.real(1), g.op("Reshape", [from, n.list(1)])]), column]);
  const shares = n.div(weights, g.op("MatMul", [weights, ones]));
  return n.floor(n.add(n.mul(shares, n.real(PARTS)), half));
}

/** As in `data/image-folder/decode/resample.ts`. */
const filters: Readonly<Record<Interpolation, (n: Numbers, distance: FrontValue) => FrontValue>> = {
  bilinear: (n, distance) => n.max(n.sub(n.real(1), distance), n.real(0)),
  bicubic: (n, x) => {
    const inner = n.add(n.mul(n.mul(n.sub(n.mul(x, n.real(1.5)), n.real(2.5)), x), x), n.real(1));
    const outer = n.mul(n.sub(n.mul(n.add(n.mul(n.sub(x, n.real(5)), x), n.real(8)), x), n.real(4)), n.real(-0.5));
    return n.where(n.less(x, n.real(1)), inner, n.where(n.less(x, n.real(2)), outer, n.real(0)));
  },
};

function toBytes(n: Numbers, values: FrontValue): FrontValue {
  const rounded = n.floor(n.add(n.div(values, n.real(PARTS)), n.real(0.5)));
  return n.min(n.max(rounded, n.real(0)), n.real(255));
}

/** The image in the middle of black, where it is smaller. */
function inBlack(
  n: Numbers,
  image: FrontValue,
  { from, to }: { from: Sides; to: { height: number; width: number } },
): FrontValue {
  const { g } = n;
  const sides = [
    [from.height, n.whole(to.height)],
    [from.width, n.whole(to.width)],
  ];
  const before = sides.map(([part, whole]) => halfToEven(n, n.sub(whole, part)));
  const after = sides.map(([part, whole], at) => n.sub(n.sub(whole, part), before[at]));
  const none = n.whole(0);
  const pads = [none, none, ...before, none, none, ...after].map((value) => g.op("Reshape", [value, n.list(1)]));
  return g.op("Pad", [image, g.op("Concat", pads, { axis: 0 }), n.real(0)]);
}

/** Half of a whole number; where one is left over, the even one of its neighbours. */
function halfToEven(n: Numbers, difference: FrontValue): FrontValue {
  const half = n.div(difference, n.whole(2));
  return n.add(half, n.mul(n.mod(difference, n.whole(2)), n.mod(half, n.whole(2))));
}

function toGrey(n: Numbers, image: FrontValue): FrontValue {
  const { g } = n;
  const [red, green, blue] = LUMA.map((weight, channel) =>
    n.mul(g.op("Gather", [image, n.list(channel)], { axis: 1 }), n.real(weight)),
  );
  const sum = n.add(n.add(n.add(red, green), blue), n.real(0x8000));
  return n.floor(n.div(sum, n.real(65536)));
}

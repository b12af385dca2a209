/** @file What a file's first operators do to the pixels, and so which pixels it takes. */

import { type Tensor, sizeOf } from "../../core/index.ts";
import {
  type ModelFile,
  type NodeMessage,
  asFloat32,
  decodeTensor,
  domainName,
  dtypeCodes,
} from "../../engine/onnx/index.ts";

/** Pixels as a file takes them, before its own operators change them. */
export interface OwnPixels {
  /** 1 for pixels from 0 to 1, 255 for those from 0 to 255. */
  readonly most: 1 | 255;
  /** The operators that say so, in their order. */
  readonly operators: readonly string[];
}

/** What a channel becomes: x times `scale` plus `shift`. */
interface Change {
  readonly scale: number;
  readonly shift: number;
}

/** Numbers that a node reads besides the image, by the places of its inputs. */
type Numbers = (index: number) => readonly number[] | null;

/** Operators that change no pixel's value. */
const copies: ReadonlySet<string> = new Set(["Transpose", "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"]);
const floats: ReadonlySet<number> = new Set([dtypeCodes.float32, dtypeCodes.float16, dtypeCodes.float64]);
/** More constants than this are no scale of an image. */
const MOST_CHANNELS = 3;
/** From the blackest to the whitest pixel, after all changes. */
const [LEAST_SPAN, MOST_SPAN] = [0.9, 10];
/** What trained statistics say is less exact: pixels of photographs are about so, as a share of their range. */
const [LEAST_MEAN, MOST_MEAN, LEAST_DEVIATION, MOST_DEVIATION] = [0.15, 0.85, 0.1, 0.5];

/** The pixels that a file takes, where its operators before the first weights leave no doubt; null elsewhere. */
export function ownPixels({ graph }: Pick<ModelFile, "graph">, input: string): OwnPixels | null {
  const constants = constantsOf(graph);
  const operators: string[] = [];
  let changes: readonly Change[] = [{ scale: 1, shift: 0 }];
  const readers = readersOf(graph);
  let value = input;
  // no longer than there are nodes: a damaged file may go round in a circle
  for (const _ of graph.node) {
    const [node, ...others] = readers.get(value) ?? [];
    if (node === undefined || others.length > 0 || domainName(node.domain) !== "") break;
    const place = node.input.indexOf(value);
    const numbers: Numbers = (index) => constants(node.input[index]);
    if (node.opType === "BatchNormalization" && operators.length === 0) return fromStatistics(numbers);
    const next = copies.has(node.opType) ? changes : changed(changes, node, { place, numbers });
    if (next === null) break;
    if (next !== changes) operators.push(node.opType);
    [changes, value] = [next, node.output[0]];
  }
  return operators.length === 0 ? null : decided(changes, operators);
}

function readersOf({ node }: ModelFile["graph"]): Map<string, NodeMessage[]> {
  const readers = new Map<string, NodeMessage[]>();
  for (const one of node) {
    for (const name of new Set(one.input)) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [one]);
      else known.push(one);
    }
  }
  return readers;
}

function constantsOf({
  initializer,
  node,
}: ModelFile["graph"]): (name: string | undefined) => readonly number[] | null {
  const tensors = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  for (const { opType, output, attribute } of node) {
    const tensor = opType === "Constant" ? attribute.find(({ name }) => name === "value")?.t : undefined;
    if (tensor) tensors.set(output[0], tensor);
  }
  return (name) => {
    const message = tensors.get(name ?? "");
    if (message === undefined || !floats.has(message.dataType)) return null;
    if (sizeOf(message.dims.map(Number)) > MOST_CHANNELS) return null;
    const { data }: Tensor = asFloat32(decodeTensor(message));
    return Array.from(data, Number);
  };
}

/** Null for an operator that does something else than to scale and shift. */
function changed(
  changes: readonly Change[],
  { opType, input }: NodeMessage,
  { place, numbers }: { place: number; numbers: Numbers },
): Change[] | null {
  const other = numbers(1 - place);
  if (other === null || input.length !== 2) return null;
  const apply = (change: (one: Change, by: number) => Change): Change[] =>
    Array.from({ length: Math.max(changes.length, other.length) }, (_, channel) =>
      change(changes[channel % changes.length], other[channel % other.length]),
    );
  switch (opType) {
    case "Add":
      return apply(({ scale, shift }, by) => ({ scale, shift: shift + by }));
    case "Sub":
      return place === 0 ? apply(({ scale, shift }, by) => ({ scale, shift: shift - by })) : null;
    case "Mul":
      return apply(({ scale, shift }, by) => ({ scale: scale * by, shift: shift * by }));
    case "Div":
      return place === 0 ? apply(({ scale, shift }, by) => ({ scale: scale / by, shift: shift / by })) : null;
    default:
      return null;
  }
}

/** The range whose pixels come out around 0, neither all alike nor far away. */
function decided(changes: readonly Change[], operators: readonly string[]): OwnPixels | null {
  const fits = (most: 1 | 255): boolean =>
    changes.every(({ scale, shift }) => {
      const zero = -shift / scale;
      const isCentred = zero >= 0 && zero <= most;
      // subtracting a mean alone, as networks of Caffe do, leaves bytes as they are apart
      const isMeanOfBytes = most === 255 && scale === 1 && zero > 1;
      return isCentred && (isMeanOfBytes || (scale * most >= LEAST_SPAN && scale * most <= MOST_SPAN));
    });
  const ranges = ([1, 255] as const).filter(fits);
  const isNothing = changes.every(({ scale, shift }) => scale === 1 && shift === 0);
  return ranges.length === 1 && !isNothing ? { most: ranges[0], operators } : null;
}

function fromStatistics(numbers: Numbers): OwnPixels | null {
  const [mean, variance] = [numbers(3), numbers(4)];
  if (mean === null || variance === null) return null;
  const fits = (most: 1 | 255): boolean =>
    mean.every((one, channel) => {
      const [centre, deviation] = [one / most, Math.sqrt(variance[channel]) / most];
      const isMiddle = centre >= LEAST_MEAN && centre <= MOST_MEAN;
      return isMiddle && deviation >= LEAST_DEVIATION && deviation <= MOST_DEVIATION;
    });
  const most = ([1, 255] as const).find(fits);
  return most === undefined ? null : { most, operators: ["BatchNormalization"] };
}

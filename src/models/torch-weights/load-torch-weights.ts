/** @file Puts weights that PyTorch trained into a network, from the tensors of a `state_dict`. */

import { DataError, type Tensor, formatShape, sameShape } from "../../core/index.ts";
import { type NamedParameter, type Network, type Parameters, networkParameters } from "../../engine/nn/index.ts";
import { matchByName, matchByOrder } from "./match.ts";
import { toFloat32 } from "./to-float32.ts";

/** Prefixes that wrappers of PyTorch put before every name. */
const WRAPPERS = ["module.", "_orig_mod."];

/** What PyTorch counts beside its weights, which no network needs. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/** A network's weights, and what came of the names. */
export interface TorchWeights {
  readonly parameters: Parameters;
  /** Names that nothing was taken from. */
  readonly ignored: readonly string[];
  /** PyTorch's names of parameters that have another one here. */
  readonly renamed: Readonly<Record<string, string>>;
}

/**
 * The parameters of `network`, each from the tensor that has its name in PyTorch.
 *
 * The networks of the zoo take the names of their PyTorch ports: those of akamaster/pytorch_resnet_cifar10 and
 * chenyaofo/pytorch-cifar-models; a network without blocks takes any names, its convolutions and then its dense layers
 * in the order of their numbers. Halves and doubles become float32.
 *
 * `where` is the file as the user knows it.
 *
 * @throws DataError naming the first parameter that is missing, too many or of another shape.
 */
export function loadTorchWeights(
  network: Network,
  tensors: Readonly<Record<string, Tensor>>,
  where = "weights",
): TorchWeights {
  const wanted = networkParameters(network);
  const { given, names, ignored } = matchTensors(wanted, tensors);
  requireComplete(wanted, { given, names, tensors, network, where });
  const parameters = wanted.map(({ name }) => [name, toFloat32(tensors[names[name]], { name: names[name], where })]);
  return {
    parameters: Object.fromEntries(parameters),
    ignored,
    renamed: Object.fromEntries(Object.entries(names).filter(([name, original]) => name !== original)),
  };
}

/** Which tensor is each parameter's, by name; whether it fits is another matter. */
export function matchTensors(
  wanted: readonly NamedParameter[],
  tensors: Readonly<Record<string, Tensor>>,
): { given: Readonly<Record<string, string>>; names: Readonly<Record<string, string>>; ignored: readonly string[] } {
  const ignored = Object.keys(tensors).filter((name) => COUNTER.test(name));
  const given = withoutWrappers(Object.keys(tensors).filter((name) => !COUNTER.test(name)));
  const names = matchByName(wanted, given) ?? matchByOrder(wanted, given, (original) => tensors[original].shape);
  return { given, names, ignored };
}

/** Names as they are in the file, by what they are without the prefixes that all of them have. */
function withoutWrappers(originals: readonly string[]): Record<string, string> {
  let stripped = originals;
  let wrapper: string | undefined;
  do {
    wrapper = WRAPPERS.find((prefix) => stripped.length > 0 && stripped.every((name) => name.startsWith(prefix)));
    stripped = stripped.map((name) => name.slice(wrapper?.length ?? 0));
  } while (wrapper !== undefined);
  return Object.fromEntries(stripped.map((name, index) => [name, originals[index]]));
}

function requireComplete(
  wanted: readonly NamedParameter[],
  {
    given,
    names,
    tensors,
    network,
    where,
  }: {
    given: Readonly<Record<string, string>>;
    names: Readonly<Record<string, string>>;
    tensors: Readonly<Record<string, Tensor>>;
    network: Network;
    where: string;
  },
): void {
  const used = new Set(Object.values(names));
  const extra = Object.values(given).find((original) => !used.has(original));
  const fail = (expected: string, got: string): DataError =>
    new DataError(
      `${where}: expected ${expected} for ${network.name}, got ${got}. ` +
        "Take weights of the same architecture, or the architecture of these weights.",
      { location: { path: where } },
    );
  for (const { name, shape } of wanted) {
    const original = Object.hasOwn(names, name) ? names[name] : undefined;
    if (original === undefined) {
      throw fail(`"${name}" ${formatShape(shape)}`, extra === undefined ? "no such tensor" : `"${extra}" instead`);
    }
    const got = tensors[original].shape;
    if (!sameShape(got, shape)) throw fail(`"${original}" of shape ${formatShape(shape)}`, formatShape(got));
  }
  if (extra !== undefined) throw fail("no further tensor", `"${extra}" ${formatShape(tensors[extra].shape)}`);
}

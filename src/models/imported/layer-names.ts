/** @file Readable names for the layers of an imported network and for the weights inside them. */

/** What a layer's name can be made from. */
export interface NameSource {
  /** Names of its weights in the file, in order; none for a layer without. */
  readonly weights: readonly string[];
  /** The first node's name and operator. */
  readonly node: string;
  readonly opType: string;
}

/** One name for each layer, none of them the beginning of another's path. */
export function layerNames(sources: readonly NameSource[]): string[] {
  const names: string[] = [];
  for (const source of sources) names.push(distinct(wantedName(source), names));
  return names.map((name, index) =>
    names.some((other, place) => place !== index && other.startsWith(`${name}.`)) ? distinct(`${name}_0`, names) : name,
  );
}

/** `conv1` of `conv1.weight`; `layer1.0` of `layer1.0.conv1.weight` and `layer1.0.bn1.weight`. */
function wantedName({ weights, node, opType }: NameSource): string {
  const paths = weights.map(ownersPath).filter((path) => path.length > 0);
  if (paths.length === 0) return ownName(node) ?? opType.toLowerCase();
  const common = paths.reduce((a, b) => a.slice(0, a.findIndex((part, index) => part !== b[index]) >>> 0));
  return (common.length > 0 ? common : paths[0]).join(".");
}

/** The parts of a weight's name without its last; none for names that a program made up. */
function ownersPath(weight: string): string[] {
  const parts = pathOf(weight);
  return isMadeUp(weight) ? [] : parts.slice(0, -1);
}

/** A weight's owner inside a layer: `conv1` of `layer1.0.conv1.weight` in `layer1.0`; empty for the layer itself. */
export function ownerInside(weight: string, layer: string): string {
  const own = ownersPath(weight).join(".");
  if (own === layer || own === "") return "";
  return own.startsWith(`${layer}.`) ? own.slice(layer.length + 1) : own;
}

function ownName(node: string): string | undefined {
  const parts = pathOf(node);
  return isMadeUp(node) || parts.length === 0 ? undefined : parts.join(".");
}

/** Slashes and dots part names, in the ways of TensorFlow and of PyTorch. */
function pathOf(name: string): string[] {
  return name
    .replace(/^\/+/, "")
    .split(/[/.]+/)
    .map((part) => part.replaceAll(/[^\w+-]/g, "_"))
    .filter((part) => part !== "");
}

/** Numbers, and numbers behind the name of an operator or exporter: `123`, `onnx::Conv_500`, `Conv_0`. */
function isMadeUp(name: string): boolean {
  return /^\d+$|::|^[A-Z]\w*_\d+$|^node_|_output$/.test(name);
}

function distinct(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number++) if (!taken.includes(`${name}_${number}`)) return `${name}_${number}`;
}

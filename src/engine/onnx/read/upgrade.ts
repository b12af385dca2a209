/** @file Says the standard operators of earlier operator sets in the terms of operator set 13. */

import { GraphError } from "../../../core/index.ts";
import { describeNode } from "../graph.ts";
import {
  type AttributeMessage,
  type GraphMessage,
  type NodeMessage,
  type TensorMessage,
  nodeMessage,
  tensorMessage,
} from "../proto/proto.ts";
import { toNumber } from "./numbers.ts";

/** The first operator set that is read; before it, operands broadcast by an attribute of their own. */
export const OLDEST_OPSET = 7;

/** What operators are brought up to. */
const TARGET = 13;

/** What an upgrade may add to the graph of its node. */
interface Additions {
  /** A constant of whole numbers, by name. */
  ints(label: string, values: readonly number[]): string;
  /** A constant of one number in the element type of the graph's weights. */
  float(label: string, value: number): string;
  /** Another node, which is placed before. */
  before(fields: { opType: string; input: readonly string[]; output: readonly string[]; attribute?: object[] }): void;
}

interface Upgrade {
  /** The operator set in which the operator took the form that is given. */
  readonly since: number;
  /** Changes the node. */
  apply(node: NodeMessage, add: Additions, version: number): void;
}

const upgrades: Readonly<Record<string, Upgrade | undefined>> = {
  Clip: { since: 11, apply: upgradeClip },
  Dropout: { since: 12, apply: (node, add) => moveToInput(node, add, { ratio: 1 }) },
  Pad: { since: 11, apply: upgradePad },
  Slice: { since: 10, apply: (node, add) => moveToInput(node, add, { starts: 1, ends: 2, axes: 3 }) },
  Squeeze: { since: 13, apply: (node, add) => moveToInput(node, add, { axes: 1 }) },
  Unsqueeze: { since: 13, apply: (node, add) => moveToInput(node, add, { axes: 1 }) },
  ReduceSum: { since: 13, apply: (node, add) => moveToInput(node, add, { axes: 1 }) },
  Split: { since: 13, apply: (node, add) => moveToInput(node, add, { split: 1 }) },
  TopK: { since: 10, apply: (node, add) => moveToInput(node, add, { k: 1 }) },
  Softmax: { since: 13, apply: upgradeSoftmax },
  LogSoftmax: { since: 13, apply: upgradeSoftmax },
  Hardmax: { since: 13, apply: upgradeSoftmax },
  BatchNormalization: { since: 9, apply: upgradeBatchNormalization },
  Upsample: { since: 10, apply: upgradeUpsample },
  Resize: { since: 11, apply: upgradeResize },
  Scatter: { since: 11, apply: (node) => change(node, { opType: "ScatterElements" }) },
  Scan: {
    since: 9,
    apply: (node, _add, version) => {
      throw new GraphError(
        `${describeNode(node)}: expected operator set 9 or later for Scan, got ${version}. ` +
          "Convert the model with onnx.version_converter.",
      );
    },
  },
};

/**
 * Changes the nodes of a graph, and of graphs inside them, to what they are in operator set 13, and returns the version
 * that they have then: 13, or their own if it is later.
 *
 * @throws GraphError if an operator has a form that has no equivalent.
 */
export function upgradeNodes(graph: GraphMessage, version: number): number {
  if (version >= TARGET) return version;
  const nodes: NodeMessage[] = [];
  const initializer: TensorMessage[] = [...graph.initializer];
  for (const node of graph.node) {
    for (const { g, graphs } of node.attribute) {
      for (const inner of g === null ? graphs : [g, ...graphs]) upgradeNodes(inner, version);
    }
    const upgrade = node.domain === "" || node.domain === "ai.onnx" ? upgrades[node.opType] : undefined;
    if (upgrade !== undefined && version < upgrade.since) {
      upgrade.apply(node, additions(node, { graph, nodes, initializer }), version);
    }
    nodes.push(node);
  }
  change(graph, { node: nodes, initializer });
  return TARGET;
}

function additions(
  node: NodeMessage,
  { graph, nodes, initializer }: { graph: GraphMessage; nodes: NodeMessage[]; initializer: TensorMessage[] },
): Additions {
  const nameOf = (label: string): string => `${node.output[0]}/${label}`;
  const add = (fields: { name: string } & Partial<TensorMessage>): string => {
    initializer.push(tensorMessage(fields));
    return fields.name;
  };
  return {
    ints: (label, values) => add({ name: nameOf(label), dataType: 7, dims: [values.length], int64Data: values }),
    float: (label, value) => add(floatTensor(nameOf(label), value, weightType(graph))),
    before: (fields) => {
      nodes.push(nodeMessage({ name: fields.output[0], ...fields }));
    },
  };
}

/** ONNX's number of the floating point type that the graph's weights have: 1, or 10 for halves, 11 for doubles. */
function weightType({ initializer }: GraphMessage): number {
  return initializer.find(({ dataType }) => dataType === 1 || dataType === 10 || dataType === 11)?.dataType ?? 1;
}

function floatTensor(name: string, value: number, dataType: number): { name: string; dataType: number } {
  const data =
    dataType === 11
      ? { doubleData: [value] }
      : dataType === 10
        ? { int32Data: [halfBits(value)] }
        : { floatData: [value] };
  return { name, dataType, ...data };
}

/** The bits of the nearest half to a number that halves can hold, towards zero. */
function halfBits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65504);
  if (size < 2 ** -14) return sign | Math.floor(size / 2 ** -24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | Math.floor((size / 2 ** exponent - 1) * 1024);
}

/** Messages are classes with their defaults behind them: they are changed in place, never spread. */
function change(message: NodeMessage | GraphMessage, fields: object): void {
  Object.assign(message, fields);
}

function attributeOf(node: NodeMessage, name: string): AttributeMessage | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

function withoutAttributes(node: NodeMessage, names: readonly string[]): readonly AttributeMessage[] {
  return node.attribute.filter(({ name }) => !names.includes(name));
}

/** Attributes become constant inputs at the given places. */
function moveToInput(node: NodeMessage, add: Additions, places: Readonly<Record<string, number>>): void {
  const input = [...node.input];
  for (const [name, place] of Object.entries(places)) {
    const attribute = attributeOf(node, name);
    if (attribute === undefined) continue;
    while (input.length < place) input.push("");
    const { type, f, i, ints } = attribute;
    input[place] = type === 1 ? add.float(name, f) : add.ints(name, type === 2 ? [toNumber(i)] : ints.map(toNumber));
  }
  change(node, { input, attribute: withoutAttributes(node, Object.keys(places)) });
}

function upgradeClip(node: NodeMessage, add: Additions): void {
  const [low, high] = ["min", "max"].map((name) => attributeOf(node, name)?.f);
  const input = [
    node.input[0],
    low === undefined ? "" : add.float("min", low),
    ...(high === undefined ? [] : [add.float("max", high)]),
  ];
  change(node, { input, attribute: [] });
}

function upgradePad(node: NodeMessage, add: Additions): void {
  const pads = attributeOf(node, "pads")?.ints.map(toNumber) ?? [];
  const value = attributeOf(node, "value")?.f ?? 0;
  const input = [node.input[0], add.ints("pads", pads), ...(value === 0 ? [] : [add.float("value", value)])];
  change(node, { input, attribute: withoutAttributes(node, ["pads", "value"]) });
}

/** Before operator set 13 all axes from `axis` on were taken as one. */
function upgradeSoftmax(node: NodeMessage, add: Additions): void {
  const axis = toNumber(attributeOf(node, "axis")?.i ?? 1);
  const [x] = node.input;
  const [y] = node.output;
  const [shape, matrix, result] = ["shape", "matrix", "result"].map((label) => `${y}/${label}`);
  add.before({ opType: "Shape", input: [x], output: [shape] });
  add.before({ opType: "Flatten", input: [x], output: [matrix], attribute: [intAttribute("axis", axis)] });
  add.before({ opType: node.opType, input: [matrix], output: [result], attribute: [intAttribute("axis", -1)] });
  change(node, { opType: "Reshape", input: [result, shape], attribute: [] });
}

function intAttribute(name: string, value: number): object {
  return { name, type: 2, i: value };
}

function upgradeBatchNormalization(node: NodeMessage): void {
  const spatial = attributeOf(node, "spatial");
  if (spatial !== undefined && toNumber(spatial.i) === 0) {
    throw new GraphError(
      `${describeNode(node)}: expected one mean and variance a channel, got spatial 0, ` +
        "which operator sets from 9 on no longer have. Export the model anew.",
    );
  }
  change(node, { attribute: withoutAttributes(node, ["spatial", "consumed_inputs", "is_test"]) });
}

/** Upsample is what Resize is with these settings. */
const upsampling = [
  { name: "coordinate_transformation_mode", type: 3, s: new TextEncoder().encode("asymmetric") },
  { name: "nearest_mode", type: 3, s: new TextEncoder().encode("floor") },
];

function upgradeUpsample(node: NodeMessage, add: Additions): void {
  const scales = attributeOf(node, "scales");
  const name = scales === undefined ? node.input[1] : `${node.output[0]}/scales`;
  if (scales !== undefined) {
    const t = { dims: [scales.floats.length], dataType: 1, floatData: scales.floats };
    add.before({ opType: "Constant", input: [], output: [name], attribute: [{ name: "value", type: 4, t }] });
  }
  change(node, { opType: "Resize", input: [node.input[0], "", name] });
  change(node, {
    attribute: [...withoutAttributes(node, ["scales"]), ...nodeMessage({ attribute: upsampling }).attribute],
  });
}

function upgradeResize(node: NodeMessage): void {
  const attribute = [...node.attribute, ...nodeMessage({ attribute: upsampling }).attribute];
  change(node, { input: [node.input[0], "", node.input[1]], attribute });
}

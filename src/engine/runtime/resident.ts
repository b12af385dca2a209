/** @file Tensors that stay where sessions compute, from one run to the next: the state of a training run. */

import { type DType, type Tensor, arrayOf, sizeOf } from "../../core/index.ts";
import { type Graph, Operations } from "../onnx/index.ts";
import { type DeviceTensor, type Session, type SessionOptions, type Tensors, createSession } from "./session.ts";

/** Prefix of the outputs that replace resident tensors. */
export const NEXT = "next/";

/** A set of tensors that runs read and replace. */
export interface ResidentTensors {
  /**
   * Runs a session once on the tensors and `inputs`. Each output `next/…` replaces the tensor of that name; the
   * other outputs are returned. On WebGPU the session has to keep the outputs `next/…`.
   *
   * @throws DeviceError if the device fails; the tensors are as before then, if they can still be read.
   */
  run(session: Session, inputs: Tensors): Promise<Record<string, Tensor>>;
  /** The values now, in arrays that later runs may overwrite. */
  read(): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/**
 * Makes tensors resident; the arrays given are not written to.
 *
 * On WebGPU they are copied to the device with the first run and come back when they are read. onnxruntime's binding
 * keeps nothing on other devices: there they lie in two sets of arrays, which runs read and write in turn.
 */
export function residentTensors(tensors: Tensors, { device = "cpu", threads }: SessionOptions = {}): ResidentTensors {
  const options = threads === undefined ? {} : { threads };
  return device === "webgpu" ? onDevice(tensors, { device, ...options }) : inArrays(tensors);
}

function inArrays(tensors: Tensors): ResidentTensors {
  const current = mapTensors(tensors, copyOf);
  const next = mapTensors(tensors, emptyLike);
  return {
    run: async (session, inputs) => {
      const replaced = Object.keys(current).filter((name) => session.outputNames.includes(NEXT + name));
      const into = Object.fromEntries(replaced.map((name) => [NEXT + name, next[name]]));
      const results = await session.run({ ...inputs, ...current }, into);
      for (const name of replaced) [current[name], next[name]] = [next[name], current[name]];
      return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
    },
    read: async () => ({ ...current }),
    close: async () => {},
  };
}

function onDevice(tensors: Tensors, options: SessionOptions): ResidentTensors {
  // those that no run has replaced are still here
  const current: Record<string, Tensor | DeviceTensor> = mapTensors(tensors, copyOf);
  let download: Promise<Session> | undefined;
  let values: Promise<Record<string, Tensor>> | undefined;
  const readNow = async (): Promise<Record<string, Tensor>> => {
    download ??= createSession(copyGraph(tensors), options);
    const { results } = await (await download).runKeeping(current);
    return mapTensors(tensors, (_tensor, name) => results[`copy/${name}`]);
  };
  const release = (released: readonly (Tensor | DeviceTensor)[]): void => {
    for (const tensor of released) if ("onDevice" in tensor) tensor.onDevice.dispose();
  };
  return {
    run: async (session, inputs) => {
      const { results, kept } = await session.runKeeping({ ...inputs, ...current });
      const replaced = Object.entries(kept).map(([name, tensor]) => [name.slice(NEXT.length), tensor] as const);
      release(replaced.map(([name]) => current[name]));
      Object.assign(current, Object.fromEntries(replaced));
      values = undefined;
      return results;
    },
    // parameters and slots are asked for one after the other
    read: () => (values ??= readNow()),
    close: async () => {
      release(Object.values(current));
      await (await download)?.close();
    },
  };
}

/** The binding cannot download a tensor; a graph that gives its inputs back can. */
function copyGraph(tensors: Tensors): Graph {
  const g = new Operations();
  for (const [name, { dtype, shape }] of Object.entries(tensors)) {
    g.output(g.op("Identity", [g.input(name, dtype, shape)]), `copy/${name}`);
  }
  return g.build("copy");
}

function copyOf<D extends DType>(tensor: Tensor<D>): Tensor {
  return { ...tensor, data: tensor.data.slice() } as Tensor;
}

function emptyLike<D extends DType>({ dtype, shape }: Tensor<D>): Tensor {
  return { dtype, shape, data: new arrayOf[dtype](sizeOf(shape)) } as Tensor;
}

function mapTensors(tensors: Tensors, map: (tensor: Tensor, name: string) => Tensor): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));
}

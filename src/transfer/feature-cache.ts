/** @file Features of frozen layers, computed once for every run that shares them. */

import { type Tensor, float32, int64, sizeOf } from "../core/index.ts";
import { type Network, type Parameters, shapeAfter, sliceNetwork } from "../engine/nn/index.ts";
import type { SessionOptions } from "../engine/runtime/index.ts";
import { type NetworkInput, createInferenceSession } from "../engine/training/index.ts";
import {
  type AugmentedView,
  type ImageShape,
  type ImageSubset,
  forwardBatchSize,
  orderedBatches,
} from "../data/index.ts";
import { type FeatureStorage, type FeatureStore, createFeatureStore } from "./feature-store.ts";

/** Images a forward pass takes at once, where they are small. */
const LARGEST_BATCH = 128;

export interface FeatureRequest {
  /** Names the weights: runs that start from one checkpoint share its features. */
  weightsId: string;
  /** Names the images. */
  subsetId: string;
  network: Network;
  parameters: Parameters;
  /** Number of layers that are frozen. */
  boundary: number;
  subset: ImageSubset;
  imageShape: ImageShape;
  /** Features of the images as augmentation shows them in one epoch; as they are when left out. */
  view?: AugmentedView | undefined;
  input: NetworkInput;
  onProgress?: (images: number, total: number) => void;
}

/** Features for which all features together would be more than the limit are spilled. */
export interface FeatureCacheOptions extends FeatureStorage {
  session: SessionOptions;
  /** Boundaries that later requests will ask for; the deeper ones are computed from the shallowest. */
  plannedBoundaries: readonly number[];
}

/** Stores by weights, images, view of them and boundary. */
export interface FeatureCache {
  features(request: FeatureRequest): Promise<FeatureStore>;
  /** Forgets all features of some weights. */
  release(weightsId: string): void;
  close(): void;
}

/** An empty cache. */
export function createFeatureCache(options: FeatureCacheOptions): FeatureCache {
  const stores = new Map<string, { weightsId: string; store: FeatureStore }>();
  const keyOf = ({ weightsId, subsetId, view, boundary }: FeatureRequest): string =>
    JSON.stringify([weightsId, subsetId, view, boundary]);
  const storageLeft = (): FeatureStorage => ({
    spill: options.spill,
    memoryLimitBytes: [...stores.values()].reduce(
      (left, { store }) => left - (store.spilled ? 0 : store.sizeBytes),
      options.memoryLimitBytes,
    ),
  });

  const features = async (request: FeatureRequest): Promise<FeatureStore> => {
    const key = keyOf(request);
    const known = stores.get(key)?.store;
    if (known !== undefined) return known;
    const shallower = options.plannedBoundaries.filter((boundary) => boundary > 0 && boundary < request.boundary);
    const start = shallower.length > 0 ? Math.min(...shallower) : 0;
    const from = start === 0 ? undefined : { start, store: await features({ ...request, boundary: start }) };
    const store = await extract(request, { session: options.session, storage: storageLeft(), from });
    stores.set(key, { weightsId: request.weightsId, store });
    return store;
  };
  const releaseWhere = (matches: (weightsId: string) => boolean): void => {
    for (const [key, { weightsId, store }] of stores) {
      if (!matches(weightsId)) continue;
      store.close();
      stores.delete(key);
    }
  };
  return {
    features,
    release: (weightsId) => releaseWhere((id) => id === weightsId),
    close: () => releaseWhere(() => true),
  };
}

function* imageBatches({ subset, imageShape, view }: FeatureRequest): Generator<Tensor> {
  const batchSize = forwardBatchSize(imageShape, LARGEST_BATCH);
  for (const batch of orderedBatches({ subset, imageShape, batchSize }, view)) {
    yield { dtype: "uint8", shape: [batch.size, ...imageShape], data: batch.images };
  }
}

function* storedBatches(store: FeatureStore): Generator<Tensor> {
  const batchSize = forwardBatchSize(store.shape, LARGEST_BATCH);
  for (let start = 0; start < store.count; start += batchSize) {
    const rows = Uint32Array.from({ length: Math.min(batchSize, store.count - start) }, (_, index) => start + index);
    yield readFeatures(store, rows);
  }
}

/** Computes features from the images or, if there are any, from those of a shallower boundary. */
async function extract(
  request: FeatureRequest,
  {
    session: sessionOptions,
    storage,
    from,
  }: {
    session: SessionOptions;
    storage: FeatureStorage;
    from: { start: number; store: FeatureStore } | undefined;
  },
): Promise<FeatureStore> {
  const { network, parameters, boundary, subset, onProgress } = request;
  const input: NetworkInput = from === undefined ? request.input : { kind: "features" };
  const batches = from === undefined ? imageBatches(request) : storedBatches(from.store);
  const count = subset.indices.length;
  const store = createFeatureStore({ count, shape: shapeAfter(network, boundary) }, storage);
  const session = await createInferenceSession(
    { network: sliceNetwork(network, from?.start ?? 0, boundary), parameters, input },
    sessionOptions,
  );
  try {
    let done = 0;
    for (const batch of batches) {
      const { output } = await session.run({ input: batch });
      store.write(done, output.data as Float32Array);
      done += batch.shape[0];
      onProgress?.(done, count);
    }
    return store;
  } catch (error) {
    store.close();
    throw error;
  } finally {
    await session.close();
  }
}

/** What can be read of a store, or of a part of it. */
export type FeatureRows = Pick<FeatureStore, "count" | "shape" | "read">;

/** The rows of a subset, out of the features of a pool that holds all of its images. */
export function rowsOf(store: FeatureStore, { pool, subset }: { pool: ImageSubset; subset: ImageSubset }): FeatureRows {
  if (pool.indices.length === subset.indices.length) return store;
  const places = new Map(Array.from(pool.indices, (image, place) => [image, place]));
  const rowOf = Uint32Array.from(subset.indices, (image) => {
    const place = places.get(image);
    if (place === undefined) throw new Error(`internal: image ${image} is not in the pool`);
    return place;
  });
  return {
    count: rowOf.length,
    shape: store.shape,
    read: (rows, into) =>
      store.read(
        rows.map((row) => rowOf[row]),
        into,
      ),
  };
}

/** Some rows of a store as one tensor, [rows, …shape]. */
export function readFeatures(store: FeatureRows, rows: Uint32Array): Tensor<"float32"> {
  const data = new Float32Array(rows.length * sizeOf(store.shape));
  store.read(rows, data);
  return float32(data, [rows.length, ...store.shape]);
}

/** Labels as the graphs take them. */
export function labelTensor(labels: Iterable<number>): Tensor<"int64"> {
  return int64([...labels]);
}

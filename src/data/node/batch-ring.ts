/** @file A ring of batches in shared memory: one thread fills it ahead, another empties it. */

import { sizeOf } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { type Batch, firstOf } from "../batches/batch.ts";

/** Places of the control words; the tags of the slots follow them. */
const PRODUCED = 0;
const CONSUMED = 1;
const REQUEST = 2;
const REQUESTED_EPOCH = 3;
const HEADER_WORDS = 4;

/** A slot's tag: the request that it answers, and the images in it. */
const TAG_WORDS = 2;

/** Asked for instead of an epoch at the end. */
const CLOSED = -1;

/** The memory that both threads share. */
export interface RingMemory {
  readonly words: Int32Array;
  readonly slots: readonly Batch[];
}

/** Memory for `slotCount` batches. */
export function allocateRing(slotCount: number, batchSize: number, imageShape: ImageShape): RingMemory {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  return {
    words: new Int32Array(shared((HEADER_WORDS + slotCount * TAG_WORDS) * Int32Array.BYTES_PER_ELEMENT)),
    slots: Array.from({ length: slotCount }, () => ({
      size: batchSize,
      images: new Uint8Array(shared(batchSize * sizeOf(imageShape))),
      labels: new BigInt64Array(shared(batchSize * BigInt64Array.BYTES_PER_ELEMENT)),
      indices: new Uint32Array(shared(batchSize * Uint32Array.BYTES_PER_ELEMENT)),
    })),
  };
}

/**
 * The thread that fills the ring; it sleeps while there is nothing to do.
 *
 * Requests are numbered. Each says: from here on, only batches from the start
 * of this epoch are wanted. Batches of older requests are never delivered.
 */
export class RingProducer {
  readonly #words: Int32Array;
  readonly #slots: readonly Batch[];

  constructor({ words, slots }: RingMemory) {
    this.#words = words;
    this.#slots = slots;
  }

  /** Sleeps until there is a request newer than `handled`; null once the ring is closed. */
  awaitRequest(handled: number): { request: number; epoch: number } | null {
    Atomics.wait(this.#words, REQUEST, handled);
    // A request that comes between these two loads makes the pair stale as a whole, and awaitFreeSlot will say so.
    const request = Atomics.load(this.#words, REQUEST);
    const epoch = Atomics.load(this.#words, REQUESTED_EPOCH);
    return epoch === CLOSED ? null : { request, epoch };
  }

  /** Sleeps until a slot is free and returns it to be written; undefined once there is a newer request. */
  awaitFreeSlot(request: number): Batch | undefined {
    for (;;) {
      const consumed = Atomics.load(this.#words, CONSUMED);
      if (Atomics.load(this.#words, REQUEST) !== request) return undefined;
      const produced = Atomics.load(this.#words, PRODUCED);
      if (produced - consumed < this.#slots.length) return this.#slots[produced % this.#slots.length];
      Atomics.wait(this.#words, CONSUMED, consumed);
    }
  }

  /** Hands over the slot that `awaitFreeSlot` returned last. */
  publish(request: number, size: number): void {
    const produced = Atomics.load(this.#words, PRODUCED);
    this.#words.set([request, size], tagPlace(produced % this.#slots.length));
    Atomics.store(this.#words, PRODUCED, produced + 1);
    Atomics.notify(this.#words, PRODUCED);
  }
}

/** The thread that empties the ring. */
export class RingConsumer {
  readonly #words: Int32Array;
  readonly #slots: readonly Batch[];

  constructor({ words, slots }: RingMemory) {
    this.#words = words;
    this.#slots = slots;
  }

  /** Asks for the batches from the start of `epoch` and forgets all that are ready. */
  request(epoch: number): void {
    // looked up before it is asked for: a batch that answers at once is not to be forgotten with the rest
    const ready = Atomics.load(this.#words, PRODUCED);
    Atomics.store(this.#words, REQUESTED_EPOCH, epoch);
    Atomics.add(this.#words, REQUEST, 1);
    Atomics.notify(this.#words, REQUEST);
    this.#advanceTo(ready);
  }

  /** Nothing is asked for any more, and no slot is waited for. */
  close(): void {
    this.request(CLOSED);
    this.#advanceTo(Atomics.load(this.#words, PRODUCED));
  }

  /** A copy of the next batch of the newest request; undefined while none is ready. */
  take(): Batch | undefined {
    const request = Atomics.load(this.#words, REQUEST);
    while (Atomics.load(this.#words, PRODUCED) !== Atomics.load(this.#words, CONSUMED)) {
      const consumed = Atomics.load(this.#words, CONSUMED);
      const slot = consumed % this.#slots.length;
      const tag = tagPlace(slot);
      const batch = this.#words[tag] === request ? copyOf(this.#slots[slot], this.#words[tag + 1]) : undefined;
      this.#advanceTo(consumed + 1);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  /** Resolves when another batch is handed over, or at `wake`; at once if one is ready. Does not keep the process alive. */
  async somethingNew(): Promise<void> {
    const wait = Atomics.waitAsync(this.#words, PRODUCED, Atomics.load(this.#words, CONSUMED));
    if (wait.async) await wait.value;
  }

  /** Resolves every pending `somethingNew`. */
  wake(): void {
    Atomics.notify(this.#words, PRODUCED);
  }

  #advanceTo(consumed: number): void {
    Atomics.store(this.#words, CONSUMED, consumed);
    Atomics.notify(this.#words, CONSUMED);
  }
}

function tagPlace(slot: number): number {
  return HEADER_WORDS + slot * TAG_WORDS;
}

/** A batch of its own memory, which is not shared. */
function copyOf(slot: Batch, size: number): Batch {
  const { images, labels, indices } = firstOf(slot, size);
  return { size, images: images.slice(), labels: labels.slice(), indices: indices.slice() };
}

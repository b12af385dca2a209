/** @file Opening data sets, and standing in for one that cannot be had. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DataError } from "../../core/index.ts";
import { Interrupted } from "../terminal/interrupt.ts";
import { type OpenDataOptions, openData, openDataOr } from "./open-data.ts";

let folder: string;
let notices: string[];
let options: OpenDataOptions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-open-"));
  vi.stubEnv("GRAFT_CACHE_DIR", folder);
  vi.stubEnv("GRAFT_DATA_DIR", "");
  notices = [];
  const nothing = (): void => {};
  const notice = (sentence: string): void => void notices.push(sentence);
  const display = {
    listener: nothing,
    download: nothing,
    downloadEnded: nothing,
    reading: nothing,
    ended: nothing,
    close: nothing,
    notice,
  };
  options = { display, signal: new AbortController().signal, offline: false };
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

test("a built-in data set needs neither network nor notice", async () => {
  expect((await openData("shapes10", { ...options, offline: true })).name).toBe("shapes10");
  expect(notices).toEqual([]);
});

test("a server that refuses is named in the notice, and the fallback opened", async () => {
  vi.stubGlobal("fetch", async () => new Response(null, { status: 403, statusText: "Forbidden" }));
  expect((await openDataOr("cifar10", "shapes10", options)).name).toBe("shapes10");
  expect(notices).toEqual([
    "CIFAR-10 is not on this machine yet; downloading it.",
    "CIFAR-10 is not on this machine and cannot be downloaded (https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz: " +
      "expected to download it, got HTTP 403 Forbidden). Using shapes10 (built-in, procedural) instead; " +
      "every table and plot says so.",
  ]);
});

test("without a network the notice says what the network said", async () => {
  const cause = new Error("getaddrinfo ENOTFOUND www.cs.toronto.edu");
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("fetch failed", { cause })));
  await openDataOr("cifar10", "shapes10", options);
  expect(notices.at(-1)).toMatch(
    /^CIFAR-10 is not .* cannot be downloaded \(getaddrinfo ENOTFOUND www\.cs\.toronto\.edu\)\. Using shapes10 /,
  );
});

test("a server that does not answer is given up after eight seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal(
    "fetch",
    neverAnswers(() => vi.advanceTimersByTime(8000)),
  );
  await expect(openData("cifar10", options)).rejects.toThrow(
    new DataError(
      "cifar10: expected an answer to its download within 8 s, got none. Check the network, " +
        "name a folder with the files in GRAFT_DATA_DIR, or use --data shapes10.",
    ),
  );
});

test("an interruption is no reason to fall back", async () => {
  const controller = new AbortController();
  vi.stubGlobal(
    "fetch",
    neverAnswers(() => controller.abort(new Interrupted("SIGINT"))),
  );
  const opening = openDataOr("cifar10", "shapes10", { ...options, signal: controller.signal });
  await expect(opening).rejects.toThrow(Interrupted);
});

test("damaged files are no reason to fall back", async () => {
  writeFileSync(join(folder, "data_batch_1.bin"), "short");
  await expect(openDataOr("cifar10", "shapes10", options)).rejects.toThrow(
    /data_batch_1\.bin: expected 30730000 bytes/,
  );
  expect(notices).toEqual([]);
});

/** A `fetch` that waits until it is aborted; `onCall` happens while it does. */
function neverAnswers(onCall: () => void): typeof fetch {
  return async (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      onCall();
    });
}

/** @file One launch installs at a time. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { withLock } from "../../scripts/install-lock.mjs";

describe("withLock", () => {
  function freshLockPath(): string {
    const folder = mkdtempSync(join(tmpdir(), "graft-lock-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, "new", "install.lock");
  }

  test("lets one in at a time, and gives the lock back", async () => {
    const path = freshLockPath();
    let inside = 0;
    let most = 0;
    const waiting: number[] = [];
    const enter = (index: number) =>
      withLock(
        path,
        async () => {
          inside++;
          most = Math.max(most, inside);
          await sleep(20);
          inside--;
          return index;
        },
        { pollMs: 5, onWait: () => waiting.push(index) },
      );
    expect(await Promise.all([0, 1, 2, 3].map(enter))).toEqual([0, 1, 2, 3]);
    expect(most).toBe(1);
    expect(waiting).toHaveLength(3);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test("gives the lock back if the task fails", async () => {
    const path = freshLockPath();
    const failing = withLock(path, () => Promise.reject(new Error("no disk")));
    await expect(failing).rejects.toThrow("no disk");
    expect(await withLock(path, async () => "in")).toBe("in");
  });

  test.each([["with"], ["without"]])("takes over a lock left %s its owner's file", async (kind) => {
    const path = freshLockPath();
    mkdirSync(path, { recursive: true });
    const left = kind === "with" ? join(path, "owner") : path;
    if (kind === "with") writeFileSync(left, "1\n");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(left, longAgo, longAgo);
    expect(await withLock(path, async () => readdirSync(path).length, { pollMs: 5, staleMs: 10_000 })).toBe(1);
  });

  test("keeps its lock fresh for as long as the task takes", async () => {
    const path = freshLockPath();
    const order: string[] = [];
    const first = withLock(path, () => sleep(300).then(() => order.push("first")), { staleMs: 100 });
    await sleep(20);
    const second = withLock(path, async () => order.push("second"), { staleMs: 100, pollMs: 5 });
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });
});

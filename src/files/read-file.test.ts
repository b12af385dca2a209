import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readWholeFile, readWholeFileSync } from "./read-file.ts";

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-read-"));
  await writeFile(join(folder, "file"), "whole");
  spawnSync("mkfifo", [join(folder, "pipe")]);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test("a file is read", async () => {
  expect((await readWholeFile(join(folder, "file"))).toString()).toBe("whole");
  expect(readWholeFileSync(join(folder, "file")).toString()).toBe("whole");
  await expect(readWholeFile(join(folder, "nothing"))).rejects.toThrow("ENOENT");
});

test.each([
  ["pipe", "a pipe"],
  ["socket", "a socket"],
  [".", "a folder"],
  ["/dev/zero", "a device"],
])("what is no file (%s) is named", async (name, kind) => {
  const path = name.startsWith("/") ? name : join(folder, name);
  const sentence = `${path}: expected a study file, got ${kind}. Put the file itself there.`;
  await expect(readWholeFile(path, "a study file")).rejects.toThrow(sentence);
  expect(() => readWholeFileSync(path)).toThrow(sentence.replace("a study file", "a file"));
});

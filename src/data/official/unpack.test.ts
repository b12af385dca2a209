import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataError } from "../../core/index.ts";
import { unpackArchive } from "./unpack.ts";

const contents = { folder: "data", maxBytes: { "a.bin": 5, "b.bin": 5 } };

let folder: string;
let archive: string;
let into: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-unpack-"));
  archive = join(folder, "archive.tar.gz");
  into = join(folder, "into");
  await mkdir(join(folder, "data"));
});
afterEach(() => rm(folder, { recursive: true }));

async function pack(names: string[], { preservePaths = false } = {}): Promise<void> {
  await create({ gzip: true, file: archive, cwd: join(folder, "data", ".."), preservePaths }, names);
}

/** What the archive is refused for, and what is left in the folder. */
async function refusal(): Promise<{ got: string | undefined; left: string[] }> {
  const error: unknown = await unpackArchive(archive, into, contents).catch((thrown: unknown) => thrown);
  const message = error instanceof DataError ? error.message : "no DataError";
  const start = `${archive}: expected only the files of data, got `;
  return { got: message.startsWith(start) ? message.slice(start.length) : message, left: await readdir(into) };
}

test("the expected files appear in their folder", async () => {
  await writeFile(join(folder, "data/a.bin"), "aaa");
  await writeFile(join(folder, "data/b.bin"), "bbbbb");
  await pack(["data"]);
  expect(await unpackArchive(archive, into, contents)).toBe(join(into, "data"));
  expect(await readFile(join(into, "data/b.bin"), "utf8")).toBe("bbbbb");
  expect(await readdir(into)).toEqual(["data"]);
});

test("a folder that is there already is kept", async () => {
  await mkdir(join(into, "data"), { recursive: true });
  await writeFile(join(into, "data/a.bin"), "old");
  await writeFile(join(folder, "data/a.bin"), "new");
  await pack(["data"]);
  await unpackArchive(archive, into, contents);
  expect(await readFile(join(into, "data/a.bin"), "utf8")).toBe("old");
  expect(await readdir(into)).toEqual(["data"]);
});

test("another file is refused", async () => {
  await writeFile(join(folder, "data/a.bin"), "a");
  await writeFile(join(folder, "data/evil.sh"), "e");
  await pack(["data/a.bin", "data/evil.sh"]);
  expect(await refusal()).toEqual({ got: 'the file "data/evil.sh".', left: [] });
});

test("an expected name in another place is refused", async () => {
  await writeFile(join(folder, "a.bin"), "a");
  await pack(["a.bin"]);
  expect(await refusal()).toEqual({ got: 'the file "a.bin".', left: [] });
});

test("a path that leads out is refused", async () => {
  await writeFile(join(folder, "a.bin"), "a");
  await pack(["data/../a.bin"], { preservePaths: true });
  expect(await refusal()).toEqual({ got: 'the file "data/../a.bin".', left: [] });
});

test("an absolute path is refused", async () => {
  const path = join(folder, "data/a.bin");
  await writeFile(path, "a");
  await pack([path], { preservePaths: true });
  expect(await refusal()).toEqual({ got: `the file "${path}".`, left: [] });
});

test("another folder is refused", async () => {
  await mkdir(join(folder, "data/inner"));
  await pack(["data"]);
  expect(await refusal()).toEqual({ got: 'the folder "data/inner/".', left: [] });
});

test.skipIf(process.platform === "win32")("a link is refused, whatever its name", async () => {
  await symlink("/etc/passwd", join(folder, "data/a.bin"));
  await pack(["data"]);
  expect(await refusal()).toEqual({ got: '"data/a.bin", which is a SymbolicLink.', left: [] });
});

test("a file that is too large is refused", async () => {
  await writeFile(join(folder, "data/a.bin"), "123456");
  await pack(["data"]);
  expect(await refusal()).toEqual({ got: '"data/a.bin" with 6 bytes, more than 5.', left: [] });
});

test("a damaged archive is refused", async () => {
  await writeFile(join(folder, "data/a.bin"), "aaa");
  await pack(["data"]);
  const whole = await readFile(archive);
  await writeFile(archive, whole.subarray(0, whole.length - 20));
  await expect(unpackArchive(archive, into, contents)).rejects.toThrow(/^.*: expected a \.tar\.gz archive, got .+\.$/);
  await writeFile(archive, "<html>Not found</html>");
  await expect(unpackArchive(archive, into, contents)).rejects.toBeInstanceOf(DataError);
  expect(await readdir(into)).toEqual([]);
});

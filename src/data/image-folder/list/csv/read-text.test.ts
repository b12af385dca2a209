import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../../image-files.fixture.ts";
import { delimiterOf, encodingOf, recordsOf, textOf } from "./read-text.ts";

let path: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  const made = await temporaryFolder();
  [path, remove] = [join(made.folder, "labels.csv"), made.remove];
});
afterEach(() => remove());

async function cellsOf(bytes: Uint8Array | string): Promise<(readonly string[])[]> {
  await writeFile(path, bytes);
  const encoding = await encodingOf(path);
  const delimiter = await delimiterOf(path, encoding);
  const cells: (readonly string[])[] = [];
  for await (const record of recordsOf(textOf(path, encoding), { csvPath: path, delimiter })) cells.push(record.cells);
  return cells;
}

const text = "path;label\r\n1.png;été, à l'heure\r\n2.png;hiver\r\n";
const cells = [
  ["path", "label"],
  ["1.png", "été, à l'heure"],
  ["2.png", "hiver"],
];
const utf16 = Buffer.from(text, "utf16le");

test.each([
  ["UTF-8", text],
  ["UTF-8 with a mark", `\uFEFF${text}`],
  ["UTF-16 with a mark", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
  ["UTF-16 without", utf16],
  ["UTF-16, the other way round", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]).swap16()],
  ["Windows-1252", Buffer.from(text, "latin1")],
  ["a first line of Excel's", `sep=;\r\n${text}`],
  ["tabs", text.replaceAll(";", "\t")],
  ["old line ends", text.replaceAll("\r\n", "\r")],
])("%s is read", async (_, bytes) => {
  expect(await cellsOf(bytes)).toEqual(cells);
});

test("commas win where cells hold other signs", async () => {
  expect((await cellsOf('1.png,"a;b"\n2.png,c;d\n'))[1]).toEqual(["2.png", "c;d"]);
});

test.each([
  ["GBK", Buffer.from([0x61, 0x2c, 0xb9, 0xb7, 0xb0, 0xd1, 0x0a])],
  ["UTF-8 with a byte too few", Buffer.concat([Buffer.from("1.png,été\n2.png,"), Buffer.from([0xe9, 0x0a])])],
  ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x81, 0x8d])],
])("%s is refused, not merged", async (_, bytes) => {
  await expect(cellsOf(bytes)).rejects.toThrow(
    `${path}: expected text in UTF-8, got bytes of another encoding, which cannot be told. Save the file as UTF-8.`,
  );
});

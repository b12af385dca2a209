import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../../../core/index.ts";
import { readImageCsv } from "./read-image-csv.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

const read = (text: string) => readImageCsv(text, "labels.csv");

function failureOf(text: string): DataError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("rows of two columns are path and label", () => {
  expect(read("a/1.jpg,ant\nb/2.jpg,bee\n")).toEqual([
    { path: "a/1.jpg", label: "ant", part: undefined },
    { path: "b/2.jpg", label: "bee", part: undefined },
  ]);
});

test("a third column is the split, in any capitals and by its usual names", () => {
  const rows = read("1,a,train\n2,a,Training\n3,a,VAL\n4,a,valid\n5,a,validation\n6,a,test\n7,a,testing");
  expect(rows.map(({ part }) => part)).toEqual([
    "train",
    "train",
    "validation",
    "validation",
    "validation",
    "test",
    "test",
  ]);
});

test("a header says where the columns are, and others are passed over", () => {
  expect(read("\uFEFFID,Label,Split,File_Name\r\n7,ant,test,x.jpg\r\n")).toEqual([
    { path: "x.jpg", label: "ant", part: "test" },
  ]);
});

test("quotes hold commas, quotes and line feeds", () => {
  expect(read('"a, ""b""\n.jpg",ant')[0].path).toBe('a, "b"\n.jpg');
});

test("paths are normalized", () => {
  expect(read(".\\a\\.\\b//c.jpg,ant")[0].path).toBe("a/b/c.jpg");
});

test.each([
  [
    "a.jpg,ant\n../b.jpg,bee",
    2,
    'expected the path of an image in the folder of the CSV file on line 2, got "../b.jpg". ' +
      "Write paths from that folder on, and put the images into it.",
  ],
  [
    "/etc/a.jpg,ant",
    1,
    'expected the path of an image in the folder of the CSV file on line 1, got "/etc/a.jpg". ' +
      "Write paths from that folder on, and put the images into it.",
  ],
  [
    ",ant",
    1,
    'expected the path of an image in the folder of the CSV file on line 1, got "". ' +
      "Write paths from that folder on, and put the images into it.",
  ],
  ["path,label\na.jpg,", 2, "expected a label on line 2, got none. Complete the line."],
  [
    "a.jpg,ant\nb.jpg",
    2,
    "expected 2 columns (path,label or path,label,split, or those of the header) on line 2, got 1. Complete the line.",
  ],
  [
    "a.jpg,ant,dev",
    1,
    'expected train, val or test as the split on line 1, got "dev". Correct the line, or leave the column out.',
  ],
  [
    "a.jpg,ant\nb.jpg,ant\n./a.jpg,bee",
    3,
    'expected every image once on line 3, got "a.jpg", which is on line 1 too. Remove one of the two lines.',
  ],
])("%j is refused with its line", (text, line, message) => {
  const error = failureOf(text);
  expect(error.message).toBe(`labels.csv: ${message}`);
  expect(error.location).toEqual({ path: "labels.csv", line });
});

test("what is no CSV is refused", () => {
  expect(failureOf('a.jpg,ant\nb"c".jpg,"bee').message).toMatch(
    /^labels\.csv: expected a CSV file, got something else on line \d+ \(.+\)\. Close the quotes, and double those inside of quotes\.$/,
  );
});

/** No rows for what is refused by a DataError; anything else thrown is a fault. */
function rowsOrNone(content: string): ReturnType<typeof read> {
  try {
    return read(content);
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("path", "label", "split", "train", "..", "/", '"', "a.jpg", "\0", "C:\\x"),
);
const text = fc
  .array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 })
  .map((rows) => rows.map((row) => row.join(",")).join("\n"));

test("whatever is in the file, rows come out that stay in the folder, or one DataError", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary", maxLength: 60 })), (content) => {
      for (const { path, label } of rowsOrNone(content)) {
        expect(path.split("/")).not.toContain("..");
        expect(path.startsWith("/")).toBe(false);
        expect(path === "" || label === "").toBe(false);
      }
    }),
    { numRuns, seed: 11 },
  );
});

test("what is written as CSV comes back", () => {
  const word = fc.stringMatching(/^[a-z0-9 ,"]{1,12}$/).filter((own) => own.trim() === own && own !== "");
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), word, (paths, label) => {
      const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
      const lines = ["path,label", ...paths.map((path) => `${quoted(path)},${quoted(label)}`)];
      expect(read(lines.join("\n")).map((row) => [row.path, row.label])).toEqual(paths.map((path) => [path, label]));
    }),
    { numRuns: 500, seed: 12 },
  );
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../../../core/index.ts";
import { type CsvRow, readImageCsv } from "./read-image-csv.ts";
import { recordsOf } from "./read-text.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 2000);

/** The rows of a text, in a folder that has files of the names that end in `.jpg` and do not begin with `no`. */
const read = (text: string, delimiter = ","): Promise<readonly CsvRow[]> =>
  readImageCsv(recordsOf([text], { csvPath: "labels.csv", delimiter }), {
    csvPath: "labels.csv",
    likenessFor: async () => (written) => Number(/^(?!no).*\.jpg$/.test(written)),
  });

/** `path label part` of each row. */
const short = async (text: string, delimiter?: string): Promise<string[]> =>
  (await read(text, delimiter)).map(({ written, label, part }) => [written, label, part ?? "-"].join(" "));

describe("columns", () => {
  test.each([
    ["two of no header", "a/1.jpg,ant\nb/2.jpg,bee\n", ["a/1.jpg ant -", "b/2.jpg bee -"]],
    ["two of no header, the label first", "ant,1.jpg\nbee,2.jpg", ["1.jpg ant -", "2.jpg bee -"]],
    ["three of no header", "1.jpg,a,train\n2.jpg,a,VAL", ["1.jpg a train", "2.jpg a validation"]],
    ["a header in any order", "\uFEFFNr,Label,Split,File_Name\r\n7,ant,test,x.jpg\r\n", ["x.jpg ant test"]],
    ["Kaggle's", "id,breed\nno1,ant\nno2,bee", ["no1 ant -", "no2 bee -"]],
    ["image and target", "image_id,target\n1.jpg,3\n2.jpg,1", ["1.jpg 3 -", "2.jpg 1 -"]],
    ["a header of words unknown", "Datei,Klasse\n1.jpg,Hund\n2.jpg,Katze", ["1.jpg Hund -", "2.jpg Katze -"]],
    ["an index first", ",filepath,class\n0,1.jpg,a\n1,2.jpg,b", ["1.jpg a -", "2.jpg b -"]],
    ["an index without a header", "0,1.jpg,a\n1,2.jpg,b\n2,3.jpg,a", ["1.jpg a -", "2.jpg b -", "3.jpg a -"]],
    ["one for each class", "image,ant,bee\n1.jpg,1.0,0.0\n2.jpg,0.0,1.0", ["1.jpg ant -", "2.jpg bee -"]],
    [
      "parts by what the cells say",
      "class id,filepaths,labels,data set\n0,1.jpg,ant,train\n1,2.jpg,bee,valid",
      ["1.jpg ant train", "2.jpg bee validation"],
    ],
    ["parts that are the labels", "file,label\n1.jpg,train\n2.jpg,test", ["1.jpg train -", "2.jpg test -"]],
    ["the files' own, though another is called id", "id,file,label\n7,1.jpg,a", ["1.jpg a -"]],
  ])("%s", async (_, text, rows) => {
    expect(await short(text)).toEqual(rows);
  });

  test("may be set apart by other signs", async () => {
    expect(await short("path;label\n1.jpg;a,b\n2.jpg;c", ";")).toEqual(["1.jpg a,b -", "2.jpg c -"]);
  });

  test("that may all be labels are named", async () => {
    await expect(read("file,red,blue\n1.jpg,x,y")).rejects.toThrow(
      'labels.csv: expected one column of labels beside that of the images, got "red", "blue". ' +
        'Call it "label" in the first line, and that of the images "path".',
    );
  });
});

test("quotes hold commas, quotes and line feeds", async () => {
  expect((await read('"a, ""b""\n.jpg",ant'))[0].written).toBe('a, "b"\n.jpg');
});

test("whole numbers are labels without decimals, unless others have some", async () => {
  expect(await short("1.jpg,3.0\n2.jpg,10.00\n3.jpg,4")).toEqual(["1.jpg 3 -", "2.jpg 10 -", "3.jpg 4 -"]);
  expect(await short("1.jpg,3.0\n2.jpg,3.5")).toEqual(["1.jpg 3.0 -", "2.jpg 3.5 -"]);
});

test("labels are one whatever way their letters are composed, and show what they hold", async () => {
  expect(await short("1.jpg,café\n2.jpg,cafe\u0301\n3.jpg,a\u001Bb")).toEqual([
    "1.jpg café -",
    "2.jpg café -",
    "3.jpg a\\u{1b}b -",
  ]);
});

test.each([
  ["path,label\na.jpg,", 2, "expected a label on line 2, got none. Complete the line."],
  ["path,label\n,ant", 2, 'expected the path of an image on line 2, got "". Complete the line.'],
  ["a.jpg,ant\nb.jpg", 2, "expected 2 columns (path,label or path,label,split) on line 2, got 1. Complete the line."],
  [
    "path,label,split\na.jpg,ant,elsewhere",
    2,
    'expected train, val or test as the split on line 2, got "elsewhere". Correct the line, or leave the column out.',
  ],
  ...[
    ["image,a,b\n1.jpg,1,0\n2.jpg,1,1", 3, '"a" and "b"'],
    ["1.jpg,a\n2.jpg,b\n3.jpg,a|b", 3, '"a" and "b"'],
    ["1.jpg,clear\n2.jpg,primary\n3.jpg,clear primary", 3, '"clear" and "primary"'],
  ].map(([text, line, labels]): [string, number, string] => [
    String(text),
    Number(line),
    `expected one label for each image on line ${line}, got ${labels}. ` +
      "That is multi-label classification, which Graft does not do: keep one label for each image.",
  ]),
])("%j is refused with its line", async (text, line, message) => {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message).toBe(`labels.csv: ${message}`);
  expect((error as DataError).location).toEqual({ path: "labels.csv", line });
});

test("what is no CSV is refused", async () => {
  await expect(read('a.jpg,ant\nb"c".jpg,"bee')).rejects.toThrow(
    /^labels\.csv: expected a CSV file, got something else on line \d+ \(.+\)\. Close the quotes, and double those inside of quotes\.$/,
  );
});

test("a name of two words is one label where it is not made of others", async () => {
  expect(await short("1.jpg,polar bear\n2.jpg,bear")).toEqual(["1.jpg polar bear -", "2.jpg bear -"]);
});

const cell = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("path", "label", "split", "train", "..", "/", '"', "a.jpg", "\0", "C:\\x"),
);
const anyText = fc
  .array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 })
  .map((rows) => rows.map((row) => row.join(",")).join("\n"));

test("whatever is in the file, rows with labels come out, or one DataError", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, fc.string({ unit: "binary", maxLength: 60 })), async (content) => {
      const rows = await read(content).catch((error: unknown) => {
        if (error instanceof DataError) return [];
        throw error;
      });
      for (const { written, label } of rows) expect(written === "" || label === "").toBe(false);
    }),
    { numRuns, seed: 11 },
  );
});

import { expect, test } from "vitest";
import { withdrawnLines } from "./withdraw.ts";

test.each([
  [{ withdrawn: 0, active: 0 }, ["Nothing of this study waits in the database."]],
  [{ withdrawn: 1, active: 0 }, ["1 job waits no more."]],
  [{ withdrawn: 6, active: 1 }, ["6 jobs wait no more.", "1 job is worked on until the end."]],
  [{ withdrawn: 0, active: 2 }, ["0 jobs wait no more.", "2 jobs are worked on until the end."]],
])("of %o, and nothing of submitting a folder that is gone", (found, lines) => {
  expect(withdrawnLines(found, "gone")).toEqual(lines);
});

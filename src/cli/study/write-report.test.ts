import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, smallStudy } from "../../../test/study/study-folder.ts";
import { renderReport } from "../../report/index.ts";
import { writeReport } from "./write-report.ts";

const PATIENCE_MS = 120_000;

test(
  "once it is stopped no further figure is drawn, and the report is as it was",
  { timeout: PATIENCE_MS },
  async () => {
    const { summary, directory } = await run(smallStudy({ strategies: ["scratch"] }));
    const controller = new AbortController();
    const { signal } = controller;
    // while the first figures are drawn
    setTimeout(() => controller.abort(new Error("enough")), 1);
    await expect(writeReport(summary, { directory, signal })).rejects.toThrow("enough");
    await expect(renderReport(summary, { signal })).rejects.toThrow("enough");
    expect(["plots", "report.html", "report.lock"].filter((name) => existsSync(join(directory, name)))).toEqual([]);

    const files = await writeReport(summary, { directory, signal: new AbortController().signal });
    expect(files.filter((file) => file.startsWith("plots/"))).toHaveLength(
      readdirSync(join(directory, "plots")).length,
    );
    writeFileSync(join(directory, "report.html"), "as it was");
    await expect(writeReport(summary, { directory, signal })).rejects.toThrow("enough");
    expect(readFileSync(join(directory, "report.html"), "utf8")).toBe("as it was");
  },
);

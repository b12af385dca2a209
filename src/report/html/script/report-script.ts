/** @file The script of `report.html`. The page reads whole without it. */

import { createHash } from "node:crypto";
import { compareScript } from "./compare-script.ts";
import { curvesScript } from "./curves-script.ts";
import { figureScript } from "./figure-script.ts";
import { foldScript } from "./fold-script.ts";
import { mistakesScript } from "./mistakes-script.ts";
import { pageScript } from "./page-script.ts";

/** Texts reach the page through `textContent` alone, so that nothing from a study can become markup. */
export const reportScript = `"use strict";
(() => {${[figureScript, foldScript, pageScript, compareScript, mistakesScript, curvesScript].join("\n")}
  unfold();
})();`;

/** The hash by which the page's content policy lets this one script run. */
export const reportScriptHash = `sha256-${createHash("sha256").update(reportScript).digest("base64")}`;

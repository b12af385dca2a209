/** @file Cells of a Jupyter notebook, as nbformat 4.5 wants them. */

import { printable } from "../../core/index.ts";

/** Contents of an output by media type. */
type MimeBundle = Record<string, string[]>;

/** A cell before it gets its id and number. */
export interface NotebookCell {
  cell_type: "markdown" | "code";
  metadata: Record<string, never>;
  source: string[];
  outputs?: { output_type: "execute_result"; data: MimeBundle; metadata: Record<string, never> }[];
}

/** A cell of prose; paragraphs are set apart by empty lines. */
export function markdownCell(paragraphs: string[]): NotebookCell {
  return { cell_type: "markdown", metadata: {}, source: sourceLines(paragraphs.join("\n\n")) };
}

/** A cell of TypeScript with the result it has when run. */
export function codeCell(code: string, result: Record<string, string>): NotebookCell {
  // by custom every text is a list of lines
  const data = Object.fromEntries(Object.entries(result).map(([type, content]) => [type, sourceLines(content)]));
  return {
    cell_type: "code",
    metadata: {},
    source: sourceLines(code),
    outputs: [{ output_type: "execute_result", data, metadata: {} }],
  };
}

/** Plain text as Markdown that shows it as it is. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_<>&[\]|#$~]/g, (character) => `\\${character}`);
}

/** Lines with their line feeds, as nbformat stores texts. */
function sourceLines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

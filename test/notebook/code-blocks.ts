/** @file The examples of a Markdown page: its TypeScript blocks, each with the output that the page promises. */

/** A TypeScript block of a page. */
export interface CodeBlock {
  /** `docs/api.md, line 12`. */
  readonly where: string;
  readonly code: string;
  /** What a `text` block right after it shows; null where there is none. */
  readonly output: string | null;
}

/** Every block that is marked `ts`, in order. */
export function codeBlocks(page: string, text: string): CodeBlock[] {
  const blocks = /^```ts\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms;
  return [...text.matchAll(blocks)].map(({ index, 1: code, 2: output }) => ({
    where: `${page}, line ${text.slice(0, index).split("\n").length}`,
    code,
    output: output ?? null,
  }));
}

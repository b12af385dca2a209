/** @file Names out of a user's files, as a terminal, a page or a spreadsheet may show them. */

/** What steers a terminal, breaks a line, hides in a text or is forbidden in XML; joiners are letters of some scripts. */
const UNPRINTABLE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** The same of a text of several lines. */
const UNPRINTABLE_IN_LINES = new RegExp(`(?![\\t\\n\\r])${UNPRINTABLE.source}`, "gu");

/** The same text with control characters as escapes, so that no file name can steer the terminal or break a line. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped);
}

/** `printable` line by line: tabs and line ends stay. */
export function printableLines(text: string): string {
  return text.replaceAll(UNPRINTABLE_IN_LINES, escaped);
}

/** A cell of a CSV file, quoted as RFC 4180 says; text that a spreadsheet would run has an apostrophe before it. */
export function csvCell(cell: string | number | null | undefined): string {
  if (typeof cell !== "string") return String(cell ?? "");
  const shown = printableLines(/^\s*[=+\-@]/.test(cell) ? `'${cell}` : cell);
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

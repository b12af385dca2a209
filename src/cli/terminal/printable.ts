/** @file Names of a user's files and folders, as a terminal may show them. */

/** The same text with control characters as escapes, so that no file name can steer the terminal or break a line. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

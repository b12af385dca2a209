/** @file Whether a Node version satisfies the `engines` range of package.json; plain JavaScript, because too old a Node has to run it. */

/**
 * True if `version` is inside `range`.
 *
 * Knows what our own `engines` fields use: alternatives joined by `||`, each a space-separated list of
 * comparators (`>=1.2.3`, `>`, `<=`, `<`, `^1.2.3`, or an exact version).
 * A pre-release ("24.0.0-nightly") counts as older than its release.
 *
 * @param {string} version
 * @param {string} range
 * @returns {boolean}
 */
export function satisfies(version, range) {
  return range.split("||").some((alternative) => {
    const comparators = alternative
      .replace(/([<>=^]) +/g, "$1")
      .trim()
      .split(/ +/);
    return comparators.every((comparator) => meets(version, comparator));
  });
}

/** @type {(version: string, comparator: string) => boolean} */
function meets(version, comparator) {
  const match = /^(>=|<=|>|<|\^|=)?v?(\d+(?:\.\d+){0,2})$/.exec(comparator);
  if (match === null) throw new Error(`internal: cannot read the version comparator "${comparator}".`);
  const bound = match[2] ?? "";
  const order = compare(version, bound);
  switch (match[1]) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "^":
      return order >= 0 && parse(version)[0] === parse(bound)[0];
    default:
      return order === 0;
  }
}

/** @type {(a: string, b: string) => number} */
function compare(a, b) {
  const left = parse(a);
  const right = parse(b);
  for (let part = 0; part < 3; part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(b.includes("-")) - Number(a.includes("-"));
}

/** @type {(version: string) => number[]} */
function parse(version) {
  return version
    .replace(/^v/, "")
    .replace(/[-+].*$/, "")
    .split(".")
    .map(Number);
}

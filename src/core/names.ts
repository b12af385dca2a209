/** @file Looking a name up among the valid ones, with the nearest offered when it is not there. */

import leven from "leven";
import { ConfigError } from "./errors.ts";

/**
 * The entry of a literal table under a name the user wrote.
 *
 * `where` is how the user knows the setting, for example "strategy".
 *
 * @throws ConfigError naming the valid names and the nearest one.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string, where: string): T {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) throw unknownName(name, Object.keys(table), where);
  return entry;
}

/** The error for a name that is not among `valid`. */
export function unknownName(name: string, valid: readonly string[], where: string): ConfigError {
  const near = nearestName(name, valid);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  return new ConfigError(`${where}: expected one of ${valid.join(", ")}, got "${name}".${hint}`);
}

/** The valid name that is fewest edits away, if it is close enough to be a slip of the hand. */
export function nearestName(name: string, valid: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const ranked = valid
    .map((candidate) => ({ candidate, edits: leven(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

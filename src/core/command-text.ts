/** @file Commands that were typed, changed. */

/** The command of a study with so many seeds, without a bound on time and without its folder: another is taken by itself. */
export function withSeeds(command: string, seeds: number): string {
  return `${command.replaceAll(/ --(seeds|time|out)[ =]('[^']*'|"[^"]*"|\\'|[^\s'"])+/g, "")} --seeds ${seeds}`;
}

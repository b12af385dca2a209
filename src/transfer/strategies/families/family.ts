/** @file What a family of strategies is: one for every number or name of layers. */

import type { Strategy } from "../../strategy.ts";

export interface StrategyFamily {
  /** How its names are written: `last-<k>`. */
  readonly form: string;
  /** One line for lists. */
  readonly description: string;
  /** The strategy of a name; undefined if the name is not of this family. */
  named(name: string): Strategy | undefined;
}

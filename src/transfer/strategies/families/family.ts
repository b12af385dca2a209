/** @file What a family of strategies is: one for every number or name of layers. */

import type { Fields } from "../../../core/index.ts";
import type { Strategy } from "../../strategy.ts";

export interface StrategyFamily {
  /** How its names are written: `last-<k>`. */
  readonly form: string;
  /** One line for lists. */
  readonly description: string;
  /** Options that its strategies alone have. */
  readonly own?: { readonly fields: Fields };
  /** The strategy of a name; undefined if the name is not of this family. */
  named(name: string): Strategy | undefined;
}

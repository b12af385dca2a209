/** @file What people call a strategy, the same everywhere in a report. */

/** By the name that is typed; others have a label that says what they do. */
const names: Readonly<Record<string, string>> = {
  source: "Source",
  scratch: "From scratch",
  "last-layer": "Last layer only",
  "last-two-layers": "Last two layers",
  full: "Full fine-tuning",
  "l2-sp": "L2-SP",
  "first-block": "First block only",
};

/** `Last layer only`; of a strategy without a name of its own what its record says, `Linear probe`. */
export function strategyName({ strategy, label }: { strategy: string; label: string }): string {
  if (Object.hasOwn(names, strategy)) return names[strategy];
  return label === strategy ? label : `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

/** The presets whose assignment numbers its models; elsewhere numbers would only be in the way. */
const numbered = new Set(["classic", "as-published", "tuned", "quick"]);

/** True if a study's models are M1 to M4 to its readers. */
export function isNumbered({ name }: { name: string }): boolean {
  return numbered.has(name);
}

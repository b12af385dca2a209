/** @file Commands as the user has typed or would have to type them. */

/**
 * How this user starts Graft: `graft`, `npx graft`, or `npm run graft --` in a checkout.
 *
 * npm says which of its own commands started us.
 */
export function commandName(env: NodeJS.ProcessEnv = process.env): string {
  const event = env["npm_lifecycle_event"];
  if (event === "npx") return "npx graft";
  const isOwnScript = env["npm_package_name"] === "graft" && (event === "start" || event === "graft");
  return isOwnScript ? "npm run graft --" : "graft";
}

/** A whole command with these arguments, quoted for a shell where that is needed. */
export function commandLine(args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  return [commandName(env), ...args.map(quote)].join(" ");
}

function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

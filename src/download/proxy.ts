/** @file The proxy that downloads go through: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say, as Node reads them. */

import { ConfigError } from "../core/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Node has it from 24.14 on; an earlier one uses a proxy only where NODE_USE_ENV_PROXY was set before it started.
 *
 * Asked for when it is needed, since loading Node's HTTP takes a tenth of a short command.
 */
function proxySetter(): ((env: Environment) => () => void) | undefined {
  const http = process.getBuiltinModule("node:http");
  return (http as { setGlobalProxyFromEnv?: (env: Environment) => () => void }).setGlobalProxyFromEnv;
}

/**
 * Makes all requests of this process go through the proxy that the environment names; nothing changes if it names none.
 *
 * @throws ConfigError if a proxy's address is none.
 */
export function useProxy(env: Environment = process.env): void {
  for (const [name, value] of settingsOf(env)) {
    if (isProxyAddress(name, value)) continue;
    throw new ConfigError(
      `${name}: expected the address of a proxy, such as http://proxy.example:3128, got "${value}".`,
    );
  }
  proxySetter()?.(env);
}

/** What a message about a failed request adds: which proxy the environment names, and whether Node uses it. */
export function proxyNote(env: Environment = process.env): string {
  const settings = settingsOf(env).map(([name, value]) => `${name} is ${withoutPassword(value)}`);
  if (settings.length === 0) return "";
  const isUsed = proxySetter() !== undefined || env["NODE_USE_ENV_PROXY"] === "1";
  const unused = isUsed ? "" : `, which Node ${process.versions.node} does not use: take a current one`;
  return ` (${settings.join(", ")}${unused})`;
}

/** The variables that say something, as they are spelt; of two spellings Node reads the lower-case one. */
function settingsOf(env: Environment): [name: string, value: string][] {
  const names = ["https_proxy", "http_proxy", "no_proxy"].map((name) => (env[name] ? name : name.toUpperCase()));
  const settings = names.flatMap((name): [string, string][] => (env[name] ? [[name, env[name]]] : []));
  return settings.some(([name]) => !isExceptions(name)) ? settings : [];
}

function isExceptions(name: string): boolean {
  return name.toLowerCase() === "no_proxy";
}

function isProxyAddress(name: string, value: string): boolean {
  return isExceptions(name) || /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}

function withoutPassword(value: string): string {
  const url = URL.parse(value);
  if (url === null || url.password === "") return value;
  url.password = "…";
  return decodeURI(url.href);
}

// What the scenarios start beside the product, and how the product is told of it.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Resources } from "./mappings.ts"
import { type RunningProgram, spawnProgram } from "./program.ts"

export const token = "bench-token-0123456789abcdef"

export interface Catalog {
  program: RunningProgram
  url: string
  clientId: string
  clientSecret: string
}

export async function startCatalog(
  cwd: string,
  { database = "catalog.db", nodeOptions = [] }: { database?: string; nodeOptions?: readonly string[] } = {},
): Promise<Catalog> {
  const program = spawnProgram(["catalog", "--port", "0", "--database", database], { cwd, nodeOptions })
  const setting = async (name: string) =>
    (await program.waitFor(new RegExp(`OCEAN__PORT__${name}=(\\S+)`)))[1] ?? ""
  return {
    program,
    url: await setting("BASE_URL"),
    clientId: await setting("CLIENT_ID"),
    clientSecret: await setting("CLIENT_SECRET"),
  }
}

/** Where the product looks for defaults of a user's own. */
export function writeResources(folder: string, { blueprints, mapping }: Resources): void {
  const place = join(folder, ".port", "resources")
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, "blueprints.json"), JSON.stringify(blueprints))
  writeFileSync(join(place, "port-app-config.json"), JSON.stringify(mapping))
}

/** A drop-in's settings; both addresses are those of the proxies. */
export function dropInEnvironment(options: {
  catalog: Catalog
  portUrl: string
  sentryUrl: string
  organization: string
}): Record<string, string> {
  const { catalog } = options
  return {
    OCEAN__PORT__BASE_URL: options.portUrl,
    OCEAN__PORT__CLIENT_ID: catalog.clientId,
    OCEAN__PORT__CLIENT_SECRET: catalog.clientSecret,
    OCEAN__INTEGRATION__IDENTIFIER: "bench",
    OCEAN__INTEGRATION__TYPE: "sentry",
    OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: options.sentryUrl,
    OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN: token,
    OCEAN__INTEGRATION__CONFIG__SENTRY_ORGANIZATION: options.organization,
    OCEAN__INITIALIZE_PORT_RESOURCES: "true",
  }
}

export async function stop(program: RunningProgram): Promise<void> {
  program.kill("SIGTERM")
  await program.exit
}

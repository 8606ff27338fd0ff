// The catalog of a soak: filled in Port's place, changed as a person would, and compared with a fresh one.
import { isDeepStrictEqual } from "node:util"
import type { JsonObject } from "../../src/common/json.ts"
import { type RunningCatalog, startCatalog } from "../../test/support/catalog.ts"
import { soakBlueprints } from "./mappings.ts"

/** Name of the integration in it. */
export const identifier = "soak"

/** With its blueprints and its mapping, so that the program has nothing to install. */
export async function preparedCatalog(mapping: JsonObject): Promise<RunningCatalog> {
  const catalog = await startCatalog()
  for (const blueprint of soakBlueprints) {
    await ask(catalog, "POST", "/v1/blueprints", { ...blueprint, relations: {} })
  }
  for (const { identifier: name, relations } of soakBlueprints) {
    await ask(catalog, "PATCH", `/v1/blueprints/${name}`, { relations })
  }
  await ask(catalog, "POST", "/v1/integration", {
    installationId: identifier,
    installationAppType: "sentry",
    arePortResourcesInitialized: true,
    config: mapping,
  })
  return catalog
}

/** A changed mapping asks for a resync, as in Port. */
export function setMapping(catalog: RunningCatalog, config: JsonObject): Promise<unknown> {
  return ask(catalog, "PATCH", `/v1/integration/${identifier}/config`, { config })
}

export function askForResync(catalog: RunningCatalog): Promise<unknown> {
  return ask(catalog, "PATCH", `/v1/integration/${identifier}`, {})
}

/** What every entity holds, by blueprint and identifier, without what changes at each write. */
export async function contentOf(catalog: RunningCatalog): Promise<Map<string, unknown>> {
  const content = new Map<string, unknown>()
  for (const { identifier: blueprint } of soakBlueprints) {
    const body = await ask(catalog, "GET", `/v1/blueprints/${blueprint}/entities`)
    const { entities } = body as { entities: Record<string, unknown>[] } // the catalog's own answer
    for (const { identifier: name, title, team, properties, relations } of entities) {
      content.set(`${blueprint} ${name}`, { title, team, properties, relations })
    }
  }
  return content
}

/** Entities that one has and the other has not, or has otherwise; a sentence each. */
export function differences(held: Map<string, unknown>, fresh: Map<string, unknown>): string[] {
  if (fresh.size === 0) return ["a fresh resync brought nothing, so nothing was compared"]
  return [...new Set([...held.keys(), ...fresh.keys()])].flatMap((name) => {
    if (!fresh.has(name)) return [`${name} is left over`]
    if (!held.has(name)) return [`${name} is missing`]
    if (isDeepStrictEqual(held.get(name), fresh.get(name))) return []
    return [`${name} is ${JSON.stringify(held.get(name))}, and should be ${JSON.stringify(fresh.get(name))}`]
  })
}

async function ask(catalog: RunningCatalog, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await catalog.request(method, path, body)
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

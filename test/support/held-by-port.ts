// What Port holds after a start, and how it refuses one.
import type { JsonObject } from "../../src/common/json.ts"
import { at } from "./engines.ts"
import { identifier, type StartPlace } from "./start-up.ts"

export async function blueprint({ catalog }: StartPlace, name: string): Promise<JsonObject> {
  return at((await catalog.request("GET", `/v1/blueprints/${name}`)).body, "blueprint") as JsonObject // JSON
}

/** Port's own aside. */
export async function blueprintNames({ catalog }: StartPlace): Promise<string[]> {
  const found = at((await catalog.request("GET", "/v1/blueprints")).body, "blueprints") as {
    identifier: string
  }[]
  return found
    .map((one) => one.identifier)
    .filter((name) => !name.startsWith("_"))
    .sort() // as the catalog answers
}

export async function record({ catalog }: StartPlace): Promise<JsonObject> {
  return at((await catalog.request("GET", `/v1/integration/${identifier}`)).body, "integration") as JsonObject // JSON
}

export async function listed({ catalog }: StartPlace, what: string): Promise<string[]> {
  const found = at((await catalog.request("GET", `/v1/${what}`)).body, what) as { identifier: string }[]
  return found.map((one) => one.identifier) // as the catalog answers
}

export function refusal(status: number, error: string, message: string): Response {
  return new Response(JSON.stringify({ ok: false, error, message }), {
    status,
    headers: { "content-type": "application/json" },
  })
}

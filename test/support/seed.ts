// What the product's documentation shows, as test/fixtures/seed has it: cases, payloads, mappings, blueprints.
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/common/json.ts"

const folder = new URL("../fixtures/seed/", import.meta.url)

export interface SeedCase {
  id: string
  kind: string
  payload: string
  mapping: string
  resourceIndex: number
  computed: string
}

/** An entity that a mapping makes of a payload, its search relations as queries. */
export interface ComputedEntity {
  identifier: string
  title?: string | null
  blueprint: string
  properties: JsonObject
  relations: JsonObject
}

/** The cases that run through the integration; those of webhooks belong to the catalog. */
export function seedCases(): SeedCase[] {
  const { cases } = JSON.parse(readText("index.json")) as { cases: SeedCase[] } // the file has this shape
  return cases.filter(({ kind }) => kind !== "webhook")
}

/** The objects of a payload file, be it one or a list. */
export function seedPayloads(path: string): JsonObject[] {
  return [readJson(path)].flat().filter(isJsonObject)
}

export function computedEntities(path: string): ComputedEntity[] {
  return readJson(path) as unknown as ComputedEntity[] // every file of that folder has this shape
}

/** A new object at each call, so that a test may change it. */
export function seedMapping(path: string): JsonObject & { resources: JsonObject[] } {
  return parse(readText(path)) as JsonObject & { resources: JsonObject[] } // every mapping file has resources
}

export function seedBlueprint(path: string): JsonObject & { relations: JsonObject } {
  return readJson(path) as JsonObject & { relations: JsonObject } // every blueprint file has relations
}

function readJson(path: string): JsonValue {
  return JSON.parse(readText(path)) as JsonValue // JSON.parse gives this type
}

function readText(path: string): string {
  return readFileSync(new URL(path, folder), "utf8")
}

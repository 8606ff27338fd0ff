// Every expression of the presets and of the documentation's mappings needs no engine, and gives what the engine gives.
import { readdirSync, readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { parse } from "yaml"
import type { JsonValue } from "../src/common/json.ts"
import { silentLogger } from "../src/common/logger.ts"
import { compileFast } from "../src/mapping/jq-fast-path.ts"
import { createJqPool } from "../src/mapping/jq-pool.ts"
import { rewriteQuotes } from "../src/mapping/ocean-quotes.ts"
import { presets } from "../src/sentry/defaults/presets.ts"
import { compareWithEngine } from "./support/compare-jq.ts"

const folder = new URL("fixtures/seed/", import.meta.url)
const { cases } = JSON.parse(read("index.json")) as { cases: { kind: string; mapping: string }[] } // ours
const documented = cases.filter(({ kind }) => kind !== "webhook").map(({ mapping }) => parse(read(mapping)))
const mappings = [...presets.map(({ mapping }) => mapping), ...documented]
const expressions = [...new Set(mappings.flatMap((mapping) => expressionsOf(mapping)).map(rewriteQuotes))]

describe("the expressions of the presets and of the documentation", () => {
  const engine = createJqPool({ log: silentLogger })
  afterAll(() => engine.close())

  it("are all simple, so that jq does not start for them", () => {
    expect(expressions.length).toBeGreaterThan(60)
    expect(expressions.filter((text) => !compileFast(text))).toEqual([])
  })

  it("give what jq gives on all payloads of the documentation", async () => {
    const payloads = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => [JSON.parse(read(name)) as JsonValue].flat()) // JSON.parse gives this type
    expect(payloads.length).toBeGreaterThan(20)
    const { cells } = await compareWithEngine(engine, expressions, payloads)
    expect(cells).toBeGreaterThan((expressions.length * payloads.length) / 2)
  })
})

/** Every text below `mappings`, the queries and the lists. */
function expressionsOf(value: unknown, isExpression = false): string[] {
  if (typeof value === "string") return isExpression ? [value] : []
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    expressionsOf(item, isExpression || key === "mappings" || key === "query" || key === "itemsToParse"),
  )
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), "utf8")
}

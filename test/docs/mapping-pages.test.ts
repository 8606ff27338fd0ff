// docs/mapping.md, docs/examples.md and docs/live-events.md are true: every mapping in them is checked, and run where an object stands beside it.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { describeProblem } from "../../src/common/errors.ts"
import { isJsonObject, type JsonValue } from "../../src/common/json.ts"
import { silentLogger } from "../../src/common/logger.ts"
import { createJqPool } from "../../src/mapping/jq-pool.ts"
import { mapBatch } from "../../src/mapping/map-batch.ts"
import { type MappingFile, readMappingText } from "../../src/mapping/mapping-file.ts"
import { sentryKinds } from "../../src/sentry/kinds/index.ts"

interface Block {
  /** Language and what follows it: `json raw issue`. */
  info: string
  text: string
  line: number
}

interface Snippet {
  line: number
  mapping: string
  raw: string | undefined
  entities: string | undefined
  problems: string | undefined
}

const jq = createJqPool({ log: silentLogger })
afterAll(() => jq.close())
const kinds = new Map(sentryKinds.map((kind) => [kind.name, kind.selector]))

function pageOf(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../docs", name), "utf8")
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```([^\n]+)\n(.*?)^```$/gms)].map(({ 1: info = "", 2: text = "", index }) => ({
    info,
    text,
    line: page.slice(0, index).split("\n").length,
  }))
}

/** Each mapping with the blocks that follow it, up to the next mapping. */
function snippetsOf(blocks: readonly Block[]): Snippet[] {
  const starts = blocks.flatMap(({ info }, at) => (info === "yaml" ? [at] : []))
  return starts.map((start, at) => {
    const following = blocks.slice(start + 1, starts[at + 1])
    const textOf = (words: string) => following.find(({ info }) => info.startsWith(words))?.text
    return {
      line: blocks[start]?.line ?? 0,
      mapping: blocks[start]?.text ?? "",
      raw: textOf("json raw"),
      entities: textOf("json entities"),
      problems: textOf("text problems"),
    }
  })
}

function checked(text: string): Promise<MappingFile> {
  return readMappingText(text, "mapping.yaml", { jq, kinds })
}

async function entitiesOf(mapping: string, raw: string): Promise<unknown[]> {
  const file = await checked(mapping)
  if (!file.ok) throw file.error
  const objects = listOf(raw).filter(isJsonObject)
  const made: unknown[] = []
  for (const resource of file.parsed.config.resources) {
    const batch = await mapBatch(jq, resource, objects)
    expect(batch.failures).toEqual([])
    made.push(...batch.entities.map(({ entity }) => entity))
  }
  return made
}

function listOf(json: string): JsonValue[] {
  return [JSON.parse(json) as JsonValue].flat() // JSON.parse gives this type
}

describe("docs/mapping.md", () => {
  const snippets = snippetsOf(blocksOf(pageOf("mapping.md")))

  it("has mappings, objects, entities and problems to look at", () => {
    expect(snippets.length).toBeGreaterThan(8)
    expect(snippets.filter(({ raw, entities }) => raw && entities).length).toBeGreaterThan(5)
    expect(snippets.filter(({ problems }) => problems)).toHaveLength(1)
    expect(snippets.filter(({ raw, entities }) => !raw !== !entities)).toEqual([])
  })

  it.each(snippets.filter(({ problems }) => !problems))("line $line is right", async ({ mapping }) => {
    const file = await checked(mapping)
    expect(file.ok ? file.warnings : file.error.problems.map(describeProblem)).toEqual([])
  })

  it.each(snippets.filter(({ entities }) => entities))(
    "line $line makes the entities that it shows",
    async ({ mapping, raw = "", entities = "" }) => {
      expect(await entitiesOf(mapping, raw)).toEqual(listOf(entities))
    },
  )

  it.each(snippets.filter(({ problems }) => problems))(
    "line $line is wrong in just the ways it says",
    async ({ mapping, problems = "" }) => {
      const file = await checked(mapping)
      const lines = file.ok ? [] : file.error.problems.map(describeProblem)
      expect(lines).toEqual(problems.trimEnd().split("\n"))
    },
  )

  it("has every kind, and every key of every selector", () => {
    const page = pageOf("mapping.md")
    for (const { name, selector } of sentryKinds) {
      expect(page).toContain(`| \`${name}\``)
      const keys = "shape" in selector ? Object.keys(selector.shape as object) : [] // Zod's objects have one
      for (const key of keys) expect(page).toContain(`| \`${key}\``)
    }
  })
})

describe("docs/examples.md", () => {
  const sections = pageOf("examples.md").split(/^### /m).slice(1)

  it("has all kinds that lists give", () => {
    const kindsShown = sections.map((section) => /^ +- kind: (.*)$/m.exec(section)?.[1])
    const listed = sentryKinds.filter(({ eventsOnly }) => !eventsOnly).map(({ name }) => name)
    expect([...new Set(kindsShown)].sort()).toEqual(listed.sort())
  })

  it.each(sections.map((text) => ({ name: text.split("\n")[0], text })))(
    "$name: mapping and object make the entity",
    async ({ text }) => {
      const blocks = blocksOf(text)
      const mapping = blocks.find(({ info }) => info === "yaml")?.text ?? ""
      const [raw, entity] = blocks.filter(({ info }) => info === "json").slice(-2)
      const shown = listOf(entity?.text ?? "").map(withGroups)
      expect((await entitiesOf(mapping, raw?.text ?? "")).map(withGroups)).toEqual(shown)
    },
  )
})

/** The page shows empty groups, which are not sent. */
function withGroups(entity: unknown): object {
  return { properties: {}, relations: {}, ...(entity as object) }
}

describe("docs/live-events.md", () => {
  const page = pageOf("live-events.md")
  const mappings = blocksOf(page).filter(({ info }) => info === "yaml")

  it("has mappings that are right, and make entities of Sentry's own deliveries", async () => {
    const [first, second] = mappings.map(({ text }) => text)
    const body = (name: string) =>
      readFileSync(join(import.meta.dirname, `../fixtures/sentry/webhooks/${name}.json`), "utf8")
    for (const mapping of [first, second]) {
      const file = await checked(mapping ?? "")
      expect(file.ok ? file.warnings : file.error.problems.map(describeProblem)).toEqual([])
    }
    const comment = await entitiesOf(first ?? "", `{"headers":{},"body":${body("comment.created")}}`)
    expect(comment).toMatchObject([
      {
        identifier: "1729635072",
        blueprint: "sentryComment",
        properties: { action: "created", project: "python-fastapi", issue_id: "4605173695" },
        relations: {
          sentryIssue: { rules: [{ property: "$identifier", operator: "contains", value: "4605173695-" }] },
        },
      },
    ])
    const alert = await entitiesOf(second ?? "", `{"headers":{},"body":${body("metric_alert.critical")}}`)
    expect(alert).toMatchObject([
      {
        identifier: "4",
        title: "Critical: Checkout error volume",
        properties: { status: "critical", projects: ["storefront-web"] },
      },
    ])
  })

  it("has every kind that comes by webhook alone", () => {
    for (const { name, eventsOnly } of sentryKinds) if (eventsOnly) expect(page).toContain(`| \`${name}\` |`)
  })
})

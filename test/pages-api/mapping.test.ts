// The mapping studio over HTTP, of the whole program: check, samples, evaluation, dry run, save, undo.
import { describe, expect, it } from "vitest"
import { parse, stringify } from "yaml"
import { whyNull } from "../../src/pages/mapping/why-null.ts"
import type { RunSummary } from "../../src/resync/history/run-summary.ts"
import { generateOrganization } from "../../src/simulator/generate.ts"
import { type EmbeddedProgram, startEmbedded } from "../support/embedded-program.ts"

const organization = () =>
  generateOrganization({ seed: 3, projects: 2, issuesPerProject: 4, resolvedShare: 0 })

interface Mapping {
  text: string
  revision: string
  savedBy: string | null
}

async function until<T>(ask: () => Promise<T>, fits: (one: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const one = await ask()
    if (fits(one)) return one
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error("it did not come to that")
}

async function started(): Promise<EmbeddedProgram> {
  const program = await startEmbedded({ organization: organization() })
  await until(
    () => program.ask<{ runs: RunSummary[] }>("GET", "/integration/runs"),
    ({ runs }) => runs[0]?.status === "completed",
  )
  return program
}

const mapping = (program: EmbeddedProgram) => program.ask<Mapping>("GET", "/integration/mapping")

/** Teams alone, by the list that the mapping of the first start reads. */
function teamsOnly(link: string, more: object = {}): string {
  return stringify({
    resources: [
      {
        kind: "team",
        selector: { query: "true", includeMembers: true },
        port: {
          entity: {
            mappings: {
              identifier: ".slug",
              title: ".name",
              blueprint: '"sentryTeam"',
              properties: { name: link, ...more },
            },
          },
        },
      },
    ],
  })
}

describe("a mapping that is written", () => {
  it("is checked with each mistake at its line, jq's among them", async () => {
    const program = await started()
    const text = teamsOnly(".slug | nonsense(")
    const line = text.split("\n").findIndex((row) => row.includes("nonsense")) + 1
    const checked = await program.ask<{ problems: unknown[] }>("POST", "/integration/mapping/check", { text })
    expect(checked).toMatchObject({ valid: false, problems: [{ line, what: expect.stringContaining("jq") }] })
    const unknown = await program.ask("POST", "/integration/mapping/check", {
      text: "resources: []\nresourcez: 1\n",
    })
    expect(unknown).toMatchObject({
      valid: false,
      problems: [{ line: 2, what: expect.stringContaining("unknown key") }],
    })
    const broken = await program.ask("POST", "/integration/mapping/check", { text: "resources: [" })
    expect(broken).toMatchObject({ valid: false, problems: [{ line: expect.any(Number) }] })
    expect(await program.ask("GET", "/integration/mapping/schema")).toMatchObject({ type: "object" })
    const { presets } = await program.ask<{ presets: { name: string; mapping: string }[] }>(
      "GET",
      "/integration/presets",
    )
    for (const preset of presets)
      expect(
        await program.ask("POST", "/integration/mapping/check", { text: preset.mapping }),
        preset.name,
      ).toMatchObject({ valid: true })
  })

  it("is tried on raw objects: entities, what is null and why, what the blueprint refuses", async () => {
    const program = await started()
    const path = "/integration/kinds/team/samples"
    expect(await program.ask("GET", path)).toMatchObject({ fetchedAt: null, samples: [] })
    const fetched = await program.ask<{ samples: { id: string; raw: { slug: string } }[] }>("POST", path, {
      limit: 3,
    })
    expect(fetched.samples).toHaveLength(3)
    expect((await program.ask<typeof fetched>("GET", path)).samples).toEqual(fetched.samples)

    const text = teamsOnly(".slugg", { noSuch: ".slug", total: '1 + "a"' })
    // The first time the kind adds what it adds; a person who types on costs Sentry nothing.
    await program.ask<{ resources: Record<string, unknown>[] }>("POST", "/integration/mapping/evaluate", {
      text,
    })
    program.sentry.resetCounts()
    const { resources } = await program.ask<{ resources: Record<string, unknown>[] }>(
      "POST",
      "/integration/mapping/evaluate",
      { text },
    )
    expect(program.sentry.counts().total).toBe(0)
    const nulls = [
      {
        path: "properties.name",
        expression: ".slugg",
        always: true,
        why: "the object has no key slugg; did you mean slug?",
        line: expect.any(Number),
      },
      { path: "properties.total", error: expect.stringContaining("cannot be added") },
    ]
    expect(resources).toMatchObject([{ kind: "team", read: 3, failures: [], unread: [] }])
    expect(resources[0]?.nulls).toEqual(
      expect.arrayContaining(nulls.map((one) => expect.objectContaining(one))),
    )
    const entities = resources[0]?.entities as Record<string, unknown>[]
    expect(entities).toHaveLength(3)
    expect(entities[0]).toMatchObject({
      object: fetched.samples[0]?.id,
      entity: { blueprint: "sentryTeam", properties: { name: null, noSuch: fetched.samples[0]?.raw.slug } },
      problems: [{ field: "name", message: expect.stringContaining("is no property") }],
    })
    const own = await program.ask<{ resources: { entities: { entity: { identifier: string } }[] }[] }>(
      "POST",
      "/integration/mapping/evaluate",
      { text: teamsOnly(".slug"), samples: [{ slug: "mine", name: "Mine" }] },
    )
    expect(own.resources[0]?.entities.map(({ entity }) => entity.identifier)).toEqual(["mine"])
    await program.ask("GET", "/integration/kinds/comment/samples", undefined, 409)
    await program.ask("GET", "/integration/kinds/none/samples", undefined, 404)
  })
})

describe("a dry run", () => {
  it("counts and names what a mapping would change, and changes nothing", async () => {
    const program = await started()
    const { text } = await mapping(program)
    const config = parse(text) as {
      resources: { kind: string; port: { entity: { mappings: { title: string } } } }[]
    }
    for (const { kind, port } of config.resources)
      if (kind === "team") port.entity.mappings.title = '.name + "!"'
    const before = await program.ask("GET", "/v1/blueprints/sentryTeam/entities")
    const { dryRun } = await program.ask<{ dryRun: { id: string } }>(
      "POST",
      "/integration/mapping/dry-runs",
      { text: stringify(config) },
    )
    const done = await until(
      () =>
        program.ask<{ dryRun: { status: string; rows: object[]; totals: object } }>(
          "GET",
          `/integration/mapping/dry-runs/${dryRun.id}`,
        ),
      ({ dryRun: { status } }) => status !== "running",
    )
    expect(done.dryRun).toMatchObject({
      status: "done",
      totals: { create: 0, update: 4, delete: 0 },
      shortcomings: [],
    })
    expect(done.dryRun.rows).toContainEqual(
      expect.objectContaining({ kind: "team", blueprint: "sentryTeam", update: 4 }),
    )
    const changes = await program.ask<{
      total: number
      changes: { fields: { field: string; to: string }[] }[]
    }>("GET", `/integration/mapping/dry-runs/${dryRun.id}/changes?what=update&blueprint=sentryTeam&limit=2`)
    expect(changes.total).toBe(4)
    expect(changes.changes).toHaveLength(2)
    for (const { fields } of changes.changes)
      expect(fields).toMatchObject([{ field: "title", to: expect.stringMatching(/!$/) }])
    expect(await program.ask("GET", "/v1/blueprints/sentryTeam/entities")).toEqual(before)
    expect((await mapping(program)).text).toBe(text)
    await program.ask("POST", "/integration/mapping/dry-runs", { text: "resources: 1" }, 422)
    await program.ask("GET", "/integration/mapping/dry-runs/none", undefined, 404)
  })

  it("that is under way is named to whoever wants another, is found again, and can be cancelled", async () => {
    const program = await started()
    program.sentry.faults.add({ path: /\/teams\//, action: { delayMs: 60_000 } })
    const path = "/integration/mapping/dry-runs"
    const { dryRun } = await program.ask<{ dryRun: { id: string } }>("POST", path, {})
    const { id } = dryRun
    const refused = await program.ask("POST", path, {}, 409)
    expect(refused).toMatchObject({ error: "dry_run_under_way", dryRun: { id, status: "running" } })
    expect(await program.ask("GET", path)).toMatchObject({ dryRuns: [{ id, status: "running" }] })
    await program.ask("DELETE", `${path}/${id}`)
    const all = () => program.ask<{ dryRuns: { status: string }[] }>("GET", path)
    await until(all, ({ dryRuns: [newest] }) => newest?.status === "cancelled")
    await program.ask("DELETE", `${path}/${id}`, undefined, 409)
    program.sentry.faults.clear()
    const next = await program.ask<{ dryRun: { id: string } }>("POST", path, {})
    expect(await all()).toMatchObject({ dryRuns: [{ id: next.dryRun.id }, { id }] })
  })
})

describe("a saved mapping", () => {
  it("makes other entities, is a version with its own words, and can be undone", async () => {
    const program = await started()
    const first = await mapping(program)
    expect(first.savedBy).toBeNull()
    const config = parse(first.text) as {
      resources: { kind: string; port: { entity: { mappings: { title: string } } } }[]
    }
    for (const { kind, port } of config.resources)
      if (kind === "team") port.entity.mappings.title = '.name + "!"'
    const text = `# with a shout\n${stringify(config)}`
    await program.ask("PUT", "/integration/mapping", { text: "resources: 1", revision: first.revision }, 422)
    const saved = await program.ask<{ revision: string; version: number; run: { id: string } }>(
      "PUT",
      "/integration/mapping",
      {
        text,
        revision: first.revision,
        note: "a shout",
        resync: true,
      },
    )
    expect(saved.version).toBe(2)
    const titles = async () => {
      const { entities } = await program.ask<{ entities: { title: string }[] }>(
        "GET",
        "/v1/blueprints/sentryTeam/entities",
      )
      return entities.map(({ title }) => title)
    }
    await until(titles, (all) => all.every((title) => title.endsWith("!")))
    expect(await mapping(program)).toMatchObject({ text, revision: saved.revision, savedBy: "admin" })

    const stale = await program.ask("PUT", "/integration/mapping", { text, revision: first.revision }, 409)
    expect(stale).toMatchObject({ error: "changed_meanwhile", current: { text, revision: saved.revision } })
    const { versions } = await program.ask<{ versions: { version: number; current: boolean }[] }>(
      "GET",
      "/integration/mapping/history",
    )
    expect(versions).toMatchObject([
      { version: 2, note: "a shout", savedBy: "admin", current: true },
      { version: 1, savedBy: "(found)", current: false },
    ])
    const restored = await program.ask<{ version: number }>(
      "POST",
      "/integration/mapping/history/1/restore",
      { revision: saved.revision, resync: true },
    )
    expect(restored.version).toBe(3)
    expect(await mapping(program)).toMatchObject({ text: first.text, revision: first.revision })
    await until(titles, (all) => all.every((title) => !title.endsWith("!")))
    await program.ask("GET", "/integration/mapping/history/9", undefined, 404)
    const late = { revision: saved.revision }
    await program.ask("POST", "/integration/mapping/history/2/restore", late, 409)
  })

  it("is one where two save at the same moment, and the other one is told", async () => {
    const program = await started()
    const { revision } = await mapping(program)
    const texts = ["a", "b", "c"].map((name) => teamsOnly(`.slug + "${name}"`))
    const answers = await Promise.all(
      texts.map((text) => program.answer("PUT", "/integration/mapping", { text, revision })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const kept = texts[answers.findIndex(({ status }) => status === 200)]
    expect(await mapping(program)).toMatchObject({ text: kept })
    for (const { status, body } of answers)
      if (status === 409) expect(body).toMatchObject({ current: { text: kept } })
  })
})

describe("why an expression gave nothing", () => {
  const raw = { slug: "web", owner: null, tags: ["a"], meta: { title: "T" } }
  it.each([
    [".owner", ".owner is null"],
    [".owner.name", ".owner is null"],
    [".meta.titel", ".meta has no key titel; did you mean title?"],
    [".zebra", "the object has no key zebra"],
    [".tags.name", ".tags is a list, so it has no name"],
    [".slug.name", ".slug is a string, so it has no name"],
    [".tags[3]", "the expression gave null for this object"],
  ])("%s: %s", (expression, why) => {
    expect(whyNull(expression, raw, undefined)).toBe(why)
  })
})

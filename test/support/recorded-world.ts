// The recorded Sentry 9.1.2 server, and a catalog with a mapping of all six kinds that the server's answers fill.
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../src/common/json.ts"
import { readRecorded, type SentryReplay, startSentryReplay } from "./sentry-replay.ts"
import { blueprint, resource } from "./small-world.ts"
import { createWorld, type World, type WorldOptions } from "./world.ts"

const recorded = readRecorded()

interface RecordedWorldOptions extends Partial<WorldOptions> {
  /** Of the resources that read issues. */
  issueSelector?: JsonObject
  /** Only these of the mapping's resources. */
  kinds?: readonly string[]
}

/** Lives until the end of the test. */
export async function createRecordedWorld({
  issueSelector = {},
  kinds,
  ...options
}: RecordedWorldOptions = {}): Promise<{ world: World; sentry: SentryReplay }> {
  const sentry = await startSentryReplay({ unrecorded: emptyTagValues })
  onTestFinished(() => sentry.close())
  const resources = resourcesWith(issueSelector)
  const world = await createWorld({
    sentry,
    blueprints: recordedBlueprints,
    mapping: { resources: resources.filter(({ kind }) => !kinds || kinds.includes(String(kind))) },
    ...options,
  })
  return { world, sentry }
}

/** The rows of a recorded list. */
export function recordedRows(name: string): JsonObject[] {
  return JSON.parse(recordedBody(name)) // lists were recorded under these names
}

function recordedBody(name: string): string {
  const recording = recorded.recordings.find((one) => one.name === name)
  if (!recording) throw new Error(`no recording is named ${name}`)
  return recorded.bodyOf(recording)
}

/** Of two issues the environments were recorded: 39 has four, 18 none. Every other one answers as 18 did. */
function emptyTagValues(pathname: string) {
  if (!/^\/api\/0\/issues\/\d+\/tags\/environment\/values\/$/.test(pathname)) return undefined
  return {
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: recordedBody("issue-tag.environment"),
  }
}

/** One environment is called `qa & "quotes"`, which no identifier may hold. */
const environmentName = (value: string) =>
  `(.project.slug? // .slug) + "-" + (${value} | gsub("[^a-z]+"; "_"))`

function resourcesWith(issueSelector: JsonObject): JsonObject[] {
  const selector = issueSelector
  return [
    resource("user", {
      identifier: ".email",
      title: ".user.name",
      blueprint: '"user"',
      properties: { username: ".user.username", role: ".role" },
    }),
    resource(
      "team",
      {
        identifier: ".slug",
        title: ".name",
        blueprint: '"team"',
        properties: { memberCount: ".memberCount" },
        relations: { members: "[.__members[].email]" },
      },
      { selector: { includeMembers: true } },
    ),
    resource("project", {
      identifier: ".slug",
      title: ".name",
      blueprint: '"project"',
      properties: { status: ".status", organization: ".organization.name" },
    }),
    resource(
      "issue",
      {
        identifier: ".id",
        title: ".title",
        blueprint: '"issue"',
        properties: { status: ".status", level: ".level" },
        relations: { project: ".project.slug", assignedTo: ".assignedTo.email" },
      },
      { selector },
    ),
    resource("project-tag", {
      identifier: environmentName(".__tags.name"),
      title: '.name + " " + .__tags.name',
      blueprint: '"environment"',
      relations: { project: ".slug" },
    }),
    resource(
      "issue-tag",
      {
        identifier: ".id",
        title: ".title",
        blueprint: '"issueEnvironments"',
        relations: { environments: `[.__tags[] as $tag | ${environmentName("$tag.name")}]` },
      },
      { selector },
    ),
    resource(
      "issue-tag",
      {
        identifier: '.id + "-" + (.item.name | gsub("[^a-z]+"; "_"))',
        title: '.title + " in " + .item.name',
        blueprint: '"issueEnvironment"',
        relations: { environment: environmentName(".item.name") },
      },
      { selector, port: { itemsToParse: ".__tags" } },
    ),
  ]
}

const text = { type: "string" }
const one = (target: string) => ({ target, required: false, many: false })
const many = (target: string) => ({ target, required: false, many: true })

const recordedBlueprints: readonly JsonObject[] = [
  blueprint("user", { username: text, role: text }),
  blueprint("team", { memberCount: { type: "number" } }, { members: many("user") }),
  blueprint("project", { status: text, organization: text }),
  blueprint("issue", { status: text, level: text }, { project: one("project"), assignedTo: one("user") }),
  blueprint("environment", {}, { project: one("project") }),
  blueprint("issueEnvironments", {}, { environments: many("environment") }),
  blueprint("issueEnvironment", {}, { environment: one("environment") }),
]

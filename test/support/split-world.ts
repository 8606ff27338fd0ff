// An organization with many projects, and a crew of processes that resync it together.
import type { JsonObject } from "../../src/common/json.ts"
import type { ResyncDeps } from "../../src/resync/run-resync.ts"
import { createOrganization, type Organization } from "../../src/simulator/organization.ts"
import type { SimulatorOptions } from "../../src/simulator/serve.ts"
import { createMember, type Member } from "./crew.ts"
import { useSimulator } from "./simulator.ts"
import { blueprint, mappingOf, resource, resources, smallBlueprints } from "./small-world.ts"
import { createWorld, type World, type WorldOptions } from "./world.ts"

export const manyProjects = 110

export interface Opened {
  world: World
  organization: Organization
  simulator: Awaited<ReturnType<typeof useSimulator>>
}

/** Lives until the end of the test. */
export async function openSplitWorld({
  count = manyProjects,
  features,
  limits = "off",
  latencyMs = 0,
  ...more
}: Partial<WorldOptions> &
  Pick<SimulatorOptions, "limits" | "latencyMs"> & {
    count?: number
    features?: string[]
  } = {}): Promise<Opened> {
  const organization = organizationOf(count)
  if (features) organization.features = features
  const simulator = await useSimulator({ organization, limits, latencyMs })
  const world = await createWorld({
    sentry: simulator,
    mapping: mapping(),
    blueprints: [
      ...smallBlueprints,
      blueprint(
        "owner",
        { level: { type: "number" } },
        { issue: { target: "issue", required: false, many: false } },
      ),
    ],
    ...more,
  })
  return { world, organization, simulator }
}

/** Issues in some of them, an odd one here and there. */
function organizationOf(count: number): Organization {
  const organization = createOrganization({ slug: "acme" })
  const at = organization.clock.now() - 3_600_000
  for (let number = 0; number < count; number++) {
    const slug = `project-${String(number).padStart(3, "0")}`
    organization.addProject({ slug, platform: "node" })
    for (let issue = 0; issue < number % 4; issue++)
      organization.addIssue(slug, {
        title: `${slug} ${issue}`,
        environment: issue === 1 ? "staging" : "production",
        at,
      })
  }
  return organization
}

/** With entities that Port refuses, objects that jq cannot map, and searches. */
function mapping(): JsonObject {
  const { project, environment, issue, issueEnvironment } = resources
  const owner = resource("issue", {
    identifier: 'if .title == "project-051 0" then error("odd one") else "owner-" + .id end',
    blueprint: '"owner"',
    properties: { level: 'if .title == "project-021 0" then "high" else 1 end' },
    relations: {
      issue: {
        combinator: '"and"',
        rules: [{ property: '"$title"', operator: '"="', value: '"project-001 0"' }],
      } as unknown as string,
    },
  })
  return mappingOf([owner, project, environment, issue, issueEnvironment])
}

export interface Crew {
  lead: Member
  /** Those that made a part, by name. */
  workers(): string[]
  /** Those that could not begin or end a part that they were at. */
  lost(): string[]
  /** Fulfilled when each of them has a part of the issues. */
  allReadIssues: Promise<void>
  /** In the order of their names. */
  helpers: { stop(): Promise<void> }[]
}

interface CrewOptions {
  isOn?: boolean
  /** Of the program of the helpers; the leader's is 1. */
  helpersVersion?: string
  depsOf?(deps: ResyncDeps, name: string): ResyncDeps
}

/** The first of them leads, the others help. */
export async function crewOf(world: World, size: number, more: CrewOptions = {}): Promise<Crew> {
  const { isOn = true, helpersVersion = "1", depsOf = (deps) => deps } = more
  const made = new Set<string>()
  const reading = new Set<string>()
  const lost: string[] = []
  const all = Promise.withResolvers<void>()
  const { database } = world.catalog
  const members: Member[] = []
  for (const name of ["a", "b", "c"].slice(0, size)) {
    const log = {
      ...world.deps.log,
      info: (...[, text]: unknown[]) => void (/is made/.test(String(text)) && made.add(name)),
      warn: (...[, text]: unknown[]) =>
        void (/could not be begun or ended/.test(String(text)) && lost.push(name)),
      debug(told: { reading?: string }) {
        if (told.reading?.startsWith("issues")) reading.add(name)
        if (reading.size === size) all.resolve()
      },
    }
    const deps = depsOf({ ...world.deps, log: log as unknown as typeof world.deps.log }, name)
    const version = members.length === 0 ? "1" : helpersVersion
    members.push(await createMember({ name, database, deps, isOn, version }))
  }
  const [lead, ...helpers] = members
  if (!lead) throw new Error("nobody leads")
  const helping = isOn ? await Promise.all(helpers.map((helper) => helper.help())) : []
  return {
    helpers: helping,
    lead,
    workers: () => [...made].sort(),
    lost: () => lost,
    allReadIssues: all.promise,
  }
}

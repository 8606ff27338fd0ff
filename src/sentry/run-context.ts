// What the kinds of one run share: the client, and what was read once.
import type { Logger } from "../common/logger.ts"
import type { RawObject, SourceOutcome } from "../resync/kind.ts"
import type { Answer } from "./answers.ts"
import type { Project } from "./api/projects.ts"
import type { SentryClient } from "./client.ts"
import type { TagSource } from "./issue-tags/plan.ts"
import { createTagRun, type TagRun } from "./issue-tags/tag-run.ts"
import type { ScanState } from "./scan-state.ts"

export interface RunContext {
  client: SentryClient
  /** How long resolved issues are kept where the selector does not say, in milliseconds. */
  keepResolvedForMs: number
  /** The project list, read once in a run. */
  projects(signal: AbortSignal): Promise<Answer<ProjectList>>
  /** How the reading of each project's issues ended, by slug. A complete one stays, whatever a second reading says. */
  issueParts: Map<string, SourceOutcome>
  /** What came of each project's tag values, by tag and slug. */
  tagParts: Map<string, TagPart>
  /** How many issues the lists read so far have, by list; Sentry counts to a thousand each. */
  issueListSizes: Map<string, number>
  /** How the tags of issues are read where the selector does not say. */
  tagSource: TagSource
  /** What this run has learned of the tags of issues, and of the ways to them. */
  tags: TagRun
  /** What the last runs have learned of them. */
  scanState: ScanState
  /** Only issues with an event since then are listed; undefined: all. */
  changedSince: Date | undefined
  /** The slugs of the projects that this view of a run is about; undefined: all. */
  onlyProjects: ReadonlySet<string> | undefined
  log: Logger
}

export interface RunContextDeps {
  client: SentryClient
  keepResolvedForMs: number
  tagSource: TagSource
  scanState: ScanState
  changedSince?: Date | undefined
  log: Logger
}

interface TagPart {
  outcome: SourceOutcome
  /** The first value, as an item; undefined where there are none. */
  example: RawObject | undefined
}

export interface ProjectList {
  all: readonly Project[]
  byId: ReadonlyMap<string, Project>
  bySlug: ReadonlyMap<string, Project>
}

export function createRunContext(deps: RunContextDeps): RunContext {
  const { client } = deps
  let listed: Promise<Answer<ProjectList>> | undefined
  return {
    ...deps,
    changedSince: deps.changedSince,
    onlyProjects: undefined,
    issueParts: new Map(),
    tagParts: new Map(),
    issueListSizes: new Map(),
    tags: createTagRun(),
    projects(signal) {
      if (listed) return listed
      const asked = listProjects(client, signal)
      listed = asked
      asked.catch(() => {
        listed = undefined // cancelled: the next reader asks for itself
      })
      return asked
    },
  }
}

/** A view of some projects, which is to decide by these alone; what the server is like is learned once for all views. */
export function contextOfProjects(context: RunContext, slugs: readonly string[]): RunContext {
  const { environments, nameless, singleTrust } = context.tags
  return {
    ...context,
    onlyProjects: new Set(slugs),
    issueParts: new Map(),
    tagParts: new Map(),
    issueListSizes: new Map(),
    tags: { ...createTagRun(), environments, nameless, singleTrust },
  }
}

/** As far as is known by now: how many issues there are in the lists that this run reads. */
export function listedIssues({ issueListSizes }: Pick<RunContext, "issueListSizes">): number {
  return [...issueListSizes.values()].reduce((sum, size) => sum + size, 0)
}

async function listProjects(client: SentryClient, signal: AbortSignal): Promise<Answer<ProjectList>> {
  const answer = await client.projects(signal)
  if (!answer.ok) return answer
  const all = answer.value
  return {
    ok: true,
    value: {
      all,
      byId: new Map(all.map((project) => [project.id, project])),
      bySlug: new Map(all.map((project) => [project.slug, project])),
    },
  }
}

/** Slugs go into paths: anything else, such as "..", must not. */
export function isSlug(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text)
}

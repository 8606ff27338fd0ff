// A run shown while it goes on: live lines on a terminal, a plain line now and then elsewhere.
import { formatDuration } from "../common/duration.ts"
import type { OpenResource } from "../resync/readings.ts"
import type { ResourceCounts, ResourceRecord } from "../resync/run-record.ts"

export interface Progress {
  update(resources: readonly OpenResource[]): void
  /** Takes the live lines off the terminal, so that what follows stands alone. */
  clear(): void
}

export interface ProgressDeps {
  /** Standard error, which a pipeline's output does not hold. */
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown }
  now(): number
  /** What becomes of entities that differ. Default: "written". */
  fate?: string
  /** Milliseconds that requests to Sentry have waited for its limits so far. */
  waitedMs(): number
}

/** Without a terminal, one line in this many milliseconds. */
const plainLineEvery = 5_000

export function createProgress(deps: ProgressDeps): Progress {
  const started = deps.now()
  return deps.stream.isTTY ? liveProgress(deps, started) : plainProgress(deps, started)
}

function liveProgress(deps: ProgressDeps, started: number): Progress {
  let shown = 0
  const clear = () => {
    if (shown > 0) deps.stream.write(`\u001b[${shown}A\u001b[0J`)
    shown = 0
  }
  return {
    clear,
    update(resources) {
      const width = (deps.stream.columns || 80) - 1
      const lines = progressLines(resources, started, deps).map((line) => line.slice(0, width))
      clear()
      deps.stream.write(lines.map((line) => `${line}\n`).join(""))
      shown = lines.length
    },
  }
}

function plainProgress(deps: ProgressDeps, started: number): Progress {
  let last = started
  return {
    clear() {},
    update(resources) {
      if (deps.now() - last < plainLineEvery) return
      last = deps.now()
      deps.stream.write(`${progressLines(resources, started, deps).map(unaligned).join("; ")}\n`)
    },
  }
}

/** Columns are for lines that stand one below the other. */
function unaligned(line: string): string {
  return line.replace(/ {2,}/, " ")
}

function progressLines(resources: readonly OpenResource[], started: number, deps: ProgressDeps): string[] {
  const passed = deps.now() - started
  const begun = [...Map.groupBy(resources, ({ record }) => record.kind)].filter(([, of]) =>
    of.some(({ record }) => record.pages > 0),
  )
  const read = begun.reduce((sum, [, of]) => sum + most(of, ({ counts }) => counts.read), 0)
  const rate = passed > 0 ? Math.round((read / passed) * 1_000) : 0
  const waited = deps.waitedMs() > 0 ? `, waited ${formatDuration(deps.waitedMs())} for Sentry's limits` : ""
  return [
    ...begun.map(([kind, of]) => kindLine(kind, of, deps.fate ?? "written")),
    `${formatDuration(passed)}, ${rate} objects/s${waited}`,
  ]
}

/** What several resources of one kind share, they read but once; what they write adds up. */
function kindLine(kind: string, of: readonly OpenResource[], fate: string): string {
  const pages = most(of, (record) => record.pages)
  const read = most(of, ({ counts }) => counts.read)
  const sum = (count: (counts: ResourceCounts) => number) =>
    of.reduce((all, { record }) => all + count(record.counts), 0)
  const written = sum(({ created, updated }) => created + updated)
  return (
    `${kind.padEnd(12)} ${pages} ${pages === 1 ? "page" : "pages"}, ${read} read, ${sum(({ mapped }) => mapped)} mapped, ` +
    `${written} ${fate}, ${sum(({ unchanged }) => unchanged)} unchanged`
  )
}

function most(of: readonly OpenResource[], count: (record: ResourceRecord) => number): number {
  return Math.max(0, ...of.map(({ record }) => count(record)))
}

// The record of one run: what was read, written, refused and left alone, and what that makes of the run.

import type { SourceEnd } from "./kind.ts"
import type { EntityRef } from "./known-entities.ts"

/** Why a run began. */
export type Trigger = "start" | "schedule" | "request" | "once" | "incremental" | "plan" | "live" | "check"

export interface ResourceCounts {
  /** Objects the lists gave. */
  read: number
  /** Entities that the mapping made. */
  mapped: number
  created: number
  updated: number
  unchanged: number
  deleted: number
  /** Entities that Port would not take, and would not take if sent again. */
  refused: number
  /** Objects that could not be mapped, and entities that could not be brought to Port. */
  failed: number
  /** Of the failed: objects that the kind could not complete (their tags, say), so that they were not mapped. */
  unread: number
  /** Of the failed: entities that could not be brought to Port. */
  undelivered: number
  /** Objects whose items the selector's query let none of pass. */
  filteredOut: number
  /** Objects that rightly made no entity: no value of the tag, an empty list of items. */
  without: number
}

export interface ResourceRecord {
  /** Position in the mapping. */
  index: number
  kind: string
  /** The mapping's blueprint expression. */
  blueprint: string
  counts: ResourceCounts
  /** Pages of its list that have come. */
  pages: number
  durationMs: number
}

/** A source that was not read to its end, and why. */
export interface OpenSource extends SourceEnd {
  kind: string
}

export interface RefusedEntity extends EntityRef {
  kind: string
  status: number | undefined
  /** Port's reason. */
  message: string
  /** The object it was made of, where one alone made it. */
  objectId?: string
  /** False: Port refused it for good. True: it could not be delivered, though it might have been taken. */
  lost: boolean
}

export interface RefusedDelete extends EntityRef {
  kind: string
  reason: string
}

export type RunStatus = "running" | "completed" | "failed" | "aborted"

export interface RunRecord {
  id: string
  trigger: Trigger
  status: RunStatus
  startedAt: Date
  endedAt: Date | undefined
  resources: ResourceRecord[]
  openSources: OpenSource[]
  refusedEntities: RefusedEntity[]
  refusedDeletes: RefusedDelete[]
  /** Entities that left their list and stay for a while, by kind. */
  kept: Record<string, number>
  /** Entities of Port's own blueprints that do not exist and, as configured, were not created, by blueprint. */
  notMade: Record<string, number>
  /** What made the run fail beside its sources and entities: a broken mapping, a delete that Port refused. */
  failures: string[]
  /** What a person should look at, though the run did its work: fields without any value, unknown keys. */
  notes: string[]
  /** How the run read, at what cost, and why so: a sentence each. */
  plan: string[]
}

export function startRecord(id: string, trigger: Trigger, startedAt: Date): RunRecord {
  return {
    id,
    trigger,
    status: "running",
    startedAt,
    endedAt: undefined,
    resources: [],
    openSources: [],
    refusedEntities: [],
    refusedDeletes: [],
    kept: {},
    notMade: {},
    failures: [],
    notes: [],
    plan: [],
  }
}

export function emptyCounts(): ResourceCounts {
  return {
    read: 0,
    mapped: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    refused: 0,
    failed: 0,
    unread: 0,
    undelivered: 0,
    filteredOut: 0,
    without: 0,
  }
}

/** The sentences that say why a run is not a success; none means that it is one. */
export function shortcomings(record: RunRecord, options: { strict: boolean }): string[] {
  const open = record.openSources.map(
    (source) =>
      `${source.kind}${source.part && source.part !== "*" ? ` of ${source.part}` : ""}: ${outcomeText(source)}`,
  )
  const lost = record.refusedEntities.filter((entity) => entity.lost)
  const refused = record.refusedEntities.filter((entity) => !entity.lost)
  return [
    ...record.failures,
    ...open,
    ...(lost.length > 0
      ? [`${lost.length} ${plural(lost.length)} could not be written, for example ${example(lost[0])}`]
      : []),
    ...(options.strict && refused.length > 0
      ? [`${refused.length} ${plural(refused.length)} refused by Port, for example ${example(refused[0])}`]
      : []),
  ]
}

export function endRecord(record: RunRecord, endedAt: Date, aborted: boolean): RunRecord {
  const failed = shortcomings(record, { strict: false }).length > 0
  return { ...record, endedAt, status: aborted ? "aborted" : failed ? "failed" : "completed" }
}

/** One kind's row of the closing table: its resources' counts added up, what they share being read but once. */
export function countsByKind(record: RunRecord): Map<string, ResourceCounts> {
  const rows = new Map<string, ResourceCounts>()
  for (const { kind, counts } of record.resources) {
    const row = rows.get(kind) ?? emptyCounts()
    const read = Math.max(row.read, counts.read)
    for (const name of Object.keys(row) as (keyof ResourceCounts)[]) row[name] += counts[name] // a literal's own keys
    rows.set(kind, { ...row, read })
  }
  return rows
}

/** All of its resources together; what several of them share was read but once. */
export function totalsOf(record: Pick<RunRecord, "resources"> | undefined): ResourceCounts {
  const totals = emptyCounts()
  const read = new Map<string, number>()
  for (const { kind, counts } of record?.resources ?? []) {
    for (const name of Object.keys(totals) as (keyof ResourceCounts)[]) totals[name] += counts[name] // a literal's own keys
    read.set(kind, Math.max(read.get(kind) ?? 0, counts.read))
  }
  return { ...totals, read: [...read.values()].reduce((sum, count) => sum + count, 0) }
}

function outcomeText({ outcome }: SourceEnd): string {
  if (outcome.state === "complete") return "complete"
  return `${outcome.state}: ${outcome.reason}${outcome.hint ? ` (${outcome.hint})` : ""}`
}

function example(entity: RefusedEntity | undefined): string {
  return entity ? `${entity.blueprint} ${entity.identifier}: ${entity.message}` : ""
}

function plural(count: number): string {
  return count === 1 ? "entity" : "entities"
}

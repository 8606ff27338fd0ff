// The main path of a run: mapping → readings, each mapped and loaded → second chances → what is gone → report.
import { randomUUID } from "node:crypto"
import { errorText } from "../common/errors.ts"
import { withLogFields } from "../common/log-context.ts"
import type { Logger } from "../common/logger.ts"
import type { Clock } from "../common/sleep.ts"
import { checkMapping } from "../mapping/check-mapping.ts"
import type { Jq } from "../mapping/jq.ts"
import type { ParsedAppConfig } from "../port/app-config.ts"
import type { PortClient } from "../port/client.ts"
import { createRun } from "./create-run.ts"
import type { IntegrationRun, KindDefinition, OpenRunOptions } from "./kind.ts"
import { knownEntitiesOf } from "./known-entities-of.ts"
import type { LiveWatch } from "./live-watch.ts"
import type { OriginStore } from "./origin-store.ts"
import { createRawExamples } from "./raw-examples.ts"
import {
  listableOf,
  type OpenResource,
  openResources,
  type SharedReading,
  shareReadings,
} from "./readings.ts"
import { type BlueprintGuard, reconcile } from "./reconcile.ts"
import { resyncReading } from "./resync-reading.ts"
import { retryEntities, settleUntried } from "./retry-entities.ts"
import type { Run, RunWatch } from "./run.ts"
import type { RunObserver } from "./run-observer.ts"
import { endRecord, type RunRecord, shortcomings, startRecord, type Trigger } from "./run-record.ts"
import { completeSearchRelations } from "./search-relations.ts"
import type { OpenSplitReader, SplitReader } from "./split/split-reading.ts"

export interface ResyncDeps {
  port: PortClient
  kinds: readonly KindDefinition[]
  openRun(how?: OpenRunOptions): IntegrationRun
  /** Only objects that had something happen to them since then are read, and nothing is deleted. Default: all. */
  changedSince?: Date
  jq: Jq
  origins: OriginStore
  createSystemEntities: boolean
  /** Only these kinds are read, and only what is made of them is settled. Default: all of the mapping. */
  kindsRead?: readonly string[]
  /** Only these parts (projects) are read, of the kinds that have parts; of what came of others nothing is settled. */
  partsRead?: readonly string[]
  /** What the run is called; by default it makes up an id. */
  id?: string
  /** How long entities are kept that events alone gave, in milliseconds. Default: for ever. */
  keepEventsMs?: number
  /** What live events do beside the run. */
  live?: LiveWatch
  /** Other processes read with this one what has many parts. Default: it reads all by itself. */
  split?: OpenSplitReader
  /** Send raw examples to Port, their secrets hidden by this; undefined sends none. */
  maskExamples: ((text: string) => string) | undefined
  /** Told what the record has no place for: a plan names each entity. */
  watch?: RunWatch
  log: Logger
  clock: Clock
  /** Told whenever the run has got on; for a terminal that shows it. */
  onProgress?: (progress: { record: RunRecord; resources: readonly OpenResource[] }) => void
  /** Told of each step of the run; for reports and metrics. */
  observe?: RunObserver
}

/** One full resync. Never throws: a run that fails or is cancelled says so in its record. */
export async function runResync(deps: ResyncDeps, trigger: Trigger, signal: AbortSignal): Promise<RunRecord> {
  const record = startRecord(deps.id ?? randomUUID(), trigger, new Date(deps.clock.now()))
  return await withLogFields({ run: record.id }, () => runRecorded(deps, record, signal))
}

async function runRecorded(deps: ResyncDeps, record: RunRecord, signal: AbortSignal): Promise<RunRecord> {
  deps.log.info({ trigger: record.trigger }, "Resync started")
  try {
    deps.jq.forgetQuarantine()
    const mapping = await readMapping(deps, record, signal)
    if (mapping) await resyncMapping(deps, { record, ...mapping, signal })
  } catch (error) {
    // Only our own signal is a cancelled run; anything else that broke the work off is a failure to tell.
    if (!signal.aborted) record.failures.push(errorText(error))
  }
  const ended = endRecord(record, new Date(deps.clock.now()), signal.aborted)
  logEnd(deps.log, ended)
  return ended
}

async function resyncMapping(
  deps: ResyncDeps,
  { record, config, parsed, signal }: Mapping & { record: RunRecord; signal: AbortSignal },
): Promise<void> {
  if (parsed.config.resources.length === 0 && parsed.broken.length === 0) {
    record.notes.push("the mapping in Port names no resources, so nothing was read")
    return
  }
  const { changedSince } = deps
  const reading = deps.openRun(changedSince ? { changedSince } : {})
  const run = openRun(deps, { record, parsed, reading, signal })
  deps.observe?.({ step: "opened", record })
  try {
    await readResources(deps, run, deps.split?.({ view: reading, config }))
    await run.examples?.send()
    await retryEntities(run)
    await completeSearchRelations(run)
    if (changedSince) {
      record.notes.push(
        `only what had an event since ${changedSince.toISOString()} was read; nothing was deleted`,
      )
      return
    }
    deps.observe?.({ step: "reconciling" })
    await withLogFields({ phase: "reconciliation" }, () => reconcile(run, guardOf(parsed)))
    deps.observe?.({ step: "reconciled" })
  } finally {
    settleUntried(run)
    await readTouchedAgain(run)
    record.openSources.push(...run.sources.open())
    record.notes.push(...run.notes.sentences())
    for (const fields of run.notes.partialNulls()) deps.log.debug({ fields }, "Null in some entities")
    for (const empty of run.notes.emptyFields())
      deps.log.warn({ ...empty, inReport: true }, "Unable to find valid data for a field of the mapping")
    record.plan.push(...(reading.plan?.() ?? []))
    deps.onProgress?.({ record, resources: run.resources })
  }
}

async function readResources(deps: ResyncDeps, run: Run, split: SplitReader | undefined): Promise<void> {
  try {
    for (const shared of shareReadings(run.resources))
      await withProgress(deps, run, () => observed(deps, run, { shared, split }))
  } finally {
    await split?.end()
  }
}

async function observed(
  deps: ResyncDeps,
  run: Run,
  { shared, split }: { shared: SharedReading; split: SplitReader | undefined },
): Promise<void> {
  const resources = shared.resources.map(({ record }) => record)
  const kinds = new Set(resources.map(({ kind }) => kind))
  deps.observe?.({ step: "reading", resources })
  await withLogFields({ kind: [...kinds].join("+"), phase: "extract" }, () =>
    resyncReading(run, shared, split?.read),
  )
  const failed = shared.resources.filter(({ resource }) => run.sources.firstOpen(resource))
  deps.observe?.({ step: "read", resources, failed: new Set(failed.map(({ record }) => record)) })
}

/** The report that a person sees has all of them. */
const notesLogged = 20

/** In the words that people search their logs for, which are the original's. */
function logEnd(log: Logger, record: RunRecord): void {
  const inReport = true
  const wanting = shortcomings(record, { strict: false }).slice(0, 5)
  for (const note of record.notes.slice(0, notesLogged)) log.info({ note, inReport }, "Worth a look")
  for (const [blueprint, count] of Object.entries(record.notMade))
    log.info({ blueprint, count, inReport }, "Not created, since only existing ones are updated")
  if (record.status === "completed") log.info("Resync finished successfully")
  else if (record.status === "aborted") log.warn({ inReport }, "Resync aborted")
  else log.error({ wanting, inReport }, "Resync failed")
}

interface Mapping {
  /** As Port gave it. */
  config: unknown
  parsed: ParsedAppConfig
}

/** The mapping, always fresh. Undefined when there is none that could run; why is in the record. */
async function readMapping(
  deps: ResyncDeps,
  record: RunRecord,
  signal: AbortSignal,
): Promise<Mapping | undefined> {
  const integration = await deps.port.integration.get(signal)
  if (!integration) {
    record.failures.push(
      `Port has no integration "${deps.port.integration.identifier}", so there is no mapping`,
    )
    return undefined
  }
  const selectors = new Map(deps.kinds.map((kind) => [kind.name, kind.selector]))
  const parsed = await checkMapping(deps.jq, integration.config, selectors)
  const told = (problem: { where: string; what: string; hint?: string }) =>
    `mapping ${problem.where}: ${problem.what}${problem.hint ? ` (${problem.hint})` : ""}`
  record.failures.push(
    ...parsed.problems.map(told),
    ...parsed.broken.flatMap(({ problems }) => problems.map(told)),
  )
  record.notes.push(...[...parsed.unknownKeys, ...parsed.warnings].map(told))
  return parsed.problems.length > 0 ? undefined : { config: integration.config, parsed }
}

function openRun(
  deps: ResyncDeps,
  {
    record,
    parsed,
    reading,
    signal,
  }: { record: RunRecord; parsed: ParsedAppConfig; reading: IntegrationRun; signal: AbortSignal },
): Run {
  const { config } = parsed
  const kindsRead = deps.changedSince ? (reading.objects?.kinds ?? []) : deps.kindsRead
  const eventKinds = new Set(deps.kinds.filter(({ eventsOnly }) => eventsOnly).map(({ name }) => name))
  const listable = listableOf(config, deps.kinds)
  const listed = listable.filter(({ kind }) => kindsRead?.includes(kind) ?? true)
  const resources = openResources({ ...config, resources: listed }, reading).filter(
    ({ kind }) => deps.partsRead === undefined || kind.reading.byPart === true,
  )
  const whole = new Set(deps.partsRead ? [] : resources.map(({ resource }) => resource))
  return createRun(deps, {
    record,
    config,
    resources,
    unread: listable.filter((resource) => !whole.has(resource)),
    partsRead: deps.partsRead,
    events: { kinds: eventKinds, keepMs: deps.keepEventsMs ?? Number.POSITIVE_INFINITY },
    known: knownEntitiesOf(deps, config, { startedAt: record.startedAt, signal }),
    examples:
      deps.maskExamples &&
      createRawExamples({ integration: deps.port.integration, mask: deps.maskExamples, log: deps.log }),
    signal,
  })
}

/** What a broken resource would have made is not stray; where its blueprint cannot be told, nothing is. */
export function guardOf(parsed: ParsedAppConfig): BlueprintGuard {
  return (blueprint) => {
    const broken = parsed.broken.find(
      ({ blueprints }) => blueprints === undefined || blueprints.includes(blueprint),
    )
    return broken && `resources[${broken.index}] of the mapping is broken and may have made it`
  }
}

/** An event that came while this run wrote what its lists had said: what it concerned is read once more. */
async function readTouchedAgain(run: Run): Promise<void> {
  try {
    const touched = await run.live?.touchedSince(run.record.startedAt)
    if (touched && touched.size > 0) await run.live?.readAgain([...touched])
  } catch (error) {
    run.record.failures.push(`live events that came during the run: ${errorText(error)}`)
  }
}

async function withProgress(deps: ResyncDeps, run: Run, work: () => Promise<void>): Promise<void> {
  const tell = () => deps.onProgress?.({ record: run.record, resources: run.resources })
  const ticking = setInterval(tell, 200)
  try {
    await work()
  } finally {
    clearInterval(ticking)
    tell()
  }
}

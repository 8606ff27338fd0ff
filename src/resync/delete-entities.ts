// Deletes entities that are proved gone, and counts them where they came from.
import { batches } from "../common/concurrency.ts"
import { errorText } from "../common/errors.ts"
import { throwIfFatal } from "../port/auth.ts"
import { PortError } from "../port/request.ts"
import type { SearchQuery } from "../port/search-query.ts"
import { refuseDelete } from "./refuse-delete.ts"
import type { Run } from "./run.ts"
import { emptyCounts, type ResourceRecord } from "./run-record.ts"
import type { Stray } from "./strays.ts"

/** What Port does not delete is a failure of the run, told by name. */
export async function deleteEntities(run: Run, strays: readonly Stray[]): Promise<void> {
  if (!run.config.deleteDependentEntities) return deleteReferrersFirst(run, strays)
  for (const [blueprint, group] of Map.groupBy(strays, (stray) => stray.blueprint)) {
    const byName = new Map(group.map((stray) => [stray.identifier, stray]))
    const named = (identifiers: readonly string[]) => identifiers.flatMap((name) => byName.get(name) ?? [])
    for await (const outcome of run.port.entities.deleteBulk(blueprint, [...byName.keys()], run.signal)) {
      const asked = named(outcome.asked)
      if (outcome.ok) await settleDeleted(run, asked, new Set(outcome.deleted))
      else noteLeft(run, asked, errorText(outcome.error))
    }
  }
}

/**
 * Port names what this very request deleted. The others may have gone with what they depended on, or by a request
 * whose answer was lost; or they are still there.
 */
async function settleDeleted(run: Run, asked: readonly Stray[], deleted: ReadonlySet<string>): Promise<void> {
  await noteGone(
    run,
    asked.filter(({ identifier }) => deleted.has(identifier)),
  )
  const unnamed = asked.filter(({ identifier }) => !deleted.has(identifier))
  for (const group of batches(unnamed, 50)) {
    await unlessRefused(run, group, async () => {
      const there = await stillThere(run, group)
      const left = group.filter(({ identifier }) => there.has(identifier))
      await noteGone(
        run,
        group.filter(({ identifier }) => !there.has(identifier)),
      )
      if (left.length > 0) noteLeft(run, left, "Port answered success and did not delete it")
    })
  }
}

/** Which of these entities of one blueprint the catalog has. */
async function stillThere(run: Run, group: readonly Stray[]): Promise<Set<string>> {
  const [first] = group
  const there = new Set<string>()
  if (!first) return there
  const value = group.map(({ identifier }) => identifier)
  const query: SearchQuery = {
    combinator: "and",
    rules: [{ property: "$identifier", operator: "in", value }],
  }
  const question = { query, include: ["$identifier"] }
  for await (const page of run.port.entities.search(first.blueprint, question, run.signal))
    for (const { identifier } of page) there.add(identifier)
  return there
}

/** One by one, whatever their blueprints; an entity that others still need waits until those are gone. */
async function deleteReferrersFirst(run: Run, strays: readonly Stray[]): Promise<void> {
  let waiting = [...strays]
  for (let before = waiting.length + 1; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length
    const needed: Stray[] = []
    for (const stray of waiting) {
      await unlessRefused(run, [stray], async () => {
        if (await deleteIfFree(run, stray.blueprint, stray.identifier)) await noteGone(run, [stray])
        else needed.push(stray)
      })
    }
    waiting = needed
  }
  for (const stray of waiting)
    noteLeft(run, [stray], "other entities need it (deleteDependentEntities is false)")
}

async function noteGone(run: Run, gone: readonly Stray[]): Promise<void> {
  if (gone.length === 0) return
  for (const stray of gone) lineOf(run, stray).counts.deleted++
  await run.origins.forgetEntities(gone)
  run.log.info({ blueprint: gone[0]?.blueprint, deleted: gone.length }, "Entities deleted")
}

/** Proved gone, and in the catalog all the same: the run has failed to do what it should. */
function noteLeft(run: Run, left: readonly Stray[], reason: string): void {
  const [first] = left
  if (!first) return
  const others = left.length > 1 ? ` and ${left.length - 1} more were` : " was"
  run.record.failures.push(`${first.blueprint} ${first.identifier}${others} not deleted: ${reason}`)
  for (const stray of left) refuseDelete(run, stray, reason)
}

/** A refusal costs its own request only; a cancelled run and refused credentials end the work. */
async function unlessRefused(run: Run, strays: readonly Stray[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throwIfFatal(error)
    noteLeft(run, strays, errorText(error))
  }
}

async function deleteIfFree(run: Run, blueprint: string, identifier: string): Promise<boolean> {
  try {
    await run.port.entities.deleteOne(blueprint, identifier, run.signal)
    return true
  } catch (error) {
    if (error instanceof PortError && error.code === "has_dependents") return false
    throw error
  }
}

/** The report's line for a deleted entity: the resource that made it, or one of its own where none does any more. */
function lineOf(run: Run, stray: Stray): ResourceRecord {
  const recorded = new Set(stray.recorded.map(({ kind }) => kind))
  const maker =
    stray.makers.find(({ resource }) => recorded.size === 0 || recorded.has(resource.kind)) ?? stray.makers[0]
  if (maker) return maker.record
  const kind = stray.recorded[0]?.kind ?? "unmapped"
  const known = run.record.resources.find((line) => line.index === -1 && line.kind === kind)
  if (known) return known
  const line = { index: -1, kind, blueprint: stray.blueprint, counts: emptyCounts(), pages: 0, durationMs: 0 }
  run.record.resources.push(line)
  return line
}

// An event whose payload is the raw object: mapped by the resources of its kind, written, or deleted.
import { randomUUID } from "node:crypto"
import type { ParsedAppConfig } from "../port/app-config.ts"
import { isSystemBlueprint } from "../port/entity.ts"
import { createRun } from "../resync/create-run.ts"
import { deleteEntities } from "../resync/delete-entities.ts"
import type { RawItem } from "../resync/kind.ts"
import { knowsNothing } from "../resync/known-entities.ts"
import { identifierText, loadEntities } from "../resync/load-entities.ts"
import { mapItems } from "../resync/map-items.ts"
import { type OpenResource, openResources } from "../resync/readings.ts"
import type { RefreshDeps } from "../resync/refresh.ts"
import { retryEntities } from "../resync/retry-entities.ts"
import type { MappedEntity, Run } from "../resync/run.ts"
import { shortcomings, startRecord } from "../resync/run-record.ts"
import type { Stray } from "../resync/strays.ts"
import type { Effect } from "./work.ts"

export async function applyPayload(
  deps: RefreshDeps,
  order: { parsed: ParsedAppConfig; kind: string; item: RawItem; removed: boolean },
  signal: AbortSignal,
): Promise<Effect> {
  const { config } = order.parsed
  const record = startRecord(randomUUID(), "live", new Date(deps.clock.now()))
  const resources = openResources(
    { ...config, resources: config.resources.filter(({ kind }) => kind === order.kind) },
    deps.openRun(),
  )
  if (resources.length === 0) return { state: "done", what: `no resource of the mapping takes ${order.kind}` }
  const run = createRun(deps, {
    record,
    config,
    resources,
    known: knowsNothing,
    examples: undefined,
    signal,
  })
  for (const open of resources) {
    const mapped = await mapItems(run, open, [order.item])
    if (order.removed)
      await deleteEntities(
        run,
        mapped.flatMap((one) => goingOf(open, one)),
      )
    else await loadEntities(run, open, mapped)
  }
  await retryEntities(run)
  return effectOf(run)
}

function goingOf(open: OpenResource, { entity }: MappedEntity): Stray[] {
  if (isSystemBlueprint(entity.blueprint)) return []
  const ref = { blueprint: entity.blueprint, identifier: identifierText(entity) }
  return [{ ...ref, updatedAt: undefined, recorded: [], makers: [open] }]
}

function effectOf(run: Run): Effect {
  const unmapped = run.sources
    .open()
    .find(({ outcome }) => outcome.state !== "complete" && outcome.reason.startsWith("not mapped"))
  if (unmapped && unmapped.outcome.state !== "complete")
    return { state: "failed", reason: unmapped.outcome.reason }
  const [refused] = run.record.refusedEntities
  if (refused) {
    const reason = `${refused.blueprint} ${refused.identifier}: ${refused.message}`
    return refused.lost ? { state: "later", reason } : { state: "failed", reason: `Port refused ${reason}` }
  }
  const [wanting] = shortcomings(run.record, { strict: false })
  if (wanting !== undefined) return { state: "later", reason: wanting }
  const { resources } = run.record
  const written = resources.reduce((sum, { counts }) => sum + counts.created + counts.updated, 0)
  const deleted = resources.reduce((sum, { counts }) => sum + counts.deleted, 0)
  if (deleted > 0) return { state: "done", what: `${deleted} deleted` }
  return { state: "done", what: written > 0 ? `${written} written` : "the selector lets none of it pass" }
}

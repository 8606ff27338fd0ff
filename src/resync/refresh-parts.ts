// Single parts of a kind read again out of turn: what they hold is mapped and loaded; what is gone is left to a resync.
import { randomUUID } from "node:crypto"
import type { ParsedAppConfig } from "../port/app-config.ts"
import { createRun } from "./create-run.ts"
import { knowsNothing } from "./known-entities.ts"
import { loadEntities } from "./load-entities.ts"
import { enrichItems, mapItems } from "./map-items.ts"
import { type OpenResource, openResources } from "./readings.ts"
import type { RefreshDeps } from "./refresh.ts"
import { retryEntities } from "./retry-entities.ts"
import type { Run } from "./run.ts"
import { endRecord, type RunRecord, startRecord } from "./run-record.ts"

export async function refreshParts(
  deps: RefreshDeps,
  order: { parsed: ParsedAppConfig; kind: string; parts: readonly string[] },
  signal: AbortSignal,
): Promise<RunRecord> {
  const { config } = order.parsed
  const record = startRecord(randomUUID(), "live", new Date(deps.clock.now()))
  const run = createRun(deps, {
    record,
    config,
    resources: openResources(
      { ...config, resources: config.resources.filter(({ kind }) => kind === order.kind) },
      deps.openRun(),
    ),
    known: knowsNothing,
    examples: undefined,
    signal,
  })
  for (const open of run.resources) for (const part of order.parts) await readPart(run, open, part)
  await retryEntities(run)
  record.openSources.push(...run.sources.open())
  return endRecord(record, new Date(deps.clock.now()), false)
}

async function readPart(run: Run, open: OpenResource, part: string): Promise<void> {
  for await (const event of open.kind.readPart?.(part, run.signal) ?? []) {
    if (event.type === "end") {
      run.sources.end(open.resource, event)
      continue
    }
    const items = await enrichItems(run, open, event.items)
    await loadEntities(run, open, await mapItems(run, open, items))
  }
}

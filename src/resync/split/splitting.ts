// What a process needs to make resyncs together with others, whichever of them leads.
import { type Clock, systemClock } from "../../common/sleep.ts"
import type { Database } from "../../database/database.ts"
import type { Hold, Leader } from "../../database/leader.ts"
import { checkFence, type LeaseIdentity, type Leases } from "../../database/leases.ts"
import { fencedDatabase } from "../fenced-database.ts"
import { openSplitStore, type SplitStore, splitStoreOn } from "./split-store.ts"

export interface Splitting {
  /** False: this process leads no shared resync; it still waits for the end of those that others led. */
  isOn: boolean
  store: SplitStore
  leases: Leases
  leader: Leader
  database: Database
  integration: string
  /** This process, as its leases name it. */
  identity: LeaseIdentity
  /** Of the program: only the same one makes the same of an object. */
  version: string
  ttlMs: number
  clock: Clock
}

export type SplittingOptions = Omit<Splitting, "store" | "clock">

export async function openSplitting(options: SplittingOptions): Promise<Splitting> {
  const store = await openSplitStore(options.database, options.integration)
  return { ...options, store, clock: systemClock }
}

/** The leases of parts, whichever run they are of: a new run's part cannot be begun while an old one's is worked at. */
export function partLease({ integration }: Pick<Splitting, "integration">, number: number): string {
  return `${partLeases({ integration })}${number}`
}

function partLeases({ integration }: Pick<Splitting, "integration">): string {
  return `resync part ${integration} `
}

export async function heldParts({ leases, integration }: Splitting): Promise<ReadonlySet<string>> {
  return new Set(await leases.heldWith(partLeases({ integration })))
}

const askEveryMs = 100

/** Voids what is left of earlier runs, and waits until nobody works at a part of them any more. */
export async function settleEarlierParts(
  splitting: Splitting,
  hold: Hold,
  signal: AbortSignal,
): Promise<void> {
  const { database, integration, clock } = splitting
  await splitStoreOn(
    fencedDatabase(database, (tx) => checkFence(database, tx, hold)),
    integration,
  ).clear()
  while ((await heldParts(splitting)).size > 0)
    await clock.sleep(askEveryMs, AbortSignal.any([signal, hold.lost]))
}

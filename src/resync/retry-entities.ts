// The second pass: entities Port would not take at first, now that all kinds are through.

import { errorText } from "../common/errors.ts"
import { throwIfFatal } from "../port/auth.ts"
import type { UpsertOutcome } from "../port/entity-upserts.ts"
import { identifierText, settle, upsertHow } from "./load-entities.ts"
import { noteHeld } from "./note-held.ts"
import type { RefusedOnce, Run } from "./run.ts"
import { createSettleSearches, type SettleSearches } from "./settle-searches.ts"
import { inDependencyOrder } from "./upsert-order.ts"

/** After so many failures in a row Port is down rather than unlucky, and thousands of further tries would take hours. */
const failuresInARow = 20

/** Sends each entity that failed once more, targets before those that relate to them. What fails now is reported. */
export async function retryEntities(run: Run): Promise<void> {
  if (run.retry.length === 0) return
  await settleHomeless(run)
  run.log.info({ count: run.retry.length }, "Entities that failed are sent once more")
  run.retry = inDependencyOrder(run.retry, ({ mapped }) => mapped.entity)
  const settleSearches = createSettleSearches(
    run,
    run.retry.map(({ mapped }) => mapped.entity),
  )
  let failures = 0
  // Taken off the list only when settled, so that what an early end leaves there can be told.
  for (let next = run.retry[0]; next && failures < failuresInARow; next = run.retry[0]) {
    run.signal.throwIfAborted()
    const begun = run.port.serverNow()
    const outcome = await tryAgain(run, next, settleSearches)
    run.retry.shift()
    settle(run, next.open, { mapped: next.mapped, outcome, lastTry: true })
    await noteHeld(run, next.open, { blueprint: next.mapped.entity.blueprint, outcomes: [outcome], begun })
    failures = outcome.ok || outcome.isVerdict ? 0 : failures + 1
  }
  settleUntried(run)
}

/** What would be refused again as it is goes only if it can be made acceptable; else its outcome stands. */
async function tryAgain(
  run: Run,
  { mapped: { entity }, outcome }: RefusedOnce,
  settleSearches: SettleSearches,
): Promise<UpsertOutcome> {
  const { blueprint } = entity
  const settled = outcome.mayPassLater ? undefined : await settleSearches(entity)
  if (!outcome.mayPassLater && !settled) return outcome
  run.written.add(blueprint)
  const again = await run.port.entities.upsertOne(
    blueprint,
    settled?.entity ?? entity,
    upsertHow(run, blueprint),
  )
  for (const link of settled?.links ?? [])
    run.searches.add({ blueprint, identifier: identifierText(entity), ...link, refusal: outcome.message })
  return again
}

/** Entities that never got their second try keep the reason of the first. */
export function settleUntried(run: Run): void {
  for (const { open, mapped, outcome } of run.retry.splice(0))
    settle(run, open, { mapped, outcome, lastTry: true })
}

/** Entities of a blueprint that Port does not have: no try will help them, and a person must hear of it. */
async function settleHomeless(run: Run): Promise<void> {
  const notFound = run.retry.filter(({ outcome }) => outcome.status === 404)
  for (const [blueprint, group] of Map.groupBy(notFound, ({ mapped }) => mapped.entity.blueprint)) {
    if (await mayExist(run, blueprint)) continue
    const homeless = new Set(group)
    run.retry = run.retry.filter((one) => !homeless.has(one))
    for (const { open, mapped, outcome } of group) settle(run, open, { mapped, outcome, lastTry: true })
    run.record.failures.push(
      `Port has no blueprint "${blueprint}", so ${group.length} of its entities could not be written`,
    )
  }
}

async function mayExist(run: Run, blueprint: string): Promise<boolean> {
  try {
    return (await run.blueprint(blueprint)) !== undefined
  } catch (error) {
    throwIfFatal(error)
    run.log.warn({ blueprint, error: errorText(error) }, "Port did not say whether it has this blueprint")
    return true
  }
}

// What events do to the catalog: objects read again, and what they found followed up.
import { errorText } from "../common/errors.ts"
import type { ParsedAppConfig } from "../port/app-config.ts"
import type { Blueprint } from "../port/blueprint.ts"
import type { PortClient } from "../port/client.ts"
import type { IntegrationRun, Origin } from "../resync/kind.ts"
import { type RefreshDeps, type RefreshResult, refreshObjects } from "../resync/refresh.ts"
import { createFollowSigns } from "./follow-signs.ts"
import type { ReadMapping } from "./mapping-cache.ts"
import { applyPayload } from "./payload.ts"
import type { Effect, Effects } from "./work.ts"

export interface EffectsDeps extends RefreshDeps {
  mapping: ReadMapping
  /** How long what a reading caches (the list of projects) may be used by the next ones. */
  shareRunMs: number
}

export function createEffects(deps: EffectsDeps): Effects {
  const shared = { ...deps, port: sharedBlueprints(deps), openRun: sharedRun(deps) }
  const followSigns = createFollowSigns(shared)
  return {
    async refresh({ kinds, objects }, signal) {
      const parsed = await deps.mapping(signal)
      const broken = whyBroken(parsed)
      if (broken !== undefined) return everyObject(objects, { state: "later", reason: broken })
      const result = await refreshObjects(shared, { parsed, kinds, objects }, signal)
      await unlessItFails(deps, () => followSigns(result, parsed, signal), signal)
      return waitingFor(brokenOf(parsed, kinds), effectsOf(result, objects))
    },
    async apply(payload, signal) {
      const parsed = await deps.mapping(signal)
      const broken = whyBroken(parsed)
      if (broken !== undefined) return { state: "later", reason: broken }
      const effect = await applyPayload(shared, { parsed, ...payload }, signal)
      return waitFor(brokenOf(parsed, [payload.kind]), effect)
    },
  }
}

/** A mapping that cannot be read at all says nothing of what to do; a person will mend it, and the events wait. */
function whyBroken({ problems }: ParsedAppConfig): string | undefined {
  const [problem] = problems
  return problem && `the mapping is broken at ${problem.where || "its top"}: ${problem.what}`
}

/** A resource of these kinds that cannot be used until a person mends it: the event is still owed to it. */
function brokenOf({ broken }: ParsedAppConfig, kinds: readonly string[]): string | undefined {
  const [problem] = broken
    .filter(({ kind }) => kind === undefined || kinds.includes(kind))
    .flatMap(({ problems }) => problems)
  return problem && `the mapping is broken at ${problem.where}: ${problem.what}`
}

function waitingFor(reason: string | undefined, effects: Map<string, Effect>): Map<string, Effect> {
  return new Map([...effects].map(([id, effect]) => [id, waitFor(reason, effect)]))
}

function waitFor(reason: string | undefined, effect: Effect): Effect {
  return reason !== undefined && effect.state === "done" ? { state: "later", reason } : effect
}

function everyObject(objects: readonly Origin[], effect: Effect): Map<string, Effect> {
  return new Map(objects.map(({ id }) => [id, effect]))
}

function effectsOf({ outcomes }: RefreshResult, objects: readonly Origin[]): Map<string, Effect> {
  return new Map(
    objects.map(({ id }): [string, Effect] => {
      const outcome = outcomes.get(id)
      if (outcome?.ok) return [id, { state: "done", what: outcome.what }]
      const reason = outcome?.reason ?? "Sentry said nothing of it"
      return [id, { state: outcome?.lasting ? "failed" : "later", reason }]
    }),
  )
}

/** What was asked for is done; what follows from it may wait for the next resync. */
async function unlessItFails(
  deps: EffectsDeps,
  work: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (signal.aborted) throw error
    deps.log.warn(
      { error: errorText(error) },
      "What follows from a live event was not done; the next resync will",
    )
  }
}

/** One reading's caches for all refreshes of a short time: in a burst the projects are listed once, not each time. */
function sharedRun({ openRun, shareRunMs, clock }: EffectsDeps): () => IntegrationRun {
  let held: { run: IntegrationRun; until: number } | undefined
  return () => {
    if (!held || clock.now() >= held.until) held = { run: openRun(), until: clock.now() + shareRunMs }
    return held.run
  }
}

/** A relation's target is asked of the blueprint, which seldom changes: not before each write of each event. */
function sharedBlueprints({ port, shareRunMs, clock }: EffectsDeps): PortClient {
  const held = new Map<string, { blueprint: Blueprint; until: number }>()
  return {
    ...port,
    blueprints: {
      ...port.blueprints,
      async get(identifier, signal) {
        const known = held.get(identifier)
        if (known && clock.now() < known.until) return known.blueprint
        const blueprint = await port.blueprints.get(identifier, signal)
        if (blueprint) held.set(identifier, { blueprint, until: clock.now() + shareRunMs })
        return blueprint
      },
    },
  }
}

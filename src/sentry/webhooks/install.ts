// The zero-touch set-up: finds or makes Sentry's internal integration whose webhooks come here, once and never twice.
import type { Logger } from "../../common/logger.ts"
import type { Clock } from "../../common/sleep.ts"
import type { Failure } from "../answers.ts"
import type { AppsApi, SentryApp } from "../api/apps.ts"
import type { SentrySettings } from "../settings.ts"
import { duplicates, type InstallPlan, planInstall, type WantedIntegration } from "./install-plan.ts"
import {
  type PersonsWords,
  settingsPage,
  stepsForSecret,
  stepsToChange,
  stepsToCreate,
  stepToDelete,
  stepToEnable,
} from "./install-steps.ts"

export interface InstallDeps {
  api: AppsApi
  settings: Pick<SentrySettings, "host" | "organization">
  words: PersonsWords
  log: Logger
  clock: Clock
  /** Lets one process at a time do this, where several share a database. */
  exclusively?: <T>(work: () => Promise<T>) => Promise<T>
}

export interface InstallOptions {
  /** False: only looked at, and a person is told what to do. */
  mayWrite: boolean
  /** Secrets that are configured already. */
  knownSecrets: readonly string[]
  /** Where Sentry does not show the secret, make a new one; whatever else uses the old one stops working. */
  rotateSecret?: boolean
}

export interface InstallOutcome {
  /** `by-hand`: a person must do the steps. `failed`: it is not known how things stand; try again later. */
  state: "right" | "created" | "changed" | "by-hand" | "failed"
  /** What was found and done, a sentence each. */
  said: string[]
  /** What a person must do, in order; may be needed in every state. */
  steps: string[]
  app: { name: string; slug: string; page: string } | undefined
  /** Where Sentry gave it. */
  secret: string | undefined
}

const settleMs = 2_000

export async function installWebhooks(
  deps: InstallDeps,
  wanted: WantedIntegration,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<InstallOutcome> {
  const alone = deps.exclusively ?? ((work) => work())
  return alone(() => install(deps, wanted, options, signal))
}

interface Work {
  deps: InstallDeps
  wanted: WantedIntegration
  options: InstallOptions
  signal: AbortSignal
}

async function install(
  deps: InstallDeps,
  wanted: WantedIntegration,
  options: InstallOptions,
  signal: AbortSignal,
): Promise<InstallOutcome> {
  const work = { deps, wanted, options, signal }
  const apps = await deps.api.apps(signal)
  if (!apps.ok) return unreadable(work, apps)
  const plan = planInstall(apps.value, wanted)
  if (plan.do === "create") return create(work, plan)
  if (plan.do === "change") return change(work, plan)
  const outcome = found(work, plan.app, {
    state: "right",
    said: [`${plan.app.name} sends its webhooks here.`],
  })
  return withSecret(work, outcome, plan.app)
}

function unreadable({ deps, wanted }: Work, failed: Failure): InstallOutcome {
  const said = [`The integrations of the organization could not be listed: ${failed.outcome.reason}.`]
  // Whoever may not look, or asks a server without this route, goes to the page; all else may be different in a minute.
  if (!["forbidden", "route-off", "missing"].includes(failed.why)) return outcomeOf({ state: "failed", said })
  const steps = stepsToCreate(settingsPage(deps.settings), wanted, deps.words)
  return outcomeOf({ state: "by-hand", said, steps })
}

async function create(work: Work, plan: InstallPlan & { do: "create" }): Promise<InstallOutcome> {
  const { deps, wanted, options, signal } = work
  const steps = stepsToCreate(settingsPage(deps.settings), wanted, deps.words)
  const none = `No integration in Sentry sends webhooks to ${wanted.url}.`
  if (!options.mayWrite) return outcomeOf({ state: "by-hand", said: [none], steps })
  const made = await deps.api.createApp(plan.body, signal)
  if (!made.ok) return refused(none, made, steps)
  deps.log.info({ integration: made.value.slug }, "Internal integration created in Sentry")
  // Long enough for everybody who found none at the same moment to have made theirs.
  if (!deps.exclusively) await deps.clock.sleep(settleMs, signal)
  // Looked at once more: another process may have had the same idea, and older servers show the secret only here.
  const apps = await deps.api.apps(signal)
  const all = apps.ok ? apps.value : [made.value]
  const second = duplicates(all, wanted).find(({ uuid }) => uuid === made.value.uuid)
  if (second) return giveWay(work, second, all)
  const app = all.find(({ uuid }) => uuid === made.value.uuid) ?? made.value
  const said = [`The internal integration ${app.name} was created; its webhooks come to ${wanted.url}.`]
  return withSecret(work, found(work, app, { state: "created", said }), {
    ...app,
    clientSecret: made.value.clientSecret ?? app.clientSecret,
  })
}

/** Of two made at the same moment the one with the smaller uuid stays, which every process knows without asking. */
async function giveWay(work: Work, second: SentryApp, all: readonly SentryApp[]): Promise<InstallOutcome> {
  const { deps, wanted, signal } = work
  const kept = planInstall(
    all.filter(({ uuid }) => uuid !== second.uuid),
    wanted,
  )
  const said = ["Another process created the integration at the same moment; that one stays."]
  const deleted = await deps.api.deleteApp(second.slug, signal)
  const steps: string[] = []
  if (!deleted.ok) {
    // Deleting takes a higher permission than making; one without events at least sends nothing twice.
    const { name, slug, scopes, webhookUrl } = second
    await deps.api.updateApp(slug, { name, scopes, webhookUrl, events: [] }, signal)
    steps.push(stepToDelete(settingsPage(deps.settings), second))
  }
  if (kept.do === "create") return outcomeOf({ state: "failed", said, steps })
  const outcome = await withSecret(work, found(work, kept.app, { state: "right", said }), kept.app)
  return { ...outcome, steps: [...steps, ...outcome.steps] }
}

async function change(work: Work, plan: InstallPlan & { do: "change" }): Promise<InstallOutcome> {
  const { deps, wanted, options, signal } = work
  const { app, patch, why } = plan
  const wrong = `The integration ${app.name} needs a change: ${why.join("; ")}.`
  const page = settingsPage(deps.settings, app.slug)
  const steps = stepsToChange(page, { url: wanted.url, events: wanted.events.join(" and ") }, deps.words)
  if (!options.mayWrite) return found(work, app, { state: "by-hand", said: [wrong], steps })
  const changed = await deps.api.updateApp(app.slug, patch, signal)
  if (!changed.ok) return { ...refused(wrong, changed, steps), app: placeOf(work, app) }
  deps.log.info({ integration: app.slug, why }, "Internal integration changed in Sentry")
  const said = [`The integration ${app.name} was changed, since ${why.join("; ")}.`]
  return withSecret(work, found(work, changed.value, { state: "changed", said }), changed.value)
}

/** A refusal is a person's matter; where there was no answer, nobody knows whether it was done. */
function refused(found: string, failed: Failure, steps: string[]): InstallOutcome {
  const reason = `Sentry did not let the token do it: ${failed.outcome.reason}.`
  if (["token", "no-answer", "server", "busy"].includes(failed.why)) {
    return outcomeOf({ state: "failed", said: [found, `It could not be mended: ${failed.outcome.reason}.`] })
  }
  return outcomeOf({ state: "by-hand", said: [found, reason, whoMay], steps })
}

const whoMay =
  "Only a token of a person who may manage the organization (org:write or org:admin, and every permission that the " +
  "integration gets) may do this; the token of an integration may not."

async function withSecret(work: Work, outcome: InstallOutcome, app: SentryApp): Promise<InstallOutcome> {
  const { deps, options, signal } = work
  const page = settingsPage(deps.settings, app.slug)
  const known = options.knownSecrets.length > 0
  if (app.clientSecret !== undefined) return withVisibleSecret(work, outcome, app.clientSecret)
  if (options.rotateSecret && options.mayWrite) {
    const rotated = await deps.api.rotateSecret(app.slug, signal)
    if (rotated.ok) {
      const said = [...outcome.said, "Its client secret was replaced; the old one is refused from now on."]
      return withVisibleSecret(work, { ...outcome, said }, rotated.value)
    }
    const said = [...outcome.said, `Its client secret could not be replaced: ${rotated.outcome.reason}.`]
    return { ...outcome, said, steps: [...outcome.steps, ...stepsForSecret(page, deps.words)] }
  }
  if (known) {
    const said = [
      ...outcome.said,
      "Sentry does not show its client secret, so the configured one was not compared with it.",
    ]
    return { ...outcome, said }
  }
  return { ...outcome, steps: [...outcome.steps, ...stepsForSecret(page, deps.words)] }
}

function withVisibleSecret({ deps, options }: Work, outcome: InstallOutcome, secret: string): InstallOutcome {
  if (options.knownSecrets.includes(secret)) {
    return { ...outcome, secret, said: [...outcome.said, "The configured secret is the integration's."] }
  }
  const step =
    options.knownSecrets.length === 0
      ? `Set ${deps.words.secretSetting} to the integration's client secret.`
      : `Set ${deps.words.secretSetting} anew: the configured secret is not the integration's, so its webhooks are refused.`
  return { ...outcome, secret, steps: [...outcome.steps, step] }
}

function found(
  work: Work,
  app: SentryApp,
  given: Pick<InstallOutcome, "state" | "said"> & { steps?: string[] },
): InstallOutcome {
  const outcome = { ...outcomeOf(given), app: placeOf(work, app) }
  return app.isDisabled
    ? { ...outcome, state: "by-hand", steps: [stepToEnable(outcome.app.page), ...outcome.steps] }
    : outcome
}

function placeOf({ deps }: Work, { name, slug }: SentryApp): NonNullable<InstallOutcome["app"]> {
  return { name, slug, page: settingsPage(deps.settings, slug) }
}

function outcomeOf(given: Pick<InstallOutcome, "state" | "said"> & { steps?: string[] }): InstallOutcome {
  return { steps: [], app: undefined, secret: undefined, ...given }
}

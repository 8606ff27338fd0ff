// What an integration gives the framework. Types only: the framework knows no Sentry, the integration no Port.
import type { JsonObject } from "./common/json.ts"
import type { IntegrationRun, KindDefinition, OpenRunOptions, Origin } from "./resync/kind.ts"

export interface Integration {
  /** Port's name for the type of integration: "sentry". */
  type: string
  kinds: readonly KindDefinition[]
  /** What a first start may install; the first is the default. */
  presets: readonly [Preset, ...Preset[]]
  /** Starts reading; called once per run. */
  openRun(
    how?: OpenRunOptions & {
      /** Its requests go before those of other runs where both wait for the third party's limits. */
      ahead?: boolean
    },
  ): IntegrationRun
  /** Where an object of a kind is found: the request that reads it, and its page for people, where it has one. */
  whereIs(kind: string, origin: Origin): { call: string; url: string | undefined }
  /** Tries what a run will need, with a handful of requests that change nothing. Throws only on abort. */
  probe(signal: AbortSignal): Promise<Probe>
}

/** What was found of the third party before a run. */
export interface Probe {
  findings: ProbeFinding[]
  /** Where it sends its events to; undefined where that cannot be known. */
  webhookUrls: readonly string[] | undefined
}

export interface ProbeFinding {
  /** `blocked`: the kinds cannot be read. `setting`: nothing can be, and a setting is certainly wrong. */
  state: "fine" | "note" | "blocked" | "setting"
  /** A sentence. */
  what: string
  hint?: string
  /** The kinds it is about. */
  kinds: readonly string[]
}

/** What a first start installs in Port: a mapping, and the blueprints it writes into. */
export interface Preset {
  name: string
  /** What it gives, in a sentence. */
  text: string
  blueprints: readonly JsonObject[]
  /** Relations to add to blueprints that Port owns, such as `_user`. */
  systemRelations: readonly { blueprint: string; relations: JsonObject }[]
  mapping: JsonObject
}

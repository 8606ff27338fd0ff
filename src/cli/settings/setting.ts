// How one setting is declared: a plain schema for its type and, beside it, what people and sources must know of it.
import { z } from "zod"
import { parseDuration } from "../../common/duration.ts"
import { parseJson } from "../../common/json.ts"

/** What the text or value a person wrote comes to, before the setting's own schema checks it. */
export type Reading = { ok: true; value: unknown } | { ok: false; expected: string }

export interface SettingInfo {
  /** The meaning, in Markdown, for the manual and for editors. */
  text: string
  /** The type in words, for the manual. */
  type: string
  /** `value`: shown nowhere. `password`: a URL of which only the password is secret. */
  secret: "no" | "value" | "password"
  /** Why the setting is accepted and does nothing; undefined for one that has an effect. */
  noEffect: string | undefined
  /** Older paths of the same setting, weaker than its own. */
  aliases: readonly string[]
  /** The variable's name, where it is not made of the path. */
  variable: string | undefined
  /** The option of the command line, where it is not made of the path. */
  flag: string | undefined
  /** Whether an empty text says "not set"; elsewhere it is a mistake. */
  emptyIsUnset: boolean
  read(raw: unknown): Reading
  /** What may stand in config.yaml, where that is more than the schema says. */
  json: z.core.JSONSchema.BaseSchema | undefined
  /** A value as people write it. */
  write(value: unknown): string
}

export const settingInfo = z.registry<SettingInfo>()

/** `effect: "none"` with its reason: accepted because customers have it, and said once when it is changed. */
export type About = {
  secret?: "value" | "password"
  aliases?: readonly string[]
  variable?: string
  flag?: string
  emptyIsUnset?: boolean
} & ({ effect?: never; why?: never } | { effect: "none"; why: string })

export function text(meaning: string, about: About = {}): z.ZodString {
  return declare(z.string(), meaning, about, { type: "text", read: readText })
}

export function flag(meaning: string, about: About = {}): z.ZodBoolean {
  return declare(z.boolean(), meaning, about, { type: "true or false", read: readFlag })
}

export function integer(
  meaning: string,
  limits: { min: number; max?: number },
  about: About = {},
): z.ZodNumber {
  const schema = z
    .int()
    .min(limits.min, `must be at least ${limits.min}`)
    .max(limits.max ?? Number.MAX_SAFE_INTEGER, `must be at most ${limits.max}`)
  return declare(schema, meaning, about, { type: "whole number", read: readInteger })
}

/** An http or https address; trailing slashes are cut. */
export function url(meaning: string, about: About = {}): z.ZodString {
  return declare(z.string(), meaning, about, { type: "URL", read: readUrl })
}

/** A span of time as `30d` or `1h30m`; milliseconds once read. */
export function span(meaning: string, about: About = {}): z.ZodNumber {
  const json = { type: ["string", "integer"] } as z.core.JSONSchema.BaseSchema // the list form is valid JSON Schema
  return declare(z.int(), meaning, about, {
    type: "span, such as `30d`",
    read: readSpan,
    json,
    write: writeSpan,
  })
}

/** Minutes: a plain number, or a span of whole minutes such as `15m` or `1h`. */
export function minutes(meaning: string, about: About = {}): z.ZodNumber {
  const json = { type: ["string", "integer"] } as z.core.JSONSchema.BaseSchema // the list form is valid JSON Schema
  const schema = z.int().min(1, "must be at least 1 minute")
  return declare(schema, meaning, about, { type: "minutes, or `1h`", read: readMinutes, json })
}

/** One of a few words, in any case; `synonyms` are other words for them. */
export function choice<const V extends readonly [string, ...string[]]>(
  meaning: string,
  values: V,
  about: About & { synonyms?: Record<string, V[number]> } = {},
) {
  const known = new Map<string, string>(values.map((value) => [value.toLowerCase(), value]))
  for (const [word, value] of Object.entries(about.synonyms ?? {})) known.set(word.toLowerCase(), value)
  const read = (raw: unknown): Reading => {
    const value = typeof raw === "string" ? known.get(raw.trim().toLowerCase()) : undefined
    return value === undefined ? { ok: false, expected: `one of ${values.join(", ")}` } : { ok: true, value }
  }
  const json = { enum: [...values, ...Object.keys(about.synonyms ?? {})] }
  return declare(z.enum(values), meaning, about, { type: "choice", read, json })
}

/** A list of words: separated by commas, or a JSON list. */
export function words(meaning: string, about: About = {}): z.ZodArray<z.ZodString> {
  const json = {
    anyOf: [{ type: "string" as const }, { type: "array" as const, items: { type: "string" as const } }],
  }
  return declare(z.array(z.string()), meaning, about, { type: "list", read: readWords, json })
}

/** A text with a form of its own: `read` turns what was written into it, or says what was expected. */
export function formed(
  meaning: string,
  type: string,
  read: (text: string) => Reading,
  about: About = {},
): z.ZodString {
  const whole = (raw: unknown): Reading => {
    const plain = readText(raw)
    return plain.ok ? read(String(plain.value)) : plain
  }
  return declare(z.string(), meaning, about, { type, read: whole })
}

function declare<S extends z.ZodType>(
  schema: S,
  meaning: string,
  about: About,
  form: Pick<SettingInfo, "type" | "read"> & Partial<Pick<SettingInfo, "json" | "write">>,
): S {
  const info: SettingInfo = {
    text: meaning,
    secret: about.secret ?? "no",
    noEffect: about.effect === "none" ? about.why : undefined,
    aliases: about.aliases ?? [],
    variable: about.variable,
    flag: about.flag,
    emptyIsUnset: about.emptyIsUnset ?? false,
    json: undefined,
    write: (value) => (Array.isArray(value) ? value.join(",") : String(value)),
    ...form,
  }
  settingInfo.add(schema, info)
  return schema
}

function readText(raw: unknown): Reading {
  // YAML makes numbers and booleans of words that are meant as text: an organization may be called 123 or yes.
  if (typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") {
    return { ok: true, value: String(raw).trim() }
  }
  return { ok: false, expected: "text" }
}

function readFlag(raw: unknown): Reading {
  const word = typeof raw === "object" ? "" : String(raw).trim().toLowerCase()
  if (["true", "1", "yes", "on"].includes(word)) return { ok: true, value: true }
  if (["false", "0", "no", "off"].includes(word)) return { ok: true, value: false }
  return { ok: false, expected: "true or false" }
}

function readInteger(raw: unknown): Reading {
  if (typeof raw === "number" && Number.isSafeInteger(raw)) return { ok: true, value: raw }
  if (typeof raw === "string" && /^[+-]?\d{1,15}$/.test(raw.trim())) return { ok: true, value: Number(raw) }
  return { ok: false, expected: "a whole number" }
}

function readUrl(raw: unknown): Reading {
  const address = typeof raw === "string" ? raw.trim().replace(/\/+$/, "") : ""
  if (/^https?:\/\/[^/?#\s]/i.test(address) && URL.canParse(address)) return { ok: true, value: address }
  return { ok: false, expected: "an address that begins with http:// or https://" }
}

function readSpan(raw: unknown): Reading {
  const ms = parseDuration(String(raw))
  return ms === undefined ? { ok: false, expected: "a span such as 30d, 12h or 0" } : { ok: true, value: ms }
}

function writeSpan(ms: unknown): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ] as const
  const [unit, size] = units.find(([, length]) => Number(ms) % length === 0) ?? ["ms", 1]
  return ms === 0 ? "0" : `${Number(ms) / size}${unit}`
}

function readMinutes(raw: unknown): Reading {
  const plain = readInteger(raw)
  if (plain.ok) return plain
  const count = (parseDuration(String(raw)) ?? Number.NaN) / 60_000
  if (Number.isInteger(count)) return { ok: true, value: count }
  const expected = "minutes as a whole number, or a span of whole minutes such as 15m or 1h"
  const isCron = /^['"]?\S+ \S+ \S+ \S+ \S+['"]?$/.test(String(raw).trim())
  return {
    ok: false,
    expected: isCron ? `${expected} (a cron expression is for the chart's CronJob)` : expected,
  }
}

function readWords(raw: unknown): Reading {
  const list = typeof raw === "string" && /^\s*[[{]/.test(raw) ? parseJson(raw) : raw
  if (typeof list === "string") {
    const parts = list.split(",").map((part) => part.trim())
    return { ok: true, value: parts.filter((part) => part !== "") }
  }
  if (Array.isArray(list) && list.every((item) => typeof item === "string")) return { ok: true, value: list }
  return { ok: false, expected: "a list of words: with commas between, or a JSON list" }
}

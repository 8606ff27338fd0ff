// The schema as a list of settings with their names, and as a tree in which any spelling of a name is found.
import { z } from "zod"
import { settingsSections } from "../settings.ts"
import { type SettingInfo, settingInfo } from "./setting.ts"

export interface Setting {
  /** `integration.config.sentryHost` */
  path: string
  /** `OCEAN__INTEGRATION__CONFIG__SENTRY_HOST` */
  variable: string
  /** `--port`, or one made of the path. */
  flag: string
  /** With its default, or optional. */
  schema: z.ZodType
  /** Undefined where there is none. */
  default: unknown
  info: SettingInfo
  /** Title of its table in the manual. */
  section: string
}

/** A group, a setting, or a place that only holds aliases. */
export interface SettingNode {
  name: string
  path: string
  children: Map<string, SettingNode>
  /** The setting here. `alias` counts from 0, the setting's own name; `file`: the value is in a file named here. */
  leaf?: { setting: Setting; alias: number; file: boolean }
}

export function listSettings(): Setting[] {
  return settingsSections.flatMap((section) => settingsIn(section.shape, [], section.title))
}

/** Names are compared without case, hyphens and underscores: `SENTRY_HOST`, `sentryHost` and `sentryhost` are one. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "")
}

export function settingTree(): SettingNode {
  const root: SettingNode = { name: "", path: "", children: new Map() }
  for (const setting of listSettings()) {
    nodeAt(root, setting.path).leaf = { setting, alias: 0, file: false }
    if (setting.info.secret !== "no") {
      nodeAt(root, `${setting.path}File`).leaf = { setting, alias: 0, file: true }
    }
    setting.info.aliases.forEach((path, index) => {
      nodeAt(root, path).leaf = { setting, alias: index + 1, file: false }
    })
  }
  return root
}

/** The variable of a path: `port.clientId` is `OCEAN__PORT__CLIENT_ID`. */
export function variableOf(path: string): string {
  return ["OCEAN", ...path.split(".").map((part) => hyphened(part, "_").toUpperCase())].join("__")
}

/** The schema under its default or its being optional: the one that is registered. */
export function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return withoutDefault(schema.def.innerType)
  }
  return schema
}

function settingsIn(shape: z.ZodRawShape, above: readonly string[], section: string): Setting[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const inner = withoutDefault(schema)
    const parts = [...above, name]
    if (inner instanceof z.ZodObject) return settingsIn(inner.shape, parts, section)
    const info = settingInfo.get(inner)
    const path = parts.join(".")
    if (!info) throw new Error(`setting ${path} is declared without its text`)
    const variable = info.variable ?? variableOf(path)
    const flag = info.flag ?? `--${parts.map((part) => hyphened(part, "-")).join("-")}`
    // A core schema is a classic one here: all of them come from the same package.
    const whole = schema as z.ZodType
    return [{ path, variable, flag, schema: whole, default: whole.safeParse(undefined).data, info, section }]
  })
}

function nodeAt(root: SettingNode, path: string): SettingNode {
  return path.split(".").reduce<SettingNode>((node, name) => {
    const known = node.children.get(plainName(name))
    if (known) return known
    const made = { name, path: node.path ? `${node.path}.${name}` : name, children: new Map() }
    node.children.set(plainName(name), made)
    return made
  }, root)
}

function hyphened(name: string, mark: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => `${mark}${letters.toLowerCase()}`)
}

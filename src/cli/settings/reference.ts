// The manual's page of all settings, and the JSON Schema of config.yaml for editors.
import { z } from "zod"
import { SettingsSchema, settingsSections } from "../settings.ts"
import { type SettingInfo, settingInfo } from "./setting.ts"
import { listSettings, type Setting, withoutDefault } from "./setting-list.ts"

const introduction = `# Settings

This page is generated from the schema of the settings; \`npm run docs\` writes it.

Every setting can be given in four ways. The first of these that has a value wins:

1. an option of the command line;
2. an environment variable, as named below;
3. the same variable in a file \`.env\` in the working folder;
4. \`config.yaml\` in the working folder: the names in the first column, nested at the dots, in camelCase or snake_case.
   A value \`"{{ from env NAME }}"\` is read from the variable \`NAME\`; when that is unset, the setting counts as not given.

Names are found in any case, with or without underscores inside a part. A group can be given as JSON or YAML in one variable
(\`OCEAN__EVENT_LISTENER='{"type":"ONCE"}'\`); a variable of a single setting wins over it. A secret (🔒) can be read from
a file: add \`_FILE\` to its variable and give the path. \`true\`, \`1\`, \`yes\` and \`on\` are the same, as are \`false\`, \`0\`,
\`no\` and \`off\`. An empty value is refused, except where a path or an address may be left out.

Beside these, \`HTTP_PROXY\`, \`HTTPS_PROXY\`, \`ALL_PROXY\` and \`NO_PROXY\` (also in lower case) name proxies, and
\`SSL_CERT_FILE\`, \`SSL_CERT_DIR\`, \`REQUESTS_CA_BUNDLE\` and \`NODE_EXTRA_CA_CERTS\` name further certificates.
`

/** `docs/reference/settings.md` */
export function settingsPage(): string {
  const settings = listSettings()
  const tables = settingsSections.map((section) => {
    const rows = settings.filter((setting) => setting.section === section.title).map(tableRow)
    const head = "| Setting | Variable | Type | Default | Meaning |\n| --- | --- | --- | --- | --- |"
    return `## ${section.title}\n\n${section.text}\n\n${head}\n${rows.join("\n")}\n`
  })
  return `${introduction}\n${tables.join("\n")}`
}

/** `docs/reference/settings.schema.json` */
export function settingsJsonSchema(): string {
  const schema = z.toJSONSchema(SettingsSchema, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      if (isEmptyGroup(jsonSchema.default)) delete jsonSchema.default
      const info = settingInfo.get(zodSchema)
      if (info) describe(jsonSchema, info)
      const inner = settingInfo.get(withoutDefault(zodSchema))
      if (inner?.type.startsWith("span") && jsonSchema.default !== undefined) {
        jsonSchema.default = inner.write(jsonSchema.default)
      }
    },
  })
  const document = { title: "config.yaml of ocean-sentry", ...schema, $defs: { fromEnvironment } }
  return `${JSON.stringify(document, null, 2)}\n`
}

const fromEnvironment = {
  description: "Read from an environment variable.",
  type: "string",
  pattern: "^\\s*\\{\\{\\s*from\\s+env\\s+[^\\s}]+\\s*\\}\\}\\s*$",
}

function tableRow(setting: Setting): string {
  const { info } = setting
  const lock = info.secret === "no" ? "" : " 🔒"
  const aliases = info.aliases.map((path) => `\`${applicationVariable(path)}\``)
  const variables = [`\`${setting.variable}\``, ...aliases].join("<br>")
  const noEffect = info.noEffect === undefined ? "" : ` **No effect:** ${info.noEffect}.`
  const cells = [
    `\`${setting.path}\`${lock}`,
    variables,
    typeOf(setting),
    defaultOf(setting),
    info.text + noEffect,
  ]
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`
}

/** `application.port` is `APPLICATION__PORT`, as the original names it. */
function applicationVariable(path: string): string {
  return path
    .split(".")
    .map((part) => part.replaceAll(/[A-Z]/g, "_$&").toUpperCase())
    .join("__")
}

function typeOf({ schema, info }: Setting): string {
  const values = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).enum
  return values ? values.map((value) => `\`${String(value)}\``).join(", ") : info.type
}

function defaultOf(setting: Setting): string {
  const value = setting.default
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return ""
  return `\`${setting.info.write(value)}\``
}

function isEmptyGroup(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.keys(value).length === 0 && !Array.isArray(value)
  )
}

/** Replaces the schema of a value as it is used by that of a value as people write it. */
function describe(jsonSchema: z.core.JSONSchema.BaseSchema, info: SettingInfo): void {
  const own = info.json ?? structuredClone(jsonSchema)
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
  const isText = own.type === "string" && own.pattern === undefined
  Object.assign(jsonSchema, isText ? own : { anyOf: [own, { $ref: "#/$defs/fromEnvironment" }] })
  const noEffect = info.noEffect === undefined ? "" : ` No effect: ${info.noEffect}.`
  jsonSchema.description = info.text.replaceAll("`", "") + noEffect
  if (info.secret !== "no") jsonSchema.writeOnly = true
}

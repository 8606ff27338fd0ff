// The pages of docs/install: written by hand, but for the files that `init` writes and the tables, which are filled in here.
import { readFileSync } from "node:fs"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { filledTemplate } from "../src/cli/install/templates.ts"
import { listSettings } from "../src/cli/settings/setting-list.ts"

const folder = fileURLToPath(new URL("../docs/install", import.meta.url))

/** In the order of the documentation of Port's integration, then what it does not have. */
export const installPages = [
  "README.md",
  "helm.md",
  "argocd.md",
  "github.md",
  "jenkins.md",
  "azure-devops.md",
  "gitlab.md",
  "docker.md",
  "npm.md",
] as const

/** The page with its marked parts as they should be: `<!-- file: PATH -->` or `<!-- table: variables -->` to `<!-- end -->`. */
export function installPage(name: string): string {
  const page = readFileSync(join(folder, name), "utf8")
  return page.replaceAll(
    /<!-- (file|table): (\S+) -->\n[\s\S]*?<!-- end -->/g,
    (_, kind: string, what: string) =>
      `<!-- ${kind}: ${what} -->\n${kind === "file" ? block(what) : variables()}<!-- end -->`,
  )
}

function block(template: string): string {
  const languages: Record<string, string> = { ".yml": "yaml", ".yaml": "yaml" }
  return `\`\`\`${languages[extname(template)] ?? "groovy"}\n${filledTemplate(template)}\`\`\`\n`
}

const required = new Set([
  "port.clientId",
  "port.clientSecret",
  "integration.config.sentryToken",
  "integration.config.sentryOrganization",
])
const shown = [
  "port.clientId",
  "port.clientSecret",
  "port.baseUrl",
  "integration.config.sentryToken",
  "integration.config.sentryOrganization",
  "integration.config.sentryHost",
  "integration.config.sentryWebhookSecret",
  "integration.identifier",
  "initializePortResources",
  "eventListener.type",
  "scheduledResyncInterval",
]

/** What a pipeline or a container is told; all others are on the page of the settings. */
function variables(): string {
  const settings = new Map(listSettings().map((setting) => [setting.path, setting]))
  const rows = shown.map((path) => {
    const setting = settings.get(path)
    if (!setting) throw new Error(`no setting ${path}`)
    const standard = setting.default === undefined ? "" : `\`${setting.info.write(setting.default)}\``
    const text = setting.info.text.replaceAll("|", "\\|")
    return `| \`${setting.variable}\` | ${required.has(path) ? "yes" : ""} | ${standard} | ${text} |`
  })
  return `| Variable | Required | Default | Meaning |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`
}

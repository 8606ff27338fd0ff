// Writes the generated pages of docs/reference, or with --check names those that are out of date.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { mappingSchemaText } from "../src/cli/mapping-schema-text.ts"
import { settingsJsonSchema, settingsPage } from "../src/cli/settings/reference.ts"
import { chartSchema } from "./chart-schema.ts"
import { cliPage } from "./cli-page.ts"
import { examplesPage } from "./examples-page.ts"
import { installPage, installPages } from "./install-pages.ts"
import { metricsPage } from "./metrics-page.ts"
import { presetsPage } from "./presets-page.ts"

export interface GeneratedFile {
  /** Relative to the root of the repository. */
  path: string
  make(): string
}

/** Every generated file; another one is another entry. */
export const generatedFiles: readonly GeneratedFile[] = [
  { path: "docs/reference/settings.md", make: settingsPage },
  { path: "docs/reference/settings.schema.json", make: settingsJsonSchema },
  { path: "docs/reference/mapping.schema.json", make: mappingSchemaText },
  { path: "docs/reference/cli.md", make: cliPage },
  { path: "docs/examples.md", make: examplesPage },
  { path: "docs/reference/metrics.md", make: metricsPage },
  { path: "docs/reference/presets.md", make: presetsPage },
  { path: "deploy/helm/ocean-sentry/values.schema.json", make: chartSchema },
  ...installPages.map((name) => ({ path: `docs/install/${name}`, make: () => installPage(name) })),
]

/** The files whose content on disk is not what would be written now; an absent one is among them. */
export function staleFiles(root: string, files: readonly GeneratedFile[]): GeneratedFile[] {
  return files.filter((file) => contentOf(join(root, file.path)) !== file.make())
}

export function writeFiles(root: string, files: readonly GeneratedFile[]): void {
  for (const file of files) {
    const path = join(root, file.path)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, file.make())
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url))
  const stale = staleFiles(root, generatedFiles)
  if (process.argv.includes("--check")) {
    for (const file of stale) process.stderr.write(`${file.path} is out of date: run \`npm run docs\`\n`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    writeFiles(root, stale)
    for (const file of stale) process.stdout.write(`wrote ${file.path}\n`)
  }
}

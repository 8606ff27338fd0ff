// Settings read from what a test gives, and nothing else.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { readSettings, type SettingsRead } from "../../src/cli/settings-sources.ts"
import { InvalidInput } from "../../src/common/errors.ts"
import { freshFolder } from "./program.ts"

interface Sources {
  flags?: Record<string, unknown>
  /** Their contents by name: `.env`, `config.yaml`. */
  files?: Record<string, string>
}

export function read(
  environment: Record<string, string>,
  { flags = {}, files = {} }: Sources = {},
): SettingsRead {
  return readSettings({ flags, environment, folder: folderWith(files) })
}

/** As a person is told them, a text each. */
export function problemsOf(environment: Record<string, string>, sources: Sources = {}): string[] {
  try {
    read(environment, sources)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.problems.map(({ where, what, hint }) => `${where}: ${what}${hint ? ` (${hint})` : ""}`)
  }
  return []
}

export function folderWith(files: Record<string, string>): string {
  const folder = freshFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

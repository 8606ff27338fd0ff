// Where renderings of the original chart lie: another project's data, beside the repository and not in it.
import { existsSync } from "node:fs"
import { join } from "node:path"

export const originalFolder = join(import.meta.dirname, "../../../../shared/fixtures/helm/original-render")

export const haveOriginals = existsSync(originalFolder)

/** For the closing lines, where they are absent. */
export const withoutOriginals =
  "the chart beside the original's, and upgrades from it: no renderings of it in ../shared/fixtures/helm"

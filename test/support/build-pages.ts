// Before the tests in a browser: the pages as their sources are now, so that no test waits for it.
import { fileURLToPath } from "node:url"
import { buildPages } from "../../scripts/build-pages.ts"

export default async function setup(): Promise<void> {
  await buildPages(fileURLToPath(new URL("../..", import.meta.url)))
}

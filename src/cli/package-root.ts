// The folder of package.json, with the files beside it that the program needs.
import { fileURLToPath } from "node:url"

/** Two folders up from here in a clone (src/cli), and from where all of the program lies in the package (dist/cli). */
const root = new URL("../../", import.meta.url)

/** `path` is below the folder of package.json. */
export function inPackage(path: string): string {
  return fileURLToPath(new URL(path, root))
}

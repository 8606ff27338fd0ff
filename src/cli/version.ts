// The version of this program, as package.json has it.
import { readFileSync } from "node:fs"

/** package.json lies beside `src` in a clone and beside `dist` in the package: two folders up from here in both. */
export function programVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  return typeof manifest === "object" && manifest && "version" in manifest
    ? String(manifest.version)
    : "0.0.0"
}

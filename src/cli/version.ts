// The version of this program, as package.json has it.
import { readFileSync } from "node:fs"
import { inPackage } from "./package-root.ts"

export function programVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(inPackage("package.json"), "utf8"))
  return typeof manifest === "object" && manifest && "version" in manifest
    ? String(manifest.version)
    : "0.0.0"
}

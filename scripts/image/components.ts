// The list of what the image is made of (CycloneDX): npm's own list of the program's packages, and the system's beside it.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import type { DebianPackage } from "./base-files.ts"

interface Bom {
  serialNumber: string
  metadata: { timestamp: string; component: object }
  components: object[]
  dependencies: object[]
}

export interface ComponentsOptions {
  /** The folder of the installed program. */
  app: string
  name: string
  version: string
  /** Of the Node in the image, without the v. */
  node: string
  debian: readonly DebianPackage[]
  created: Date
}

/** The same text for the same image: its number is made of its content, its time is that of the sources. */
export function listComponents(options: ComponentsOptions): string {
  const bom = npmComponents(options.app)
  bom.metadata.timestamp = options.created.toISOString()
  bom.metadata.component = {
    "bom-ref": `${options.name}@${options.version}`,
    type: "container",
    name: options.name,
    version: options.version,
  }
  bom.components.push(nodeComponent(options.node), ...options.debian.map(debianComponent))
  bom.serialNumber = ""
  const hash = createHash("sha256").update(JSON.stringify(bom)).digest("hex")
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`]
  bom.serialNumber = `urn:uuid:${parts.join("-")}-${hash.slice(20, 32)}`
  return `${JSON.stringify(bom, null, 1)}\n`
}

function npmComponents(app: string): Bom {
  const args = ["sbom", "--sbom-format=cyclonedx", "--omit=dev"]
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: app, encoding: "utf8" })
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stderr}`)
  return JSON.parse(stdout) as Bom // npm's own form
}

function nodeComponent(version: string): object {
  return {
    "bom-ref": `node@${version}`,
    type: "platform",
    name: "node",
    version,
    purl: `pkg:generic/node@${version}`,
    licenses: [{ license: { id: "MIT" } }],
  }
}

function debianComponent({ name, version, architecture }: DebianPackage): object {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`
  return { "bom-ref": purl, type: "library", name, version, purl }
}

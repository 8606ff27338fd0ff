// The image as a thing: how large, from what, the same again.
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { freshFolder } from "../support/program.ts"
import { podman } from "./support/container.ts"
import { deployed, has } from "./support/deployed.ts"

const { image, tarball, version } = deployed()

describe("the image", () => {
  it("is smaller than 180 MB, unpacked", () => {
    expect(image.bytes).toBeLessThan(180_000_000)
    expect(image.bytes).toBeGreaterThan(100_000_000)
  })

  it("has the same digest when it is built again, elsewhere and with another umask", async () => {
    const out = freshFolder()
    const script = join(import.meta.dirname, "../../scripts/build-image.ts")
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      `umask 077 && TMPDIR="${out}" exec node "${script}" --tarball "${tarball}" --out "${out}"`,
    ])
    expect(stdout).toContain(image.digest)
  })

  it("brings the list of its components along: npm's, Debian's and Node", () => {
    const bom = JSON.parse(readFileSync(image.components, "utf8")) as {
      components: { name: string; version: string; purl?: string }[]
    }
    const named = new Map(
      bom.components.map(({ purl, version }) => [purl?.split("?")[0]?.replace(/@[^@]*$/, ""), version]),
    )
    expect(named.get("pkg:generic/node")).toMatch(/^24\./)
    expect(named.has("pkg:deb/debian/libc6")).toBe(true)
    const { dependencies } = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
    ) as {
      dependencies: Record<string, string>
    }
    for (const [name, wanted] of Object.entries(dependencies)) {
      expect(named.get(`pkg:npm/${name.replace("@", "%40")}`), name).toBe(wanted)
    }
  })
})

describe.runIf(has("podman", "runc"))("what a runtime is told", () => {
  it("is user, port, health check, entry and labels", async () => {
    const { stdout } = await podman("image", "inspect", image.name)
    const [{ Digest, Healthcheck, Config }] = JSON.parse(stdout)
    expect(Digest).toBe(image.digest)
    expect(Healthcheck.Test).toEqual(["CMD", "/usr/local/bin/node", "/app/image/health.js"])
    expect(Config).toMatchObject({
      User: "1001:1001",
      WorkingDir: "/app",
      ExposedPorts: { "8000/tcp": {} },
      Entrypoint: ["/usr/local/bin/node", "/app/image/entry.js"],
      Cmd: ["sail"],
      StopSignal: "SIGTERM",
    })
    expect(Config.Labels).toMatchObject({
      INTEGRATION_VERSION: version,
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.revision": expect.stringMatching(/^[0-9a-f]{40}$/),
      "org.opencontainers.image.licenses": "Apache-2.0",
    })
  })
})

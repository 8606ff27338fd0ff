// What a container of the image promises: the original's contract, and a root that nobody can write to.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { request as plainRequest } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { startPeers } from "../support/drop-in.ts"
import { freshFolder } from "../support/program.ts"
import { freshVolume, podman, runContainer, startContainer, strict } from "./support/container.ts"
import { deployed, has } from "./support/deployed.ts"

describe.runIf(has("podman", "runc"))("a container", () => {
  it("runs one resync by the original's variables, allowed nothing, and ends with the program's code", async () => {
    const { env, catalog } = await startPeers()
    const volume = await freshVolume()
    const flags = [...strict, `--volume=${volume}:/tmp/ocean`]
    const first = await runContainer({ flags, env })
    expect(first.code, first.output).toBe(0)
    expect(await catalog.request("GET", "/v1/integration/pipeline")).toMatchObject({
      body: { integration: { resyncState: { status: "completed" } } },
    })

    const { OCEAN__PORT__CLIENT_SECRET: _, ...halved } = env
    const refused = await runContainer({ flags, env: halved })
    expect(refused.code).toBe(2)
    expect(refused.output).toContain("OCEAN__PORT__CLIENT_SECRET")
  })

  it.each(["ocean sail -O", "ocean-sentry run --once", "sail --once"])(
    "takes the words `%s`, for any user",
    async (line) => {
      const words = line.split(" ")
      const { env } = await startPeers()
      const { OCEAN__EVENT_LISTENER: _, ...service } = env
      const ran = await runContainer({ flags: [...strict, "--user=1000660000:0"], env: service, words })
      expect(ran.code, ran.output).toBe(0)
    },
  )

  it("has the program by its original's name, for a command that names it", async () => {
    const ran = await runContainer({
      flags: [...strict, "--network=none", "--entrypoint=ocean"],
      words: ["--version"],
    })
    expect(ran).toMatchObject({ code: 0, stdout: `${deployed().version}\n` })
  })

  it("answers probes at its port as process 1, keeps its state in the volume, and ends with 0 on SIGTERM", async () => {
    const { env } = await startPeers()
    const volume = await freshVolume()
    const service = { ...env, OCEAN__EVENT_LISTENER: '{"type":"POLLING"}' }
    const container = await startContainer({
      flags: [...strict, `--volume=${volume}:/tmp/ocean`],
      env: service,
    })
    const [, url] = await container.waitFor(/Health: (http:\/\/\S+)\/health\/ready/)
    // Where the container says it listens is this machine's loopback too: it shares the network.
    for (const path of ["/health/live", "/health/ready", "/docs", "/metrics", "/metrics/"]) {
      expect((await fetch(`${url}${path}`)).status, path).toBe(200)
    }
    const kept = "process.stdout.write(require('fs').readdirSync('/tmp/ocean').join())"
    expect((await container.exec("node", "-e", kept)).stdout).toContain("ocean-sentry.db")
    expect(await container.stop()).toBe(0)
  })

  it("starts without any place to write to, and says what is lost", async () => {
    const { env } = await startPeers()
    const service = { ...env, OCEAN__EVENT_LISTENER: '{"type":"POLLING"}' }
    const container = await startContainer({ flags: [...strict, "--user=1000660000:0"], env: service })
    await container.waitFor(/Health: http/)
    expect(await container.logs()).toContain("Nothing can be kept on disk")
    expect(await container.stop()).toBe(0)
  })

  it("listens on 8000 by default, and its health check asks there", async () => {
    const { OCEAN__SERVER__PORT: _, ...env } = (await startPeers()).env
    const service = { ...env, OCEAN__EVENT_LISTENER: '{"type":"POLLING"}' }
    // Alone in a network of its own it never reaches Port, and lives all the same.
    const container = await startContainer({ flags: [...strict, "--network=none"], env: service })
    const healthy = async () => (await container.exec("node", "/app/image/health.js")).code === 0
    while (!(await healthy())) await container.waitFor(/^/)
    const elsewhere = ["--env=OCEAN__SERVER__PORT=8001", container.name, "node", "/app/image/health.js"]
    expect((await podman("exec", ...elsewhere)).code).not.toBe(0)
    expect(await container.stop()).toBe(0)
  })

  it("trusts a company's own certificates where the chart mounts them", async () => {
    const { env, simulator } = await startPeers()
    const { certificate, url } = await startTls(simulator.url)
    const throughTls = { ...env, OCEAN__INTEGRATION__CONFIG__SENTRY_HOST: url }
    const untrusted = await runContainer({ flags: strict, env: throughTls })
    expect(untrusted.code, untrusted.output).not.toBe(0)
    const mount = `--volume=${certificate}:/usr/local/share/ca-certificates/cert.crt:ro`
    const trusted = await runContainer({ flags: [...strict, mount], env: throughTls })
    expect(trusted.code, trusted.output).toBe(0)
  })
})

/** The same server behind a certificate that nobody knows. */
async function startTls(target: string): Promise<{ url: string; certificate: string }> {
  const folder = freshFolder()
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.crt")]
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      ...subject,
      "-keyout",
      key,
      "-out",
      certificate,
    ],
    { stdio: "ignore" },
  )
  const { hostname, port } = new URL(target)
  const server = createTlsServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (incoming, outgoing) => {
      const { url: path, method, headers } = incoming
      const onward = plainRequest({ hostname, port, path, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      incoming.pipe(onward)
    },
  )
  server.listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, certificate }
}

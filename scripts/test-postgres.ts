// A PostgreSQL server of one's own for a while, from the programs on this machine: for tests of both engines.
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { promisify } from "node:util"
import pg from "pg"

export interface RunningPostgres {
  url: string
  stop(): Promise<void>
}

/**
 * Starts a server on a free loopback port, with its data in a temporary folder that `stop` removes. Unless `durable`, a
 * commit waits for no disk: most tests are not about that, and the disk is shared.
 */
export async function startPostgres({ durable = false } = {}): Promise<RunningPostgres> {
  const programs = findPostgres()
  if (!programs) throw new Error("no PostgreSQL found: install it (Debian: apt-get install postgresql)")
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-postgres-"))
  const user = unprivilegedUser()
  chmodSync(folder, 0o700)
  if (user) chownSync(folder, user.uid, user.gid)
  try {
    const initdb = [
      join(programs, "initdb"),
      "-D",
      join(folder, "data"),
      "-U",
      "test",
      "--auth=trust",
      "-E",
      "UTF8",
      "--no-sync",
    ]
    await promisify(execFile)(initdb[0] ?? "", initdb.slice(1), { ...user, cwd: folder })
    const port = await freePort()
    const server = startServer(join(programs, "postgres"), { folder, port, user, durable })
    const url = `postgres://test@127.0.0.1:${port}/postgres`
    await untilReady(url, server)
    return {
      url,
      async stop() {
        await stopServer(server)
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** The folder that holds initdb and postgres: where Debian puts them, or on the path; undefined where there is none. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((left, right) => Number(right) - Number(left))
    : []
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(":").filter((folder) => folder !== ""),
  ]
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
}

/** PostgreSQL refuses to run as root; then it runs as its own user, or as nobody. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  const line = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody")
  if (!line) throw new Error("no user to run PostgreSQL as: neither postgres nor nobody exists")
  return { uid: Number(line[2]), gid: Number(line[3]) }
}

interface ServerOptions {
  folder: string
  port: number
  user: { uid: number; gid: number } | undefined
  durable: boolean
}

function startServer(program: string, { folder, port, user, durable }: ServerOptions): ChildProcess {
  const settings = [
    `fsync=${durable ? "on" : "off"}`,
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    `unix_socket_directories=${folder}`,
  ]
  const args = ["-D", join(folder, "data"), ...settings.flatMap((setting) => ["-c", setting])]
  return spawn(program, args, { ...user, cwd: folder, stdio: "ignore" })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === "string") throw new Error("no free port")
  return address.port
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (server.exitCode !== null)
      throw new Error(`PostgreSQL ended at its start with code ${server.exitCode}`)
    const client = new pg.Client(url)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await wait(100) // not there yet; the loop ends with an error if it never is
    }
  }
  await stopServer(server)
  throw new Error("PostgreSQL did not answer within 15 s")
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once("exit", resolve))
  server.kill("SIGINT") // a fast shutdown: open connections are closed
  await ended
}

// An Apache Kafka broker of one's own for a while, in KRaft mode, that signs clients in as Port's does: for the KAFKA listener.
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { promisify } from "node:util"

const kafkaVersion = "3.9.1"
const run = promisify(execFile)

export interface RunningKafka {
  /** Without sign-in or encryption. */
  plain: string
  /** SASL_PLAINTEXT, SCRAM-SHA-512. */
  sasl: string
  /** SASL_SSL, SCRAM-SHA-512, with a certificate of its own authority. */
  tls: string
  username: string
  password: string
  /** File with that authority's certificate. */
  certificateFile: string
  /** Ends the broker; its data stays. */
  halt(): Promise<void>
  /** Starts it again after `halt`, on the same ports with the same data. */
  resume(): Promise<void>
  /** Ends it for good and removes its data. */
  stop(): Promise<void>
}

/** The folder with the broker's jars, fetched by Maven where needed; undefined where Java or Maven are missing. */
export function findKafka(): string | undefined {
  const folder = join(homedir(), ".cache", "ocean-sentry-tools", `kafka-${kafkaVersion}`)
  if (!works("java", "-version") || !works("openssl", "version")) return undefined
  if (hasBroker(folder)) return join(folder, "lib")
  if (!works("mvn", "--version")) return undefined
  process.stdout.write(`Fetching Apache Kafka ${kafkaVersion} for the tests …\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "pom.xml"), project)
  const args = ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "lib")}`]
  spawnSync("mvn", args, { cwd: folder, stdio: "inherit" })
  return hasBroker(folder) ? join(folder, "lib") : undefined
}

/** Starts a broker on free loopback ports, with its data in a temporary folder. `jars` is from `findKafka`. */
export async function startKafka(jars: string): Promise<RunningKafka> {
  const folder = mkdtempSync(join(tmpdir(), "ocean-sentry-kafka-"))
  const username = "port-user"
  const password = "port-secret"
  const [plain, sasl, tls, controller] = await freePorts(4)
  const ports = { plain, sasl, tls, controller }
  const java = ["-Xmx384m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", join(jars, "*")]
  let broker: ChildProcess | undefined
  const halt = async () => {
    if (broker) await endProcess(broker)
    broker = undefined
  }
  const resume = async () => {
    broker = spawn("java", [...java, "kafka.Kafka", join(folder, "server.properties")], {
      cwd: folder,
      stdio: "ignore",
    })
    await untilListening(ports.sasl, broker)
  }
  try {
    await makeCertificates(folder)
    writeFileSync(join(folder, "server.properties"), properties(folder, ports))
    const scram = `SCRAM-SHA-512=[name=${username},password=${password}]`
    const format = ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", "server.properties", "--add-scram", scram]
    await run("java", [...java, "kafka.tools.StorageTool", ...format], { cwd: folder })
    await resume()
  } catch (error) {
    await halt()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    plain: `127.0.0.1:${plain}`,
    sasl: `127.0.0.1:${sasl}`,
    tls: `127.0.0.1:${tls}`,
    username,
    password,
    certificateFile: join(folder, "ca.crt"),
    halt,
    resume,
    async stop() {
      await halt()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ocean-sentry</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`

/** One broker that is its own controller; small, and quick to let a first member into a group. */
function properties(folder: string, ports: Record<"plain" | "sasl" | "tls" | "controller", number>): string {
  const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
  const listeners = `PLAINTEXT://127.0.0.1:${ports.plain},SASL_PLAINTEXT://127.0.0.1:${ports.sasl},SASL_SSL://127.0.0.1:${ports.tls}`
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=${listeners},CONTROLLER://127.0.0.1:${ports.controller}
advertised.listeners=${listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config=${scram}
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${scram}
ssl.keystore.type=PEM
ssl.keystore.location=${join(folder, "broker.pem")}
log.dirs=${join(folder, "data")}
log.cleaner.dedupe.buffer.size=16777216
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
num.partitions=1
`
}

/** An authority and a certificate for 127.0.0.1 that it signed, with the key beside it as Kafka reads them. */
async function makeCertificates(folder: string): Promise<void> {
  const openssl = (line: string) => run("openssl", line.split(" "), { cwd: folder })
  writeFileSync(join(folder, "broker.ext"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
  await openssl(
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.crt",
  )
  await openssl("req -newkey rsa:2048 -nodes -subj /CN=broker -keyout broker.key -out broker.csr")
  await openssl(
    "x509 -req -days 2 -in broker.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile broker.ext -out broker.crt",
  )
  const parts = ["broker.key", "broker.crt", "ca.crt"].map((name) => readFileSync(join(folder, name), "utf8"))
  writeFileSync(join(folder, "broker.pem"), parts.join(""))
}

function works(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: "ignore" }).status === 0
}

function hasBroker(folder: string): boolean {
  const jars = join(folder, "lib")
  return existsSync(jars) && readdirSync(jars).includes(`kafka_2.13-${kafkaVersion}.jar`)
}

async function freePorts(count: number): Promise<[number, number, number, number]> {
  const probes = Array.from({ length: count }, () => createServer())
  await Promise.all(probes.map((probe) => new Promise<void>((done) => probe.listen(0, "127.0.0.1", done))))
  const ports = probes.map((probe) => {
    const address = probe.address()
    if (address === null || typeof address === "string") throw new Error("no free port")
    return address.port
  })
  await Promise.all(probes.map((probe) => new Promise((done) => probe.close(done))))
  return ports as [number, number, number, number] // as many as were asked for
}

async function untilListening(port: number, broker: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (broker.exitCode !== null) throw new Error(`Kafka ended at its start with code ${broker.exitCode}`)
    if (await answers(port)) return
    await wait(200) // not there yet; the loop ends with an error if it never is
  }
  await endProcess(broker)
  throw new Error("Kafka did not listen within two minutes")
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.kill("SIGTERM")
  await ended
}

// Live events by way of Kafka: taken by one process, worked on by others that share the topic, none lost when one is killed.
import { randomUUID } from "node:crypto"
import { Admin, Consumer, MessagesStreamModes, Producer } from "@platformatic/kafka"
import { describe, expect, it, onTestFinished } from "vitest"
import { kafka } from "../support/kafka.ts"
import { issueBody } from "../support/live.ts"
import type { LiveProgram } from "../support/live-program.ts"
import { runProgram } from "../support/program.ts"
import { askForResync, until, useReplicas } from "../support/replicas.ts"

const server = process.env.TEST_POSTGRES_URL ?? ""
const rounds = Number(process.env.TEST_REPLICA_KILLS ?? 2)

/** A topic with four partitions, and one for what fails for good. */
async function createStream(broker: string): Promise<{ address: string; topic: string }> {
  const topic = `events-${randomUUID()}`
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker] })
  onTestFinished(() => admin.close())
  await admin.createTopics({ topics: [topic], partitions: 4, replicas: 1 })
  await admin.createTopics({ topics: [`${topic}.dead`], partitions: 1, replicas: 1 })
  return { address: `kafka://${broker}/${topic}`, topic }
}

// Joining a group again after a kill takes the time that the group gives its members.
describe.skipIf(server === "" || !kafka)(
  "four processes with Kafka between them",
  { timeout: 240_000 },
  () => {
    const broker = kafka?.plain ?? ""

    it("may be killed at any time: no acknowledged event is lost, and the catalog is that of a fresh run", async () => {
      const { address } = await createStream(broker)
      const replicas = await useReplicas(server)
      const { organization } = replicas
      const env = { OCEAN__LIVE_EVENTS__KAFKA: address }
      const roles = ["api", "live", "live", "all"]
      const running = await Promise.all(roles.map((role) => replicas.startAs(role, env)))
      const ids = [...organization.issues.keys()]
      const acknowledged = new Set<string>()
      for (let round = 0; round < rounds; round++) {
        const at = round % roles.length
        const others = running.filter((_, index) => index !== at)
        for (let more = 0; more < 5; more++) {
          const id = ids[(round * 5 + more) % ids.length] ?? ""
          organization.resolve(id)
          const status = await others[more % others.length]?.deliver("issue", issueBody("resolved", id))
          if (status === 200) acknowledged.add(id)
        }
        running[at]?.program.kill("SIGKILL")
        running[at] = await replicas.startAs(roles[at] ?? "all", env)
      }
      expect(acknowledged.size).toBe(Math.min(rounds * 5, ids.length))
      await until(async () => {
        const statuses = await replicas.statuses()
        return [...acknowledged].every((id) => statuses.get(id) === "resolved")
      }, "each acknowledged event has its effect")
      await replicas.settled()
      const events = await replicas.log.list({ limit: 10_000 })
      expect(events.filter(({ state }) => state !== "done")).toEqual([])
      // What a kill explains: an event that was in the log and not committed yet is known there by its id.
      const named = events.flatMap(({ requestId }) => requestId ?? [])
      expect(new Set(named).size).toBe(named.length)

      replicas.port.sent.length = 0
      expect(await askForResync(running[3] as LiveProgram)).toBe(202)
      await until(
        () =>
          replicas.port
            .sentTo("PATCH", /resync-state/)
            .some(({ body }) => JSON.stringify(body).includes("completed")),
        "a resync ends",
      )
      await replicas.settled()
      for (const { program } of running) program.kill("SIGTERM")
      for (const { program } of running) expect(await program.end).toMatchObject({ code: 0 })
      const made = await replicas.contents("issue")
      replicas.port.sent.length = 0
      const fresh = await runProgram(["--once"], {
        env: { ...replicas.onceEnv, OCEAN__DATABASE__URL: ":memory:" },
      })
      expect(fresh.code).toBe(0)
      expect(replicas.port.sentTo("POST", /entities\/(bulk|delete)/)).toEqual([])
      expect(await replicas.contents("issue")).toEqual(made)
    })

    it("takes more at once than a broker does, and an event that no message holds", async () => {
      const { address } = await createStream(broker)
      const replicas = await useReplicas(server)
      const env = { OCEAN__LIVE_EVENTS__KAFKA: address }
      const [api] = await Promise.all([replicas.startAs("api", env), replicas.startAs("live", env)])
      const ids = [...replicas.organization.issues.keys()].slice(0, 21)
      for (const id of ids) replicas.organization.resolve(id)
      const sizes = [1_500_000, ...Array<number>(20).fill(100_000)]
      const answers = await Promise.all(
        ids.map((id, at) =>
          api?.deliver("issue", { ...issueBody("resolved", id), padding: "x".repeat(sizes[at] ?? 0) }),
        ),
      )
      expect(answers).toEqual(ids.map(() => 200))
      await until(async () => {
        const statuses = await replicas.statuses()
        return ids.every((id) => statuses.get(id) === "resolved")
      }, "each has its effect")
    })

    it("copies what fails for good to a topic of its own, and passes over what is no event", async () => {
      const { address, topic } = await createStream(broker)
      const replicas = await useReplicas(server)
      const env = { OCEAN__LIVE_EVENTS__KAFKA: address, OCEAN__LIVE_EVENTS__MAX_TRIES: "1" }
      const [api] = await Promise.all([replicas.startAs("api", env), replicas.startAs("live", env)])
      // A comment whose entity Port refuses: its blueprint is gone.
      await replicas.catalog.request("DELETE", "/v1/blueprints/comment")
      const producer = new Producer({ clientId: "test", bootstrapBrokers: [broker] })
      onTestFinished(() => producer.close())
      await producer.send({ messages: [{ topic, key: Buffer.from("?"), value: Buffer.from("{no event") }] })
      const body = { action: "created", data: { comment_id: 7, comment: "to nowhere" } }
      expect(await api?.deliver("comment", body)).toBe(200)
      const consumer = new Consumer({ clientId: "test", groupId: randomUUID(), bootstrapBrokers: [broker] })
      onTestFinished(() => consumer.close(true))
      const stream = await consumer.consume({ topics: [`${topic}.dead`], mode: MessagesStreamModes.EARLIEST })
      for await (const { value } of stream) {
        const letter = JSON.parse(value.toString()) as { name: string; outcome: string; body: string }
        expect(letter.name).toBe("comment.created")
        expect(letter.body).toContain("to nowhere")
        expect(letter.outcome).not.toBe("")
        break
      }
      expect((await replicas.log.list({ state: "dead", limit: 5 })).length).toBe(1)
    })
  },
)

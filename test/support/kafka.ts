// The Kafka broker of `npm run test:tools`, for the tests that need one.
import { randomUUID } from "node:crypto"
import { Admin, Producer } from "@platformatic/kafka"
import { onTestFinished } from "vitest"
import type { RunningKafka } from "../../scripts/test-kafka.ts"

export type KafkaAddresses = Omit<RunningKafka, "halt" | "resume" | "stop">

/** Undefined where the tests run without a broker. */
export const kafka: KafkaAddresses | undefined = process.env.TEST_KAFKA
  ? (JSON.parse(process.env.TEST_KAFKA) as KafkaAddresses) // written by scripts/test-tools.ts
  : undefined

/** Where the broker's jars are, for tests that start and stop one of their own. */
export const kafkaJars = process.env.TEST_KAFKA_JARS

export interface KafkaTopic {
  name: string
  send(...values: unknown[]): Promise<void>
  /** What the group has committed of the first partition; -1 for nothing. */
  committed(group: string): Promise<number>
  /** The ids of the group's members. */
  members(group: string): Promise<string[]>
}

/** A topic of its own, for the time of the test that calls this. Values that are no text are sent as JSON. */
export async function createTopic(broker: string, name: string): Promise<KafkaTopic> {
  const options = { clientId: `test-${randomUUID()}`, bootstrapBrokers: [broker] }
  const admin = new Admin(options)
  const producer = new Producer(options)
  onTestFinished(async () => {
    await Promise.allSettled([admin.close(), producer.close()])
  })
  await admin.createTopics({ topics: [name], partitions: 1, replicas: 1 })
  return {
    name,
    async send(...values) {
      const texts = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
      await producer.send({
        messages: texts.map((text) => ({ topic: name, partition: 0, value: Buffer.from(text) })),
      })
    },
    async committed(group) {
      const groups = await admin.listConsumerGroupOffsets({ groups: [{ groupId: group }] })
      const partition = groups[0]?.topics.find((topic) => topic.name === name)?.partitions[0]
      return Number(partition?.committedOffset ?? -1)
    },
    async members(group) {
      const groups = await admin.describeGroups({ groups: [group] })
      return [...(groups.get(group)?.members.keys() ?? [])]
    },
  }
}

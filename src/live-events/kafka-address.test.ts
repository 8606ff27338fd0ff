import { describe, expect, it } from "vitest"
import { parseKafkaAddress } from "./kafka-address.ts"

describe("the address of a stream", () => {
  it("names brokers, topic, encryption and who signs in", () => {
    expect(parseKafkaAddress("kafka://a.example:9092,b.example:9093/sentry-events")).toEqual({
      brokers: ["a.example:9092", "b.example:9093"],
      topic: "sentry-events",
      isEncrypted: false,
      sasl: undefined,
    })
    expect(parseKafkaAddress("kafka+ssl://me:p%40ss@[::1]:9092/t?mechanism=plain")).toEqual({
      brokers: ["[::1]:9092"],
      topic: "t",
      isEncrypted: true,
      sasl: { mechanism: "PLAIN", username: "me", password: "p@ss" },
    })
    expect(parseKafkaAddress("kafka+ssl://me:secret@a:1/t")?.sasl?.mechanism).toBe("SCRAM-SHA-512")
  })

  it.each([
    "kafka://a:9092",
    "kafka://a/t",
    "kafka://a:9092/t?mechanism=GSSAPI",
    "redis://a:9092/t",
    "kafka://a:9092,/t",
    "kafka://me:100%@a:9092/t",
    "kafka://m%e:secret@a:9092/t",
  ])("is not %s", (text) => {
    expect(parseKafkaAddress(text)).toBeUndefined()
  })
})
